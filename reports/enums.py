"""The fixed choices of reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    EXECUTIVE = "executive", _("Executive report")
    FULL = "full", _("Full assessment")
    ANSWERS = "answers", _("Answers")


class Format(models.TextChoices):
    PDF = "pdf", _("PDF")
    XLSX = "xlsx", _("XLSX")
    JSON = "json", _("JSON")


class ReportState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Stage(models.TextChoices):
    """What a report is waiting for, or what is being done for it; kept in `stage`."""

    UNREACHABLE = (
        "unreachable",
        _("The job queue can’t be reached just now. The report starts by itself."),
    )
    AGAIN = (
        "again",
        _("The last try was interrupted. The report starts again by itself."),
    )
    READING = "reading", _("Reading the answers")
    SCORING = "scoring", _("Working out scores and gaps")
    WRITING = "writing", _("Writing the pages")
    STORING = "storing", _("Storing the file")


# The documents that can be asked for: what is in it, and as what.
DOCUMENTS = (
    (Kind.EXECUTIVE, Format.PDF),
    (Kind.FULL, Format.PDF),
    (Kind.ANSWERS, Format.XLSX),
    (Kind.ANSWERS, Format.JSON),
)

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

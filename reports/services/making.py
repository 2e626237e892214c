"""Making one report: claim it, show life while it is made, store the file, say so.

Nothing here holds a transaction while the pages are written.
"""

import errno
import logging
from collections.abc import Callable

from django.conf import settings
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.queries.records import record_of
from reports.builders.assessment import build
from reports.documents import AssessmentReport
from reports.enums import Format, Kind, ReportState, Stage
from reports.models import Report
from reports.renderers.errors import RenderError
from reports.renderers.json import render_json
from reports.renderers.pdf import render_pdf
from reports.renderers.xlsx import render_xlsx
from reports.services.files import Stored, remove, store, sweep
from reports.services.heart import Heart

logger = logging.getLogger(__name__)

FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})
REASON_LONGEST = 300


class Superseded(Exception):
    """Another task holds the report now: stop, and leave nothing behind."""


def make_next_report(*, token: str) -> None:
    """Make the report whose turn it is. Nothing is raised.

    A message of the job queue says only that there is work: organizations take turns,
    however many reports one of them has asked for. A message that comes twice, or late,
    does no harm. `token` names this attempt.
    """
    while (report_id := next_in_turn()) is not None:
        if make_report(report_id=report_id, token=token):
            return


def make_report(*, report_id: int, token: str) -> bool:
    """Make this report; False when it no longer waits. Nothing is raised."""
    report = claim(report_id, token)
    if report is None:
        return False
    _make_claimed(report)
    return True


def next_in_turn() -> int | None:
    """Return the id of the queued report to make next, None when nothing waits.

    Of the organization that was served the longest ago, its oldest one.
    """
    of_same = Report.objects.filter(
        assessment__organization=OuterRef("assessment__organization"),
        started_at__isnull=False,
    )
    served = of_same.order_by("-started_at").values("started_at")[:1]
    queued = Report.objects.filter(state=ReportState.QUEUED)
    return (
        queued.annotate(served_at=Subquery(served))
        .order_by(F("served_at").asc(nulls_first=True), "requested_at", "pk")
        .values_list("pk", flat=True)
        .first()
    )


def _make_claimed(report: Report) -> None:
    language = translation.override(report.language)
    zone = timezone.override(_time_zone(report.assessment))
    with language, zone, Heart(report.pk, report.token):
        try:
            _make(report)
        except Superseded:
            logger.warning("Report %s was taken over by another task", report.code)
        except RenderError as error:
            logger.warning("Report %s: %s %s", report.code, error, error.detail)
            _fail(report, str(error))
        except OSError as error:
            logger.exception("Report %s could not be stored", report.code)
            _fail(report, _storage_reason(error))
        except Exception:
            logger.exception("Report %s failed", report.code)
            _fail(report, _("Something went wrong that should not. Try it again."))


def _time_zone(assessment: Assessment) -> str:
    """The organization's zone; for a sealed assessment the one of its sealing."""
    record = record_of(assessment)
    return record.time_zone if record else assessment.organization.time_zone


def claim(report_id: int, token: str) -> Report | None:
    """Take a queued report for this attempt; None when somebody else has it."""
    waiting = Report.objects.filter(pk=report_id, state=ReportState.QUEUED)
    taken = waiting.update(
        state=ReportState.RUNNING,
        token=token,
        heartbeat=timezone.now(),
        suspected=None,
        started_at=timezone.now(),
        attempts=F("attempts") + 1,
        progress=0,
        stage="",
    )
    if not taken:
        return None
    # Before anything is read: what changes while it is written counts as news.
    Report.objects.held_by(report_id, token).see_present()
    related = Report.objects.select_related("assessment__organization")
    return related.filter(token=token, state=ReportState.RUNNING, pk=report_id).first()


def _make(report: Report) -> None:
    def tell(stage: Stage, progress: int) -> None:
        show_life(report, stage=stage, progress=progress)

    content, remark = render(report, tell)
    tell(Stage.STORING, 95)
    stored = store(f"{report.code}-{report.attempts}", report.format, content)
    _finish(report, stored, remark)


def show_life(report: Report, *, stage: Stage, progress: int) -> None:
    """Write the progress. Raises Superseded when the report is no longer ours."""
    held = Report.objects.held_by(report.pk, report.token)
    if not held.update(stage=stage, progress=progress, heartbeat=timezone.now()):
        raise Superseded


def render(report: Report, tell: Callable[[Stage, int], None]) -> tuple[bytes, str]:
    """The bytes of the file, and a remark for its reader, mostly empty."""
    tell(Stage.READING, 5)
    built = build(
        report.assessment_id,
        report.language,
        made_at=report.started_at,
        tell=lambda: tell(Stage.SCORING, 20),
    )
    tell(Stage.WRITING, 40)
    if report.format == Format.PDF:
        return _pdf(report, built.document, built.timestamp)
    if report.format == Format.XLSX:
        return render_xlsx(built.document, timestamp=built.timestamp), ""
    return render_json(built.document), ""


def _pdf(
    report: Report, document: AssessmentReport, timestamp: int
) -> tuple[bytes, str]:
    pdf = render_pdf(
        document,
        "executive" if report.kind == Kind.EXECUTIVE else "full",
        fonts=settings.DATA_DIR / "fonts",
        timestamp=timestamp,
    )
    remarks = [pdf.remark]
    if not pdf.conforms:
        remarks.append(_("This file does not keep PDF/UA-1 and PDF/A-2a."))
    return pdf.content, " ".join(filter(None, remarks))[:REASON_LONGEST]


def _finish(report: Report, stored: Stored, remark: str) -> None:
    done = Report.objects.held_by(report.pk, report.token).update(
        state=ReportState.DONE,
        progress=100,
        stage="",
        reason=remark,
        token="",
        finished_at=timezone.now(),
        file=stored.name,
        size=stored.size,
        sha256=stored.sha256,
    )
    if not done:
        remove(stored.name)
        raise Superseded
    sweep(report.code, stored)


def _fail(report: Report, reason: str) -> None:
    Report.objects.held_by(report.pk, report.token).update(
        state=ReportState.FAILED,
        stage="",
        reason=reason[:REASON_LONGEST],
        token="",
        finished_at=timezone.now(),
    )


def _storage_reason(error: OSError) -> str:
    if error.errno in FULL_DISK:
        return _("The disk is full. Make room on the server, then retry.")
    return _("The file could not be written: %(error)s.") % {"error": error.strerror}

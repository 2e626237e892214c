"""Reads of reports, and how their state is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from assessments.models import Assessment
from common.sizes import size_text
from reports.enums import ReportState, Stage
from reports.models import Report
from reports.permissions import can_request, readable_kinds

# Jobs listed beside the results; the list of all reports has the rest.
LATEST = 6
# After this long in the queue a person wants to know why.
PATIENCE = timedelta(seconds=15)


@dataclass(frozen=True)
class Job:
    """One report as the lists show it to one member."""

    report: Report
    can_retry: bool
    # Asking for the same once more, when something changed since.
    can_renew: bool = False
    outdated: str = ""

    @property
    def name(self) -> str:
        return str(self.report)

    @property
    def is_queued(self) -> bool:
        return self.report.state == ReportState.QUEUED

    @property
    def is_running(self) -> bool:
        return self.report.state == ReportState.RUNNING

    @property
    def is_done(self) -> bool:
        return self.report.state == ReportState.DONE

    @property
    def is_failed(self) -> bool:
        return self.report.state == ReportState.FAILED

    @property
    def size(self) -> str:
        return size_text(self.report.size or 0)

    @property
    def short_digest(self) -> str:
        """Enough of the SHA-256 to compare two files by eye; the page has it whole."""
        digest = self.report.sha256
        return f"{digest[:8]}…{digest[-8:]}" if digest else ""

    @property
    def says(self) -> str:
        """What happens now, or what went wrong."""
        if self.is_failed:
            return _("Failed: %(reason)s") % {"reason": self.report.reason}
        if self.is_running:
            return _("Running: %(stage)s") % {"stage": _stage(self.report)}
        if self.report.stage:
            return _("Queued. %(why)s") % {"why": _stage(self.report)}
        if self.is_queued and timezone.now() - self.report.requested_at > PATIENCE:
            return _("Queued. It starts in its turn: organizations take turns.")
        return str(self.report.get_state_display())


def _stage(report: Report) -> str:
    known = report.stage in Stage.values
    return str(Stage(report.stage).label) if known else report.stage


def job_of(report: Report, member: Membership) -> Job:
    may_ask = can_request(member, report.kind)
    outdated = _outdated(report) if report.state == ReportState.DONE else ""
    return Job(
        report,
        can_retry=may_ask and report.state == ReportState.FAILED,
        can_renew=may_ask and bool(outdated) and not report.renewed,  # type: ignore[attr-defined]
        outdated=outdated,
    )


def _outdated(report: Report) -> str:
    """What the file does not know yet; empty when it is as good as a new one."""
    if report.answers_changed:  # type: ignore[attr-defined]
        return _("Answers changed since this report was made.")
    if report.tuning_changed:  # type: ignore[attr-defined]
        return _("Weights or targets changed since this report was made.")
    if report.verdicts_changed:  # type: ignore[attr-defined]
        return _("Verdicts were given since this report was made.")
    if report.moved_on:  # type: ignore[attr-defined]
        return _("The assessment moved on since this report was made.")
    return ""


def visible_reports(member: Membership) -> QuerySet[Report]:
    """What this member may read, newest first, with the names that lists print."""
    return (
        Report.objects.visible_to(member)
        .with_news()
        .filter(kind__in=readable_kinds(member))
        .select_related("assessment__edition", "assessment__team", "requested_by")
        .defer(
            "assessment__edition__scale",
            "assessment__edition__scoring",
            "assessment__edition__groups",
            "assessment__declaration",
        )
    )


def jobs_of(assessment: Assessment, member: Membership) -> list[Job]:
    """The latest reports of one assessment. One statement."""
    readable = assessment.reports.filter(kind__in=readable_kinds(member))
    found = readable.with_news().select_related("requested_by")
    return [job_of(report, member) for report in found[:LATEST]]


def recent_jobs(member: Membership, count: int) -> list[Job]:
    """The latest reports of all assessments. One statement."""
    return [job_of(report, member) for report in visible_reports(member)[:count]]

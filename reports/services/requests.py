"""Asking for a report, asking again, and putting work back that somebody dropped."""

import logging
from datetime import timedelta

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from kombu.exceptions import OperationalError

from accounts.models import Organization, User
from accounts.services.events import log
from assessments.models import Assessment
from reports.enums import ReportState, Stage
from reports.models import Report

logger = logging.getLogger(__name__)

# A running report shows life every two seconds; without any for this long it is dead.
DEAD_AFTER = timedelta(seconds=10)
# A queued report is put into the queue again, in case the message was lost.
LOST_AFTER = timedelta(seconds=60)
# A report that never got into the queue; younger ones may be on their way.
UNSENT_AFTER = timedelta(seconds=5)
MOST_ATTEMPTS = 3
# Reports that one organization may have waiting or running.
MOST_AT_ONCE = 20


@transaction.atomic
def request_report(
    *, assessment: Assessment, kind: str, form: str, by: User, language: str
) -> Report:
    """Keep the wish and put it into the queue once it is committed.

    The same wish twice, by a double click, is one report. When the queue can't be
    reached the report stays queued, and `revive_reports` sends it later. Raises
    ValidationError when the organization has MOST_AT_ONCE on their way.
    """
    wish = {
        "assessment": assessment,
        "kind": kind,
        "format": form,
        "requested_by": by,
        "language": language,
    }
    # Under this lock a second click finds the report that the first one asked for.
    Assessment.objects.select_for_update(no_key=True).only("pk").get(pk=assessment.pk)
    waiting = Report.objects.active().filter(**wish).first()
    if waiting:
        return waiting
    _require_room(assessment.organization)
    report = Report.objects.create(**wish)
    log(
        organization=assessment.organization,
        actor=by,
        action="report.requested",
        subject=f"report:{report.code}",
        after={"assessment": assessment.code, "kind": kind, "format": form},
    )
    transaction.on_commit(lambda: send(report.pk))
    return report


@transaction.atomic
def retry_report(*, report: Report, by: User) -> bool:
    """Start a failed report again from the beginning; False when it has not failed.

    Raises ValidationError when the organization has MOST_AT_ONCE on their way.
    """
    _require_room(report.assessment.organization)
    again = Report.objects.filter(pk=report.pk, state=ReportState.FAILED).update(
        state=ReportState.QUEUED,
        attempts=0,
        progress=0,
        stage="",
        reason="",
        token="",
        heartbeat=None,
        finished_at=None,
    )
    if not again:
        return False
    log(
        organization=report.assessment.organization,
        actor=by,
        action="report.retried",
        subject=f"report:{report.code}",
        before={"reason": report.reason},
    )
    transaction.on_commit(lambda: send(report.pk))
    return True


def _require_room(organization: Organization) -> None:
    active = Report.objects.active().filter(assessment__organization=organization)
    if active.count() >= MOST_AT_ONCE:
        raise ValidationError(
            ngettext(
                "%(count)d report of your organization is on its way. Ask again when "
                "it is done.",
                "%(count)d reports of your organization are on their way. Ask again "
                "when some are done.",
                MOST_AT_ONCE,
            )
            % {"count": MOST_AT_ONCE},
            code="too_many",
        )


def send(report_id: int) -> bool:
    """Put a queued report into the job queue; the row keeps whether that worked."""
    waiting = Report.objects.filter(pk=report_id, state=ReportState.QUEUED)
    waiting.update(heartbeat=timezone.now())
    try:
        # By name: the web server needs none of what the worker loads to write files.
        current_app.send_task("reports.tasks.make_report", [report_id])
    except (OperationalError, OSError) as error:
        logger.warning("Report %s stays queued, no job queue: %s", report_id, error)
        waiting.update(heartbeat=None, stage=Stage.UNREACHABLE)
        return False
    waiting.filter(stage=Stage.UNREACHABLE).update(stage="")
    return True


def revive_reports() -> int:
    """Queue again what a dead worker held, and what got lost on the way to one.

    Runs every few seconds. Returns how many were sent. Sending twice is harmless: only
    one task can claim a queued report.
    """
    dead = Report.objects.filter(
        pk__in=_dead(), state=ReportState.RUNNING, suspected=F("heartbeat")
    )
    dead.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=ReportState.FAILED,
        token="",
        finished_at=timezone.now(),
        reason=_("The worker stopped in the middle of it, %(count)d times.")
        % {"count": MOST_ATTEMPTS},
    )
    dead.update(
        state=ReportState.QUEUED,
        token="",
        heartbeat=None,
        progress=0,
        stage=Stage.AGAIN,
    )
    return sum(send(pk) for pk in _unsent())


def _dead() -> list[int]:
    """Reports whose heartbeat is far from now, and has not moved since the last look.

    One look is not enough: when the clock was set, every heartbeat is far from now.
    """
    silent = Report.objects.filter(
        _far("heartbeat", DEAD_AFTER), state=ReportState.RUNNING
    )
    dead = list(silent.filter(suspected=F("heartbeat")).values_list("pk", flat=True))
    silent.exclude(pk__in=dead).update(suspected=F("heartbeat"))
    return dead


def _far(field: str, limit: timedelta) -> Q:
    """Whether a time is more than `limit` in the past, or in the future."""
    now = timezone.now()
    return Q(**{f"{field}__lt": now - limit}) | Q(**{f"{field}__gt": now + limit})


def _unsent() -> list[int]:
    lost = _far("heartbeat", LOST_AFTER)
    never = Q(heartbeat=None) & (_far("requested_at", UNSENT_AFTER) | ~Q(stage=""))
    waiting = Report.objects.filter(lost | never, state=ReportState.QUEUED)
    return list(waiting.order_by("requested_at").values_list("pk", flat=True))

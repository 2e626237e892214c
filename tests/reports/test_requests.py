"""Asking for a report, asking again, and what happens when the queue is away."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from accounts.models import Event
from reports.enums import ReportState, Stage
from reports.models import Report
from reports.services import requests


@pytest.fixture
def sent(monkeypatch) -> list[int]:
    """The reports put into the job queue."""
    found: list[int] = []
    monkeypatch.setattr(
        current_app, "send_task", lambda _name, arguments: found.extend(arguments)
    )
    return found


def ask(assessment, by, kind="executive", form="pdf") -> Report:
    return requests.request_report(
        assessment=assessment, kind=kind, form=form, by=by.user, language="en"
    )


def test_a_wish_is_sent_once_it_is_committed(
    assessment, cast, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        report = ask(assessment, cast.manager)
        assert sent == []

    assert sent == [report.pk]
    report.refresh_from_db()
    assert (report.state, report.progress, report.stage) == ("queued", 0, "")
    event = Event.objects.get(subject=f"report:{report.code}")
    assert (event.action, event.actor) == ("report.requested", cast.manager.user)


def test_a_double_click_is_one_report(
    assessment, cast, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first, second = ask(assessment, cast.manager), ask(assessment, cast.manager)
        other = ask(assessment, cast.auditor)

    assert first == second
    assert sent == [first.pk, other.pk]


def test_without_a_queue_the_wish_is_kept_and_sent_later(
    assessment, cast, broker_that_is_gone, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        report = ask(assessment, cast.manager)

    report.refresh_from_db()
    assert report.state == ReportState.QUEUED
    assert report.stage == Stage.UNREACHABLE
    assert report.heartbeat is None


def test_what_never_got_into_the_queue_is_sent_soon(make, assessment, sent):
    report = make(assessment, stage=Stage.UNREACHABLE)

    assert requests.revive_reports() == 1
    assert requests.revive_reports() == 0

    assert sent == [report.pk]
    report.refresh_from_db()
    assert (report.state, report.stage) == ("queued", "")


def test_a_new_report_on_its_way_is_left_alone(make, assessment, sent):
    make(assessment)
    assert requests.revive_reports() == 0


def test_a_report_lost_in_the_queue_is_sent_again_once_a_minute(make, assessment, sent):
    now = timezone.now()
    fresh = make(assessment, heartbeat=now - timedelta(seconds=50))
    lost = make(assessment, heartbeat=now - timedelta(seconds=70))

    assert requests.revive_reports() == 1
    assert requests.revive_reports() == 0

    assert sent == [lost.pk]
    fresh.refresh_from_db()
    assert fresh.state == ReportState.QUEUED


def running(make, assessment, *, silent: int, attempts: int = 1) -> Report:
    return make(
        assessment,
        state=ReportState.RUNNING,
        token="dead",
        attempts=attempts,
        progress=40,
        heartbeat=timezone.now() - timedelta(seconds=silent),
    )


def test_what_a_dead_worker_held_is_queued_again(make, assessment, sent):
    dead = running(make, assessment, silent=11)
    alive = running(make, assessment, silent=9)

    # Looked at twice: when the clock was set, every heartbeat is old at once.
    assert requests.revive_reports() == 0
    assert requests.revive_reports() == 1

    assert sent == [dead.pk]
    dead.refresh_from_db()
    assert (dead.state, dead.token, dead.progress) == ("queued", "", 0)
    assert dead.stage == Stage.AGAIN
    alive.refresh_from_db()
    assert (alive.state, alive.token) == ("running", "dead")


@pytest.mark.parametrize("hours", [-1, 1])
def test_when_the_clock_is_set_the_living_goes_on_and_the_dead_is_found(
    make, assessment, sent, time_machine, hours
):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    alive = running(make, assessment, silent=1)
    dead = running(make, assessment, silent=1)
    time_machine.move_to(start + timedelta(hours=hours), tick=False)

    assert requests.revive_reports() == 0
    Report.objects.filter(pk=alive.pk).update(heartbeat=timezone.now())
    assert requests.revive_reports() == 1
    assert sent == [dead.pk]
    assert requests.revive_reports() == 0


@pytest.mark.parametrize("hours", [-1, 1])
def test_what_waits_is_sent_whatever_the_clock_did(
    make, assessment, sent, time_machine, hours
):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    lost = make(assessment, heartbeat=start)
    never = make(assessment)
    time_machine.move_to(start + timedelta(hours=hours), tick=False)

    assert requests.revive_reports() == 2
    assert sorted(sent) == [lost.pk, never.pk]
    assert requests.revive_reports() == 0


def test_after_three_dead_workers_it_failed(make, assessment, sent):
    report = running(make, assessment, silent=11, attempts=3)

    assert requests.revive_reports() == 0
    assert requests.revive_reports() == 0

    report.refresh_from_db()
    assert report.state == ReportState.FAILED
    assert report.reason == "The worker stopped in the middle of it, 3 times."
    assert report.finished_at is not None


def test_retry_starts_a_failed_report_from_the_beginning(
    make, assessment, cast, sent, django_capture_on_commit_callbacks
):
    report = make(assessment, state=ReportState.FAILED, reason="Full", attempts=3)

    with django_capture_on_commit_callbacks(execute=True):
        assert requests.retry_report(report=report, by=cast.manager.user)
        assert not requests.retry_report(report=report, by=cast.manager.user)

    assert sent == [report.pk]
    report.refresh_from_db()
    assert (report.state, report.reason, report.attempts) == ("queued", "", 0)


@pytest.mark.parametrize("state", ["queued", "running", "done"])
def test_only_a_failed_report_is_retried(make, assessment, cast, sent, state):
    report = make(assessment, state=state)
    assert not requests.retry_report(report=report, by=cast.manager.user)
    assert sent == []

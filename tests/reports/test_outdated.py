"""What the lists say of a report when its assessment changed after it was made."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.services.assessments import change_plan
from assessments.services.review import accept
from assessments.services.tuning import tune
from reports import queries
from reports.models import Report
from reports.services.making import claim
from tests.factories.assessments import (
    answer,
    answer_all,
    conclude,
    submit,
    tree_of,
)
from tests.reports.test_pages import HTMX, finished

pytestmark = pytest.mark.django_db
ANSWERS = "Answers changed since this report was made."
TUNING = "Weights or targets changed since this report was made."
VERDICTS = "Verdicts were given since this report was made."
STATE = "The assessment moved on since this report was made."


@pytest.fixture
def report(assessment, make):
    """A report of one answer, made a moment ago."""
    answer(assessment, "C.1", "3")
    return made(make, assessment)


def made(make, assessment, kind="executive"):
    return see_all(finished(make, assessment, kind))


def see_all(report):
    """As if it had been made only now."""
    Report.objects.filter(pk=report.pk).see_present()
    return report


def pages(client, report):
    """The panel beside the results, the list of all reports, the report's own page."""
    panel = reverse("reports:jobs", args=[report.assessment.code])
    for address in (panel, reverse("reports:list"), report.get_absolute_url()):
        yield client.get(address, headers=HTMX).content.decode()


def said(member):
    """Of each report, the newest first: what is said, and whether it can be renewed."""
    jobs = queries.recent_jobs(member, 5)
    return [(job.outdated, job.can_renew) for job in jobs]


def test_nothing_is_said_while_nothing_changed(report, cast, sign_in):
    for html in pages(sign_in(cast.manager), report):
        assert "since this report was made" not in html
        assert "Make it again" not in html


def test_a_changed_answer_is_said_wherever_the_report_stands(report, cast, sign_in):
    answer(report.assessment, "C.1", "2")
    client = sign_in(cast.manager)
    again = reverse("reports:request", args=[report.assessment.code])
    for html in pages(client, report):
        assert html.count(ANSWERS) == 1
        assert html.count("Make it again") == 1
        assert 'name="document" value="executive-pdf"' in html
        assert f'action="{again}"' in html


def test_made_again_is_one_press(report, cast, sign_in):
    answer(report.assessment, "C.1", "2")
    client = sign_in(cast.manager)
    client.post(
        reverse("reports:request", args=[report.assessment.code]),
        {"document": "executive-pdf"},
    )

    newest, old = said(cast.manager)
    assert newest == ("", False)
    # The old file stays as old as it is, but nobody needs a third one.
    assert old == (ANSWERS, False)
    Report.objects.filter(state="queued").update(state="failed")
    assert said(cast.manager) == [("", False), (ANSWERS, True)]


def test_weights_and_targets_count_and_the_rest_of_the_plan_does_not(report, cast):
    assessment, by = report.assessment, cast.manager.user
    change_plan(assessment=assessment, by=by, changes={"scope": "Porto only"})
    assert said(cast.manager) == [("", False)]

    change_plan(assessment=assessment, by=by, changes={"target": Decimal(4)})
    assert said(cast.manager) == [(TUNING, True)]

    see_all(report)
    assert said(cast.manager) == [("", False)]
    tune(
        assessment=assessment,
        edition=tree_of(assessment),
        by=by,
        targets={"C.1": "5"},
    )
    assert said(cast.manager) == [(TUNING, True)]


def test_a_verdict_and_each_step_of_the_assessment_count(report, cast):
    def fresh():
        see_all(report)
        assert said(cast.manager) == [("", False)]

    assessment = report.assessment
    answer_all(assessment, "3")
    fresh()
    submit(assessment)
    assert said(cast.manager) == [(STATE, True)]

    fresh()
    conclude(assessment, "C.1", by=assessment.auditor, option="2")
    assert said(cast.manager) == [(VERDICTS, True)]

    fresh()
    accept(assessment=assessment, by=assessment.auditor)
    assert said(cast.manager) == [(STATE, True)]


def test_who_may_not_ask_for_it_only_reads_the_line(assessment, make, cast):
    made(make, assessment, "full")
    answer(assessment, "C.1", "2")
    assert said(cast.viewer) == [(ANSWERS, False)]
    assert said(cast.manager) == [(ANSWERS, True)]


def test_changes_of_another_assessment_do_not_count(report, cast, northwind, team):
    other = type(report.assessment).objects.get(pk=report.assessment_id)
    other.pk, other.code = None, "OTHER"
    other.save()
    answer(other, "C.1", "2")
    assert said(cast.manager) == [("", False)]


@pytest.mark.parametrize("state", ["queued", "running", "failed"])
def test_only_a_finished_report_can_be_outdated(assessment, make, cast, state):
    see_all(make(assessment, state=state))
    answer(assessment, "C.1", "2")
    assert said(cast.manager) == [("", False)]


def test_an_answer_given_while_the_report_is_written_counts(assessment, make, cast):
    row = make(assessment)
    assert claim(row.pk, "token") is not None
    answer(assessment, "C.1", "2")
    Report.objects.update(state="done", finished_at=timezone.now())
    assert said(cast.manager) == [(ANSWERS, True)]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_was_set_hides_no_change(report, cast, time_machine, hours):
    time_machine.move_to(timezone.now() + timedelta(hours=hours))
    assert said(cast.manager) == [("", False)]
    answer(report.assessment, "C.1", "2")
    assert said(cast.manager) == [(ANSWERS, True)]

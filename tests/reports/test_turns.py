"""One organization's reports don't keep those of others waiting."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.enums import Role
from reports.enums import ReportState
from reports.models import Report
from reports.services import making, requests
from tests.factories.accounts import MembershipFactory, TeamFactory
from tests.factories.assessments import AssessmentFactory


@pytest.fixture
def other(db):
    """An assessment of another organization."""
    manager = MembershipFactory(role=Role.MANAGER)
    team = TeamFactory(organization=manager.organization)
    return AssessmentFactory(
        organization=manager.organization, team=team, manager=manager.user
    )


def made_by_messages(count: int) -> list[Report]:
    """The reports in the order in which they were made, by so many messages."""
    for number in range(count):
        making.make_next_report(token=f"message {number}")
    return list(Report.objects.exclude(state=ReportState.QUEUED).order_by("started_at"))


def test_organizations_take_turns(assessment, other, make):
    many = [make(assessment, "answers", "json") for _number in range(5)]
    late = [
        make(other, "answers", "json", requested_by=other.manager) for _n in range(2)
    ]

    order = made_by_messages(7)
    assert order == [many[0], late[0], many[1], late[1], *many[2:]]
    assert {report.state for report in order} == {ReportState.DONE}


def test_who_was_never_served_comes_first(assessment, other, make):
    make(assessment, "answers", "json")
    made_by_messages(1)
    make(assessment, "answers", "json")
    late = make(other, "answers", "json", requested_by=other.manager)

    assert making.next_in_turn() == late.pk


def test_a_message_too_many_does_nothing(assessment, make):
    make(assessment, "answers", "json")
    assert len(made_by_messages(3)) == 1
    assert making.next_in_turn() is None


@pytest.fixture
def full(assessment, make):
    """An organization with as many reports on their way as it may have."""
    for number in range(requests.MOST_AT_ONCE):
        make(assessment, language=f"l{number}")


def ask(assessment, by):
    return requests.request_report(
        assessment=assessment, kind="answers", form="json", by=by, language="en"
    )


def test_an_organization_has_so_many_at_once(full, assessment, other, cast):
    with pytest.raises(ValidationError) as caught:
        ask(assessment, cast.manager.user)
    assert caught.value.messages == [
        "20 reports of your organization are on their way. "
        "Ask again when some are done."
    ]
    assert ask(other, other.manager).state == ReportState.QUEUED

    Report.objects.filter(language="l7").update(state=ReportState.DONE)
    assert ask(assessment, cast.manager.user).state == ReportState.QUEUED


def test_trying_again_counts_too(full, assessment, cast, make):
    failed = make(assessment, state=ReportState.FAILED)
    with pytest.raises(ValidationError):
        requests.retry_report(report=failed, by=cast.manager.user)

    failed.refresh_from_db()
    assert failed.state == ReportState.FAILED


def test_the_page_says_so(full, assessment, cast, sign_in, make):
    client = sign_in(cast.manager)
    failed = make(assessment, state=ReportState.FAILED)
    for url, data in [
        (reverse("reports:request", args=[assessment.code]), {"document": "full-pdf"}),
        (reverse("reports:retry", args=[failed.code]), {}),
    ]:
        response = client.post(url, data, follow=True)
        assert "20 reports of your organization" in response.content.decode()

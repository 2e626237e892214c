"""The address that the questionnaire's script saves to."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.enums import UNKNOWN, State
from assessments.models import Answer
from tests.factories.assessments import AssessmentFactory, answer, tree_of
from tests.factories.standards import EditionFactory


@pytest.fixture
def control(assessment):
    return tree_of(assessment).assessable()[0]


def post(client, assessment, ref, *, version=0, key="k", **fields):
    data = {f"version:{ref}": version, f"key:{ref}": key}
    data |= {f"{name}:{ref}": value for name, value in fields.items()}
    url = reverse("assessments:answer", args=[assessment.code, ref])
    return client.post(url, data, headers={"accept": "application/json"})


def test_a_save_answers_with_the_new_version_and_the_time(
    assessment, control, cast, sign_in, time_machine
):
    time_machine.move_to("2026-11-21T14:03:00Z", tick=False)
    response = post(
        sign_in(cast.manager), assessment, control.ref, option="3", note="Yes"
    )

    assert response.status_code == 200
    assert response.json() == {
        "version": 1,
        "answered": True,
        "at": "14:03",
        "suggestion": None,
    }
    assert Answer.objects.get().note == "Yes"


def test_what_another_person_wrote_in_this_browser_is_not_saved_as_mine(
    assessment, control, cast, sign_in
):
    url = reverse("assessments:answer", args=[assessment.code, control.ref])
    data = {f"version:{control.ref}": 0, f"option:{control.ref}": "3"}
    mine, theirs = cast.manager.user, cast.contributor.user
    client = sign_in(cast.manager)

    refused = client.post(url, data | {"writer": theirs.pk})
    assert refused.status_code == 403
    assert refused.json() == {
        "message": f"You are signed in as {mine.name}, but somebody else wrote this "
        "here. It is kept in this browser: sign in as that person to send it."
    }
    assert Answer.objects.count() == 0
    assert client.post(url, data | {"writer": mine.pk}).status_code == 200


@pytest.mark.parametrize(
    ("option", "answered"), [("3", True), (UNKNOWN, False), ("", False)]
)
def test_a_save_tells_whether_the_control_is_answered_now(
    assessment, control, cast, sign_in, option, answered
):
    response = post(
        sign_in(cast.manager), assessment, control.ref, option=option, note="So far"
    )

    assert response.json()["answered"] is answered


def test_ticks_suggest_a_level(assessment, control, cast, sign_in):
    first = next(c for c in control.criteria if c.level == 1)
    response = post(sign_in(cast.manager), assessment, control.ref, tick=[first.code])

    assert response.json()["suggestion"] == "The ticks suggest 1, Ad hoc."


def test_conflict_answers_409_with_both_values(assessment, control, cast, sign_in):
    answer(
        assessment, control, "1", by=cast.contributor.user, note="Only one answered."
    )
    response = post(
        sign_in(cast.manager),
        assessment,
        control.ref,
        option="2",
        note="We asked <all>.",
    )

    assert response.status_code == 409
    theirs = response.json()["theirs"]
    assert (theirs["option"], theirs["note"], theirs["version"]) == (
        "1",
        "Only one answered.",
        1,
    )
    html = response.json()["html"]
    assert "We asked &lt;all&gt;." in html
    assert "Only one answered." in html
    assert "Jonas Weber" in html


def test_missing_justification_answers_422_with_the_reason(
    assessment, control, cast, sign_in
):
    response = post(sign_in(cast.manager), assessment, control.ref, option="na")

    assert response.status_code == 422
    assert response.json() == {
        "errors": {
            "justification": "Say why it does not apply, in at least 15 characters."
        }
    }


def test_lost_session_answers_401(assessment, control):
    response = post(Client(), assessment, control.ref, option="3")

    assert response.status_code == 401
    assert response.json() == {"error": "signed_out"}


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("manager", 200),
        ("contributor", 200),
        ("colleague", 403),
        ("auditor", 403),
        ("viewer", 403),
        ("stranger", 404),
    ],
)
def test_who_may_answer(assessment, control, cast, sign_in, who, status):
    response = post(sign_in(getattr(cast, who)), assessment, control.ref, option="3")

    assert response.status_code == status
    assert Answer.objects.exists() == (status == 200)


def test_team_may_not_answer_what_somebody_owns(assessment, control, cast, sign_in):
    assessment.tasks.update(owner=cast.colleague.user)

    assert post(sign_in(cast.contributor), assessment, control.ref).status_code == 403
    assert post(sign_in(cast.colleague), assessment, control.ref).status_code == 200


def test_somebody_who_was_asked_may_answer(assessment, control, cast, sign_in):
    answer(assessment, control, UNKNOWN, by=cast.manager.user, ask=cast.colleague.user)
    response = post(
        sign_in(cast.colleague), assessment, control.ref, version=1, option="3"
    )

    assert response.status_code == 200


def test_a_stranger_can_not_be_asked(assessment, control, cast, sign_in):
    response = post(
        sign_in(cast.manager),
        assessment,
        control.ref,
        option=UNKNOWN,
        ask=cast.stranger.user_id,
    )

    assert response.status_code == 422
    assert response.json() == {"errors": {"ask": "This person can’t answer here."}}


def test_after_submission_the_reason_is_said(assessment, control, cast, sign_in):
    assessment.state = State.REVIEW
    assessment.save()
    response = post(sign_in(cast.manager), assessment, control.ref, option="3")

    assert response.status_code == 403
    assert response.json() == {
        "message": "This assessment takes no answers now: it is “In review”."
    }


def test_control_of_another_edition_is_not_found(assessment, cast, sign_in):
    response = post(sign_in(cast.manager), assessment, "ZZ.99", option="3")

    assert response.status_code == 404


def test_get_is_refused(assessment, control, cast, sign_in):
    url = reverse("assessments:answer", args=[assessment.code, control.ref])

    assert sign_in(cast.manager).get(url).status_code == 405


@pytest.mark.parametrize("who", ["manager", "contributor"])
@pytest.mark.parametrize("size", [3, 1200])
def test_a_save_costs_at_most_ten_statements(
    northwind, team, cast, sign_in, django_assert_max_num_queries, who, size
):
    assessment = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=size),
        manager=cast.manager.user,
    )
    control = tree_of(assessment).assessable()[0]
    client = sign_in(getattr(cast, who))
    with django_assert_max_num_queries(10):
        assert post(client, assessment, control.ref, option="3").status_code == 200
    with django_assert_max_num_queries(10):
        again = post(client, assessment, control.ref, version=1, key="k2", option="4")
    assert again.json()["version"] == 2


def test_a_save_by_somebody_who_was_asked_costs_no_more(
    assessment, control, cast, sign_in, django_assert_max_num_queries
):
    answer(assessment, control, UNKNOWN, by=cast.manager.user, ask=cast.colleague.user)
    client = sign_in(cast.colleague)
    with django_assert_max_num_queries(10):
        saved = post(client, assessment, control.ref, version=1, option="3")

    assert saved.json()["version"] == 2

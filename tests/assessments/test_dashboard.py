"""The dashboard: what waits for whom, the next action, the tables; and the list."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from assessments.enums import UNKNOWN, State
from assessments.models import Answer, Assessment
from assessments.queries.dashboard import dashboard_of
from assessments.queries.overview import overviews
from assessments.services import review
from assessments.services.assessments import Assignment, assign_sections
from tests.factories.accounts import MembershipFactory, TeamFactory
from tests.factories.assessments import (
    AssessmentFactory,
    answer,
    answer_all,
    conclude,
    seal,
    submit,
    tree_of,
)
from tests.factories.standards import EditionFactory


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        yield


@pytest.fixture
def edition(db):
    """Four pages: C.1–C.10, C.11–C.20, C.21–C.30 and C.31–C.33."""
    return EditionFactory(standard="synthetic", controls=33)


@pytest.fixture
def assessment(northwind, team, cast, edition):
    return AssessmentFactory(
        organization=northwind,
        team=team,
        edition=edition,
        manager=cast.manager.user,
        auditor=cast.auditor.user,
    )


def assign(assessment, owners):
    """Give pages to people: {"P1": (user, due)}."""
    assign_sections(
        assessment=assessment,
        edition=tree_of(assessment),
        assignments={ref: Assignment(*pair) for ref, pair in owners.items()},
        by=assessment.manager,
    )


def complete(assessment):
    assessment.tasks.update(completed_at="2026-11-20T12:00:00Z")


def lines(member):
    return [
        (task.ref, task.title, task.due.isoformat())
        for task in dashboard_of(member).tasks
    ]


def summary(client):
    return client.get("/").context["summary"]


# My tasks


def test_an_owner_sees_what_each_section_still_lacks(assessment, cast):
    user = cast.contributor.user
    assign(
        assessment,
        {
            "P1": (user, date(2026, 11, 19)),
            "P2": (user, date(2026, 11, 28)),
            "P3": (cast.colleague.user, date(2026, 11, 28)),
            "P4": (user, None),
        },
    )
    controls = tree_of(assessment).assessable()
    answer_all(assessment, "3", controls=controls[:9])
    answer(assessment, controls[9], UNKNOWN)
    answer_all(assessment, "3", controls=controls[30:])

    assert lines(cast.contributor) == [
        ("C.1–C.10", "Page 1: one control without an answer", "2026-11-19"),
        ("C.11–C.20", "Page 2: 10 controls without an answer", "2026-11-28"),
        ("C.31–C.33", "Page 4: check the answers and mark it completed", "2026-12-05"),
    ]


def test_a_completed_section_waits_for_nobody(assessment, cast):
    assign(assessment, {"P4": (cast.colleague.user, None)})
    answer_all(assessment, "3", controls=tree_of(assessment).assessable()[30:])
    complete(assessment)

    assert lines(cast.colleague) == []


def test_many_sections_due_on_one_day_are_one_task(assessment, cast):
    pages = ("P1", "P2", "P3", "P4")
    due = date(2026, 11, 28)
    assign(assessment, dict.fromkeys(pages, (cast.colleague.user, due)))

    [task] = dashboard_of(cast.colleague).tasks

    assert task.title == "Your 4 sections: 33 controls without an answer"
    assert task.url == f"/assessments/{assessment.code}/?show=mine"


def test_what_nobody_owns_waits_for_the_team_and_the_manager(assessment, cast):
    assign(assessment, {"P1": (cast.colleague.user, None)})
    expected = (
        "",
        "Open to IT operations: 23 controls without an answer",
        "2026-12-05",
    )

    assert lines(cast.contributor) == [expected]
    assert lines(cast.manager) == [expected]
    assert lines(cast.admin) == []
    assert lines(cast.viewer) == []
    assert lines(cast.auditor) == []
    [task] = dashboard_of(cast.manager).tasks
    assert task.note == "3 sections without an owner"
    assert task.url == f"/assessments/{assessment.code}/sections/P2/"


def test_a_question_waits_for_whoever_was_asked_until_it_is_answered(assessment, cast):
    answer(
        assessment,
        "C.2",
        UNKNOWN,
        by=cast.contributor.user,
        ask=cast.colleague.user,
        note="Who signs this?",
    )

    [task] = dashboard_of(cast.colleague).tasks
    assert task.title == "Jonas Weber asks whether you know: C.2 Handling of topic 2"
    assert task.note == "Who signs this?"
    assert task.url == f"/assessments/{assessment.code}/controls/C.2/"

    answer(assessment, "C.2", "3", by=cast.colleague.user)
    assert dashboard_of(cast.colleague).tasks == []


def test_a_requested_change_waits_for_the_owner_until_it_is_made(assessment, cast):
    assign(assessment, {"P1": (cast.colleague.user, date(2026, 11, 19))})
    answer_all(assessment, "3")
    complete(assessment)
    submit(assessment)
    conclude(
        assessment, "C.2", by=cast.auditor.user, request="Show this year's record."
    )
    conclude(assessment, "C.12", by=cast.auditor.user, request="Which site is meant?")
    review.send_back(assessment=assessment, by=cast.auditor.user)
    assessment.refresh_from_db()

    [task] = dashboard_of(cast.colleague).tasks
    assert (task.ref, task.title) == (
        "C.2",
        "Handling of topic 2: changes requested by Ruth Adler",
    )
    assert task.note == "Show this year's record."
    assert task.overdue
    # C.12 has no owner: the team and the manager see it.
    assert [line[0] for line in lines(cast.contributor)] == ["C.12"]
    assert [line[0] for line in lines(cast.manager)] == ["C.12"]

    answer(assessment, "C.2", "2", by=cast.colleague.user)
    answer(assessment, "C.12", "2", by=cast.colleague.user)
    assert lines(cast.colleague) == []
    assert lines(cast.manager) == [
        ("", "Everything is answered: submit it for review", "2026-12-05")
    ]


def test_only_its_manager_is_asked_to_submit(assessment, cast):
    answer_all(assessment, "3")
    assert [line[1] for line in lines(cast.manager)] == [
        "Open to IT operations: check the answers and mark them completed"
    ]

    complete(assessment)
    assert [line[1] for line in lines(cast.manager)] == [
        "Everything is answered: submit it for review"
    ]
    assert lines(cast.admin) == []


def test_an_auditor_sees_how_many_answers_have_no_verdict(assessment, cast):
    answer_all(assessment, "3", controls=tree_of(assessment).assessable()[:6])
    answer(assessment, "C.9", UNKNOWN)
    submit(assessment)
    conclude(assessment, "C.1", by=cast.auditor.user)

    [task] = dashboard_of(cast.auditor).tasks
    assert task.title == "Review: 5 answers without a verdict"
    assert task.url == f"/assessments/{assessment.code}/review/"
    for number in range(2, 7):
        conclude(assessment, f"C.{number}", by=cast.auditor.user)
    [task] = dashboard_of(cast.auditor).tasks
    assert (
        task.title == "Review: every answer has a verdict. Accept it, or send it back"
    )


def test_an_auditor_sees_what_can_be_sealed(assessment, cast):
    submit(assessment)
    review.accept(assessment=assessment, by=cast.auditor.user)

    [task] = dashboard_of(cast.auditor).tasks
    assert task.title == "Accepted: seal it, so that nothing in it changes any more"


def test_an_auditor_has_no_tasks_from_a_colleagues_assessment(assessment, cast):
    submit(assessment)
    other = MembershipFactory(organization=cast.admin.organization, role=Role.AUDITOR)

    assert dashboard_of(other).tasks == []
    Assessment.objects.update(auditor=None)
    assert len(dashboard_of(other).tasks) == 1


def test_a_guest_sees_the_one_assessment(assessment, northwind, cast):
    for one in (assessment, AssessmentFactory(organization=northwind, auditor=None)):
        submit(one)
    guest = MembershipFactory(
        organization=northwind, role=Role.AUDITOR, only_assessment=assessment.code
    )
    Assessment.objects.update(auditor=None)

    found = dashboard_of(guest)
    assert [row.assessment for row in found.running] == [assessment]
    assert [task.assessment for task in found.tasks] == [assessment]


# The page


def test_the_first_sentence_counts_in_words(assessment, cast, sign_in):
    user = cast.colleague.user
    client = sign_in(cast.colleague)
    assert summary(client) == "Nothing waits for you."
    waiting = "When a section is open to you or given to you, it appears here."
    assert waiting in client.get("/").content.decode()

    assign(assessment, {"P1": (user, date(2026, 11, 19))})
    assert summary(client) == "You have one task; it is overdue."
    assign(assessment, {"P1": (user, date(2026, 11, 21))})
    assert summary(client) == "You have one task."
    assert waiting not in client.get("/").content.decode()
    assign(
        assessment,
        {
            "P1": (user, date(2026, 11, 19)),
            "P2": (user, date(2026, 11, 20)),
            "P3": (user, date(2026, 11, 28)),
        },
    )
    assert summary(client) == "You have three tasks; two are overdue."


def test_the_next_action_is_the_task_due_first(assessment, cast, sign_in):
    assign(
        assessment,
        {
            "P1": (cast.colleague.user, date(2026, 11, 28)),
            "P2": (cast.colleague.user, date(2026, 11, 19)),
        },
    )
    page = sign_in(cast.colleague).get("/").content.decode()

    assert "Next: answer 10 controls in Page 2" in page
    assert "was due 19 Nov" in page
    assert f'btn-primary" href="/assessments/{assessment.code}/sections/P2/"' in page


def test_a_long_list_of_tasks_is_cut_and_can_be_opened(assessment, cast, sign_in):
    for number in range(1, 10):
        answer(assessment, f"C.{number}", UNKNOWN, ask=cast.colleague.user)
    client = sign_in(cast.colleague)

    page = client.get("/")
    assert len(page.context["tasks"]) == 8
    assert "All 9 tasks" in page.content.decode()
    assert len(client.get("/?all").context["tasks"]) == 9


@pytest.mark.parametrize("role", ["admin", "manager"])
def test_a_new_organization_is_told_what_to_do_first(cast, sign_in, role):
    page = sign_in(getattr(cast, role)).get("/").content.decode()

    assert "From here to a first provisional score takes about five minutes." in page
    assert 'btn-primary" href="/assessments/new/"' in page
    assert "/organization/invitations/new/" in page


@pytest.mark.parametrize("role", ["contributor", "auditor", "viewer"])
def test_others_in_a_new_organization_are_told_whom_they_wait_for(cast, sign_in, role):
    page = sign_in(getattr(cast, role)).get("/").content.decode()

    assert "No assessment has been started yet." in page
    assert "/assessments/new/" not in page


def test_strangers_see_nothing_of_it(assessment, cast, sign_in):
    page = sign_in(cast.stranger).get("/").content.decode()
    assert assessment.code not in page


def test_a_sealed_assessment_is_a_result_and_no_longer_running(
    assessment, cast, sign_in
):
    answer_all(assessment, "3")
    seal(assessment, by=cast.auditor.user)

    found = dashboard_of(cast.viewer)
    assert found.running == []
    assert [(row.value, row.range) for row in found.results] == [("3.0", "")]
    page = sign_in(cast.viewer).get("/").content.decode()
    assert f"/assessments/{assessment.code}/results/" in page
    assert "33 of 33 answered" in page


# Rows


def test_a_row_has_no_score_before_five_answers(assessment):
    controls = tree_of(assessment).assessable()
    answer_all(assessment, "3", controls=controls[:4])
    answer(assessment, controls[4], "na")
    [row] = overviews([assessment])
    assert (row.answered, row.total, row.value, row.range) == (5, 33, "", "")
    assert str(row.chart) == ""

    answer(assessment, controls[5], "3")
    [row] = overviews([assessment])
    assert (row.answered, row.value) == (6, "0.4 to 4.7")
    assert row.range == "3.0 so far"


def test_a_row_says_how_far_it_is_from_the_target(assessment):
    answer_all(assessment, "2")
    [row] = overviews([assessment])
    assert (row.value, row.range, row.target) == ("2.0", "", "3")
    assert row.against_target == "1.0 below"
    assert 'aria-hidden="true"' in row.chart

    for target, text in (("2", "reached"), ("1.5", "0.5 above")):
        Assessment.objects.update(target=target)
        [row] = overviews(Assessment.objects.all())
        assert row.against_target == text


def test_the_state_of_a_row(assessment):
    [row] = overviews([assessment])
    assert (row.status, row.late) == ("Not yet started", False)
    answer(assessment, "C.1", "2")
    Assessment.objects.update(due=date(2026, 11, 20))
    [row] = overviews(Assessment.objects.all())
    assert (row.status, row.late) == ("In progress", True)
    Assessment.objects.update(state=State.REVIEW)
    [row] = overviews(Assessment.objects.all())
    assert (row.status, row.late) == ("In review", False)


# The list


@pytest.fixture
def three(assessment, northwind, cast, edition):
    """The first is open, the second of another team in review, the third sealed."""
    warehouse = TeamFactory(organization=northwind, name="Warehouse")
    shared = {"organization": northwind, "manager": cast.manager.user}
    second = AssessmentFactory(
        team=warehouse, scope="Cold store", due=date(2026, 12, 1), **shared
    )
    submit(second)
    third = AssessmentFactory(
        team=assessment.team, edition=edition, due=date(2025, 12, 1), **shared
    )
    seal(third, by=cast.auditor.user)
    return assessment, second, third


def codes(response):
    return [row.assessment.code for row in response.context["rows"]]


def test_the_list_has_what_is_due_first_on_top_and_sealed_below(three, cast, sign_in):
    first, second, third = three
    for role in ("admin", "manager", "contributor", "auditor", "viewer"):
        response = sign_in(getattr(cast, role)).get("/assessments/")
        assert codes(response) == [second.code, first.code, third.code]
    assert codes(sign_in(cast.stranger).get("/assessments/")) == []


def test_the_list_can_be_narrowed(three, cast, sign_in):
    first, second, third = three
    client = sign_in(cast.viewer)

    def found(query):
        return codes(client.get(f"/assessments/?{query}"))

    assert found("state=running") == [second.code, first.code]
    assert found("state=sealed") == [third.code]
    assert found("state=review") == [second.code]
    assert found(f"team={second.team_id}") == [second.code]
    assert found("standard=synthetic") == [first.code, third.code]
    assert found("q=cold+STORE") == [second.code]
    assert found(f"q={first.code.lower()}") == [first.code]
    assert found("q=nothing+like+it") == []
    # What makes no sense is no filter.
    assert len(found("state=x&team=y&standard=z&page=999")) == 3


@pytest.mark.parametrize(
    "search", ["ZÜRICH", "zürich", "Zu\u0308rich", "ärzte  STRASSE", "Ｚürich"]
)
def test_the_list_is_searched_whatever_the_writing(northwind, search, cast, sign_in):
    team = TeamFactory(organization=northwind, name="Zürich Ärzte")
    wanted = AssessmentFactory(
        organization=northwind, team=team, scope="Werk Lange Straße"
    )
    AssessmentFactory(organization=northwind, edition=wanted.edition)

    response = sign_in(cast.manager).get("/assessments/", {"q": search})

    assert codes(response) == [wanted.code]


def test_an_empty_list_says_what_to_do_next(cast, sign_in):
    words = {
        "manager": "Choose a standard, a team and a period",
        "auditor": "As soon as a team submits its answers",
        "contributor": "what you are asked to answer then appears here",
        "viewer": "its results appear here",
    }
    for role, text in words.items():
        assert (
            text in sign_in(getattr(cast, role)).get("/assessments/").content.decode()
        )


def test_twenty_assessments_are_a_page(northwind, team, cast, edition, sign_in):
    for _ in range(21):
        AssessmentFactory(
            organization=northwind,
            team=team,
            edition=edition,
            manager=cast.manager.user,
        )
    client = sign_in(cast.viewer)
    page = client.get("/assessments/?state=running")
    assert len(page.context["rows"]) == 20
    assert 'href="?state=running&amp;page=2"' in page.content.decode()
    assert len(client.get("/assessments/?state=running&page=2").context["rows"]) == 1


# Statements


def fill(number, controls, northwind, team, cast):
    """One assessment in each state that brings work, `number` times."""
    edition = EditionFactory(controls=controls)
    for _ in range(number):
        made = [
            AssessmentFactory(
                organization=northwind,
                team=team,
                edition=edition,
                manager=cast.manager.user,
                auditor=cast.auditor.user,
            )
            for _ in range(4)
        ]
        for one in made[1:]:
            answer(one, "C.2", "3", by=cast.contributor.user)
            others = [c for c in tree_of(one).assessable() if c.ref != "C.2"]
            Answer.objects.bulk_create(
                Answer(
                    assessment=one,
                    control_id=control.id,
                    option="3",
                    updated_by=cast.contributor.user,
                    updated_at=timezone.now(),
                )
                for control in others
            )
        answer(made[0], "C.1", UNKNOWN, ask=cast.manager.user)
        assign(made[0], {"P1": (cast.contributor.user, None)})
        submit(made[1])
        submit(made[2])
        conclude(made[2], "C.2", by=cast.auditor.user, request="Show it.")
        review.send_back(assessment=made[2], by=cast.auditor.user)
        seal(made[3], by=cast.auditor.user)


@pytest.mark.parametrize(("number", "controls"), [(1, 3), (3, 3), (1, 60)])
@pytest.mark.parametrize(
    ("path", "role", "statements"),
    [
        ("/", "manager", 10),
        ("/", "contributor", 10),
        ("/", "auditor", 9),
        ("/", "viewer", 8),
        ("/assessments/", "viewer", 8),
    ],
)
def test_statements_do_not_grow(
    number,
    controls,
    path,
    role,
    statements,
    northwind,
    team,
    cast,
    sign_in,
    django_assert_num_queries,
):
    fill(number, controls, northwind, team, cast)
    client: Client = sign_in(getattr(cast, role))
    client.get(path)  # editions are read once

    with django_assert_num_queries(statements):
        assert client.get(path).status_code == 200


def test_operators_look_things_up_and_change_nothing(assessment, cast, sign_in):
    made = answer(assessment, "C.1", "3")
    operator = cast.admin.user
    operator.is_staff = operator.is_superuser = True
    operator.save()
    client = sign_in(cast.admin)

    for kind in ("assessment", "answer", "evidence", "verdict"):
        assert client.get(f"/admin/assessments/{kind}/").status_code == 200
        assert client.get(f"/admin/assessments/{kind}/add/").status_code == 403
    for path in (f"assessment/{assessment.pk}", f"answer/{made.pk}"):
        page = client.get(f"/admin/assessments/{path}/change/")
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert client.post(f"/admin/assessments/{path}/delete/").status_code == 403

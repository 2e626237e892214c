"""Changing scope, dates, target and manager of a running assessment."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from accounts.enums import Role
from accounts.models import Event
from assessments.models import Assessment
from tests.factories.accounts import MembershipFactory
from tests.factories.assessments import AssessmentFactory, seal
from tests.factories.standards import EditionFactory


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        yield


@pytest.fixture
def manager(cast, sign_in):
    return sign_in(cast.manager)


@pytest.fixture
def path(assessment):
    return f"/assessments/{assessment.code}/plan/"


def shown(client, path):
    """The fields as the page shows them, with what it remembers of them."""
    form = client.get(path).context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        data[bound.html_name] = data[bound.html_initial_name] = str(value)
    return data


def test_what_changed_is_written_and_logged(assessment, cast, manager, path):
    form = shown(manager, path)
    response = manager.post(
        path,
        form | {"scope": "Porto and Braga", "target": "4", "due": "2026-12-11"},
    )

    assert response.url == path
    assessment.refresh_from_db()
    assert (assessment.scope, assessment.target) == ("Porto and Braga", Decimal(4))
    assert (assessment.due, assessment.period_end) == (
        date(2026, 12, 11),
        date(2026, 12, 31),
    )
    event = Event.objects.get(subject=assessment.subject)
    assert (event.actor, event.action) == (cast.manager.user, "assessment.changed")
    assert event.before == {
        "scope": "Porto site and its cloud services",
        "due": "2026-12-05",
        "target": "3",
    }
    assert event.after == {
        "scope": "Porto and Braga",
        "due": "2026-12-11",
        "target": "4",
    }


def test_saving_what_is_there_changes_and_logs_nothing(assessment, manager, path):
    manager.post(path, shown(manager, path))
    assert not Event.objects.filter(subject=assessment.subject).exists()


def test_what_somebody_else_changed_meanwhile_stays(assessment, manager, path):
    form = shown(manager, path)
    Assessment.objects.update(scope="Changed by Ada")
    manager.post(path, form | {"target": "4"})

    assessment.refresh_from_db()
    assert (assessment.scope, assessment.target) == ("Changed by Ada", Decimal(4))


def test_sections_due_with_the_assessment_move_along(
    northwind, assessment, manager, path
):
    edition = EditionFactory(controls=13)
    Assessment.objects.filter(pk=assessment.pk).update(edition=edition)
    task = assessment.tasks.get()
    early = assessment.tasks.create(section=task.section.edition.sections.first())
    early.due = date(2026, 11, 28)
    early.save()
    manager.post(path, shown(manager, path) | {"due": "2026-12-18"})

    task.refresh_from_db()
    early.refresh_from_db()
    assert (task.due, early.due) == (date(2026, 12, 18), date(2026, 11, 28))


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"scope": ""}, {"scope": ["This field is required."]}),
        (
            {"period_end": "2025-12-31"},
            {"period_end": ["The period ends before it begins."]},
        ),
        ({"due": "2026-11-20"}, {"due": ["This day is past."]}),
    ],
)
def test_what_makes_no_sense_is_refused(assessment, manager, path, changes, errors):
    response = manager.post(path, shown(manager, path) | changes)
    assert response.context["form"].errors == errors
    assert not Event.objects.filter(subject=assessment.subject).exists()


def test_a_due_date_that_has_passed_does_not_block_other_changes(
    assessment, manager, path
):
    Assessment.objects.update(due=date(2026, 11, 20))
    manager.post(path, shown(manager, path) | {"scope": "Porto"})
    assessment.refresh_from_db()
    assert assessment.scope == "Porto"


def test_a_target_between_two_levels_stays_possible(assessment, manager, path):
    Assessment.objects.update(target="2.5")
    form = manager.get(path).context["form"]
    assert form["target"].value() == "2.5"
    assert form.fields["target"].choices[-1] == ("2.5", "2.5")


def test_a_manager_who_left_can_stay_or_be_replaced(assessment, cast, sign_in, path):
    cast.manager.left_at = "2026-11-01T00:00Z"
    cast.manager.save()
    admin = sign_in(cast.admin)
    form = shown(admin, path)
    assert form["manager"] == str(cast.manager.user_id)
    admin.post(path, form | {"scope": "Porto"})
    assessment.refresh_from_db()
    assert assessment.manager == cast.manager.user
    admin.post(path, shown(admin, path) | {"manager": cast.admin.user_id})
    assessment.refresh_from_db()
    assert assessment.manager == cast.admin.user


def test_a_sealed_plan_is_shown_and_stays(assessment, cast, manager, path):
    form = shown(manager, path)
    seal(assessment, by=cast.auditor.user)

    page = manager.get(path).content.decode()
    assert "This assessment is sealed" in page
    assert "<dd>3 – Defined</dd>" in page
    assert 'name="scope"' not in page
    assert manager.post(path, form | {"scope": "Porto"}).status_code == 403
    assessment.refresh_from_db()
    assert assessment.scope == "Porto site and its cloud services"


@pytest.mark.parametrize("page", ["plan", "people"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("admin", 200),
        ("manager", 200),
        ("contributor", 403),
        ("colleague", 403),
        ("auditor", 403),
        ("viewer", 403),
        ("stranger", 404),
    ],
)
def test_managers_and_administrators_plan(
    assessment, cast, sign_in, page, role, status
):
    client = sign_in(getattr(cast, role))
    path = f"/assessments/{assessment.code}/{page}/"
    assert client.get(path).status_code == status
    assert client.post(path).status_code == status


def test_a_guest_plans_nothing(assessment, northwind, sign_in):
    guest = MembershipFactory(
        organization=northwind, role=Role.AUDITOR, only_assessment=assessment.code
    )
    for page in ("plan", "people"):
        path = f"/assessments/{assessment.code}/{page}/"
        assert sign_in(guest).get(path).status_code == 403


@pytest.mark.parametrize(("page", "statements"), [("plan", 5), ("people", 8)])
@pytest.mark.parametrize("controls", [3, 60])
def test_statements_do_not_grow(
    northwind,
    team,
    cast,
    manager,
    page,
    statements,
    controls,
    django_assert_num_queries,
):
    one = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=controls),
        manager=cast.manager.user,
    )
    path = f"/assessments/{one.code}/{page}/"
    manager.get(path)
    with django_assert_num_queries(statements):
        manager.get(path)

"""Starting an assessment: four screens, one assessment, few statements."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Event, Team
from assessments.models import Assessment, SectionTask
from assessments.queries.starting import editions_to_start
from assessments.services.assessments import (
    Plan,
    change_plan,
    complete_section,
    create_assessment,
)
from standards.models import Edition
from standards.queries import edition_tree
from tests.factories.accounts import MembershipFactory, TeamFactory
from tests.factories.assessments import AssessmentFactory, answer_all, seal, tree_of
from tests.factories.standards import EditionFactory, store_built_in

SCREENS = ("new/", "new/scope/", "new/period/", "new/people/")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        yield


@pytest.fixture
def edition(db):
    return EditionFactory(standard="synthetic", controls=33)


@pytest.fixture
def manager(cast, sign_in):
    return sign_in(cast.manager)


PERIOD = {
    "period_start": "2026-01-01",
    "period_end": "2026-12-31",
    "due": "2027-01-08",
    "target": "3",
}


def walk(client, team, *, edition="synthetic/2025", **period):
    """The first three screens; returns the answer to the third."""
    address = f"/assessments/new/scope/?edition={edition}"
    client.post(address, {"team": team.pk, "scope": "Porto site"})
    return client.post("/assessments/new/period/", PERIOD | period)


def code_of(client):
    return client.session["new_assessment"]["code"]


def people(client, cast, **changes):
    return {"code": code_of(client), "manager": cast.manager.user_id} | changes


# From the first to the last screen


def test_four_screens_start_an_assessment(edition, team, cast, manager):
    response = manager.get("/assessments/new/?edition=synthetic/2025")
    assert response.url == "/assessments/new/scope/?edition=synthetic/2025"
    response = manager.post(response.url, {"team": team.pk, "scope": " Porto site "})
    assert response.url == "/assessments/new/period/"
    response = manager.post("/assessments/new/period/", PERIOD)
    assert response.url == "/assessments/new/people/"
    pages = edition_tree(edition.pk, edition.checksum).pages()
    response = manager.post(
        "/assessments/new/people/",
        people(
            manager,
            cast,
            auditor=cast.auditor.user_id,
            **{f"owner-{pages[1].id}": cast.contributor.user_id},
        ),
    )

    made = Assessment.objects.get()
    assert response.url == f"/assessments/{made.code}/"
    assert (made.edition, made.team, made.scope) == (edition, team, "Porto site")
    assert (made.period_start, made.period_end) == (
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    assert (made.due, made.target) == (date(2027, 1, 8), Decimal(3))
    assert (made.manager, made.auditor) == (cast.manager.user, cast.auditor.user)
    assert (made.created_by, made.previous) == (cast.manager.user, None)
    assert [
        (task.section.ref, task.owner, task.due)
        for task in made.tasks.select_related("section", "owner").order_by("pk")
    ] == [
        ("P1", None, date(2027, 1, 8)),
        ("P2", cast.contributor.user, date(2027, 1, 8)),
        ("P3", None, date(2027, 1, 8)),
        ("P4", None, date(2027, 1, 8)),
    ]
    event = Event.objects.get(subject=made.subject)
    assert (event.actor, event.action) == (cast.manager.user, "assessment.created")
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "The assessment is started. Next: open a section and answer its questions. "
        "After five answers you see a first score."
    ]
    assert "new_assessment" not in manager.session


def test_a_first_click_on_the_last_button_is_the_only_one(edition, team, cast, manager):
    walk(manager, team)
    form = people(manager, cast)
    first = manager.post("/assessments/new/people/", form)
    second = manager.post("/assessments/new/people/", form)

    assert first.url == second.url
    assert Assessment.objects.count() == 1


def test_two_clicks_at_once_make_one_assessment(edition, team, cast):
    # Both requests read the session before either wrote: only the code tells.
    plan = Plan(
        team=team,
        scope="Porto site",
        period_start=date(2026, 1, 1),
        period_end=date(2026, 12, 31),
        due=date(2027, 1, 8),
        target=Decimal(3),
        manager=cast.manager.user,
    )
    tree = edition_tree(edition.pk, edition.checksum)
    made = [
        create_assessment(by=cast.manager, edition=tree, plan=plan, code="BCDFGHJ")
        for _ in range(2)
    ]

    assert made[0] == made[1]
    assert (Assessment.objects.count(), SectionTask.objects.count()) == (1, 4)
    with pytest.raises(IntegrityError):
        create_assessment(by=cast.stranger, edition=tree, plan=plan, code="BCDFGHJ")


def test_a_page_of_an_earlier_choice_makes_nothing(edition, team, cast, manager):
    walk(manager, team)
    response = manager.post(
        "/assessments/new/people/", people(manager, cast, code="BCDFGHJ")
    )

    assert response.status_code == 200
    assert Assessment.objects.count() == 0


def test_the_sealed_assessment_before_is_shown_and_linked(
    edition, team, northwind, cast, manager
):
    before = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=edition,
        manager=cast.manager.user,
        period_start=date(2025, 1, 1),
        period_end=date(2025, 12, 31),
    )
    answer_all(before, "2")
    seal(before, by=cast.auditor.user)
    walk(manager, team)

    for screen in ("period", "people"):
        page = manager.get(f"/assessments/new/{screen}/").content.decode()
        assert "Last time:" in page
        assert f"/assessments/{before.code}/results/" in page
        assert "1 Jan – 31 Dec 2025, score 2.0" in page
    manager.post("/assessments/new/people/", people(manager, cast))
    assert Assessment.objects.get(state="open").previous == before


def test_another_teams_assessment_is_no_predecessor(
    edition, team, northwind, cast, manager
):
    other = AssessmentFactory(organization=northwind, edition=edition)
    seal(other, by=cast.auditor.user)
    walk(manager, team)

    assert "Last time:" not in manager.get("/assessments/new/people/").content.decode()
    manager.post("/assessments/new/people/", people(manager, cast))
    assert Assessment.objects.get(state="open").previous is None


# Who may


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("admin", True),
        ("manager", True),
        ("contributor", False),
        ("auditor", False),
        ("viewer", False),
    ],
)
def test_managers_and_administrators_start(cast, sign_in, screen, role, allowed):
    client = sign_in(getattr(cast, role))
    status = client.get(f"/assessments/{screen}").status_code
    assert (status != 403) is allowed
    if screen != "new/":
        assert (client.post(f"/assessments/{screen}").status_code != 403) is allowed


def test_a_guest_starts_nothing(northwind, sign_in):
    guest = MembershipFactory(
        organization=northwind, role=Role.MANAGER, only_assessment="BCDFGHJ"
    )
    assert sign_in(guest).get("/assessments/new/").status_code == 403


# The standard


def test_only_published_editions_can_be_started(edition, manager):
    EditionFactory(standard="hidden")
    Edition.objects.filter(standard__slug="hidden").update(published_at=None)

    response = manager.get("/assessments/new/")
    assert [(one.title, one.asked_count) for one in response.context["editions"]] == [
        ("Synthetic:2025", 33)
    ]
    response = manager.get("/assessments/new/?edition=hidden/2025", follow=True)
    assert "The library has no such standard." in response.content.decode()


def test_the_search_looks_at_title_name_tagline_and_publisher(edition):
    EditionFactory(standard="other")
    for search, found in {
        "synth": ["Synthetic:2025"],
        "MADE tests": ["Other:2025", "Synthetic:2025"],
        "nobody other": ["Other:2025"],
        "made nowhere": [],
    }.items():
        assert [one.title for one in editions_to_start(search)] == found


def test_the_wizard_finds_what_the_library_finds(client, db):
    store_built_in()
    for search in (
        "pharma",
        "eu gmp",
        "cmmc",
        "information backup",
        "ＣＭＭＣ level 2",
    ):
        listed = client.get("/standards/", {"q": search}).context["page"].listed
        found = {edition.standard.slug for edition in editions_to_start(search)}
        assert found == {row.standard.slug for row in listed}, search
        assert found, search


def test_a_search_of_1900_words_is_cut(edition, manager):
    words = " ".join(f"synth{number}" for number in range(1_900))

    with CaptureQueriesContext(connection) as captured:
        response = manager.get("/assessments/new/", {"q": words})

    assert response.status_code == 200
    assert len(response.context["search"]) <= 100
    assert len(captured) <= 12


@pytest.mark.parametrize("marks", ["\u202e", "\u200b\u2066", "\ufeff"])
def test_a_scope_has_no_hidden_letters(edition, team, manager, marks):
    address = "/assessments/new/scope/?edition=synthetic/2025"

    manager.post(address, {"team": team.pk, "scope": f"{marks}Porto{marks} site"})
    empty = manager.post(address, {"team": team.pk, "scope": marks})

    assert manager.session["new_assessment"]["scope"]["scope"] == "Porto site"
    assert empty.context["form"].errors == {"scope": ["This field is required."]}


def test_screens_without_a_standard_lead_to_the_first(manager):
    for screen in SCREENS[1:]:
        assert manager.get(f"/assessments/{screen}").url == "/assessments/new/"
        assert manager.post(f"/assessments/{screen}").url == "/assessments/new/"


@pytest.mark.parametrize("screen", ["", "scope/"])
def test_following_a_link_changes_nothing(edition, team, manager, screen):
    """Somebody else may have made the link."""
    EditionFactory(standard="other")
    walk(manager, team)
    before = dict(manager.session["new_assessment"])
    page = manager.get(f"/assessments/new/{screen}?edition=other/2025", follow=True)

    assert page.context["wizard"].edition.standard.slug == "other"
    assert dict(manager.session["new_assessment"]) == before


def test_later_screens_wait_for_the_earlier_ones(edition, manager):
    manager.get("/assessments/new/?edition=synthetic/2025")
    for screen in SCREENS[2:]:
        assert manager.get(f"/assessments/{screen}").url == "/assessments/new/"


def test_another_standard_keeps_what_still_fits(edition, team, cast, manager):
    EditionFactory(standard="other")
    walk(manager, team, target="4", due="2027-02-05")

    scope = "/assessments/new/scope/?edition=other/2025"
    form = manager.get(scope).context["form"]
    assert (form["team"].value(), form["scope"].value()) == (team.pk, "Porto site")
    manager.post(scope, {"team": team.pk, "scope": "Porto site"})
    form = manager.get("/assessments/new/period/").context["form"]
    assert (form["due"].value(), form["target"].value()) == ("2027-02-05", "3")


# Team and scope


def test_the_only_team_is_chosen_already(edition, team, manager):
    page = manager.get(
        "/assessments/new/scope/?edition=synthetic/2025"
    ).content.decode()
    assert f'<option value="{team.pk}" selected>' in page


def test_a_new_team_is_made_once(edition, team, northwind, manager):
    form = {"team": team.pk, "new_team": "Warehouse", "scope": "Cold store"}
    for name in ("Warehouse", "warehouse"):
        manager.post(
            "/assessments/new/scope/?edition=synthetic/2025", form | {"new_team": name}
        )

    assert sorted(northwind.teams.values_list("name", flat=True)) == [
        "IT operations",
        "Warehouse",
    ]
    made = Team.objects.get(name="Warehouse")
    assert manager.session["new_assessment"]["scope"]["team"] == made.pk


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"scope": "x"}, {"team": ["Choose a team, or make a new one."]}),
        ({"new_team": "Warehouse"}, {"scope": ["This field is required."]}),
        (
            {"new_team": "Warehouse", "scope": "x" * 301},
            {"scope": ["Ensure this value has at most 300 characters (it has 301)."]},
        ),
    ],
)
def test_team_and_scope_are_needed(edition, team, manager, data, errors):
    response = manager.post("/assessments/new/scope/?edition=synthetic/2025", data)
    assert response.context["form"].errors == errors
    assert "<title>Error:" in response.content.decode()
    assert Team.objects.count() == 1


def test_another_organizations_team_cannot_be_chosen(edition, team, manager):
    other = TeamFactory()
    response = manager.post(
        "/assessments/new/scope/?edition=synthetic/2025",
        {"team": other.pk, "scope": "Porto site"},
    )
    assert list(response.context["form"].errors) == ["team"]


# Period and target


def test_the_period_is_this_year_and_due_on_a_friday(edition, team, manager):
    manager.post(
        "/assessments/new/scope/?edition=synthetic/2025",
        {"team": team.pk, "scope": "Porto site"},
    )
    form = manager.get("/assessments/new/period/").context["form"]

    assert {name: form[name].value() for name in form.fields} == PERIOD
    assert form.fields["target"].choices[0] == ("1", "1 – Ad hoc")
    assert form.fields["target"].choices[-1] == ("5", "5 – Improving")


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"period_end": "2025-12-31"},
            {"period_end": ["The period ends before it begins."]},
        ),
        (
            {"period_start": "2020-01-01"},
            {"period_end": ["The period is longer than three years. Check the years."]},
        ),
        ({"period_start": "0206-01-01"}, {"period_start": ["Check the year."]}),
        ({"due": "2026-11-20"}, {"due": ["This day is past."]}),
        (
            {"due": "2030-01-01"},
            {"due": ["This is more than three years away. Check the year."]},
        ),
        (
            {
                "period_start": "2027-01-01",
                "period_end": "2027-12-31",
                "due": "2026-12-11",
            },
            {"due": ["It can’t be due before the period begins."]},
        ),
        ({"due": "soon"}, {"due": ["Enter a valid date."]}),
        (
            {"target": "6"},
            {
                "target": [
                    "Select a valid choice. 6 is not one of the available choices."
                ]
            },
        ),
    ],
)
def test_what_makes_no_sense_is_refused(edition, team, manager, changes, errors):
    response = walk(manager, team, **changes)
    assert response.context["form"].errors == errors
    assert "period" not in manager.session["new_assessment"]


def test_what_was_entered_is_there_again(edition, team, cast, manager):
    walk(manager, team, target="4", due="2027-02-05")

    form = manager.get("/assessments/new/scope/").context["form"]
    assert form["scope"].value() == "Porto site"
    form = manager.get("/assessments/new/period/").context["form"]
    assert (form["due"].value(), form["target"].value()) == ("2027-02-05", "4")


# People


def test_the_people_are_members_by_role(edition, team, cast, northwind, manager):
    MembershipFactory(
        organization=northwind, role=Role.AUDITOR, only_assessment="BCDFGHJ"
    )
    MembershipFactory(
        organization=northwind, role=Role.MANAGER, left_at="2026-01-01T00:00Z"
    )
    walk(manager, team)
    page = manager.get("/assessments/new/people/")
    form = page.context["form"]

    assert "<dd>3 – Defined</dd>" in page.content.decode()
    assert form["manager"].value() == cast.manager.user_id
    names = {
        name: [str(label) for _value, label in field.choices]
        for name, field in form.fields.items()
    }
    assert names["manager"] == ["Ada Admin", "Ines Duarte"]
    assert names["auditor"] == ["Nobody yet", "Ruth Adler"]
    owner = names[f"owner-{form.sections[0].id}"]
    assert owner == [
        "Open to the team",
        "Ada Admin",
        "Ines Duarte",
        "Jonas Weber",
        "Mei Tanaka",
    ]


def test_one_button_gives_all_sections_to_me(edition, team, cast, manager):
    walk(manager, team)
    form = people(manager, cast, manager=cast.admin.user_id)
    response = manager.post("/assessments/new/people/", form | {"give": "me"})

    assert response.url == "/assessments/new/people/"
    shown = manager.get("/assessments/new/people/").context["form"]
    # What was chosen above it stays.
    assert shown["manager"].value() == str(cast.admin.user_id)
    me = str(cast.manager.user_id)
    assert {field.value() for _s, _r, field in shown.rows()} == {me}
    manager.post("/assessments/new/people/", form | {"give": "team"})
    shown = manager.get("/assessments/new/people/").context["form"]
    assert {field.value() for _s, _r, field in shown.rows()} == {""}
    assert Assessment.objects.count() == 0


def test_nobody_else_can_be_put_in(edition, team, cast, manager):
    walk(manager, team)
    response = manager.post(
        "/assessments/new/people/",
        people(
            manager,
            cast,
            manager=cast.stranger.user_id,
            auditor=cast.viewer.user_id,
        ),
    )
    assert list(response.context["form"].errors) == ["manager", "auditor"]


def test_what_became_wrong_leads_back_to_its_screen(edition, team, cast, manager):
    walk(manager, team, due="2026-11-23")
    form = people(manager, cast)
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        response = manager.post("/assessments/new/people/", form)
    assert response.url == "/assessments/new/period/"
    team.delete()
    response = manager.post("/assessments/new/people/", form)
    assert response.url == "/assessments/new/scope/"
    assert Assessment.objects.count() == 0


# Statements


@pytest.mark.parametrize("controls", [3, 60, 1200])
def test_creating_takes_few_statements(
    controls, team, cast, manager, django_assert_max_num_queries
):
    edition = EditionFactory(standard="big", controls=controls)
    edition_tree(edition.pk, edition.checksum)
    walk(manager, team, edition="big/2025")
    form = people(manager, cast)

    with django_assert_max_num_queries(20):
        manager.post("/assessments/new/people/", form)
    assert SectionTask.objects.count() == -(-controls // 10)


# The services below


def test_a_sealed_plan_stays(assessment, cast):
    seal(assessment, by=cast.auditor.user)
    with pytest.raises(PermissionDenied):
        change_plan(
            assessment=assessment, by=cast.manager.user, changes={"scope": "Other"}
        )


def test_completing_a_section_is_logged(assessment, cast):
    page = tree_of(assessment).pages()[0]
    for at in (assessment.created_at, None):
        complete_section(
            assessment=assessment, section=page, at=at, by=cast.manager.user
        )
        assert assessment.tasks.get().completed_at == at
    actions = Event.objects.filter(subject=assessment.subject).order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "section.completed",
        "section.reopened",
    ]

"""A sealed record never changes: remade reports, and the pages, whatever is renamed."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event
from accounts.services.events import log
from accounts.services.members import change_profile, end_membership
from accounts.services.organizations import (
    change_organization,
    delete_team,
    rename_team,
)
from assessments.models import Assessment, Evidence, SealedRecord, SectionTask
from assessments.services import review
from assessments.services.evidence import attach_link
from reports.services import making
from tests.factories.accounts import UserFactory
from tests.factories.assessments import (
    AssessmentFactory,
    answer,
    answer_all,
    conclude,
    seal,
    submit,
    tree_of,
)

FILES = (
    ("full", "pdf"),
    ("executive", "pdf"),
    ("answers", "xlsx"),
    ("answers", "json"),
)
# The heart's thread has a connection of its own, which can't see an open transaction.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sealed(northwind, team, cast) -> Assessment:
    """Sealed, with an owner, evidence, a person asked, a verdict and one before it."""
    common = {
        "organization": northwind,
        "team": team,
        "manager": cast.manager.user,
        "auditor": cast.auditor.user,
    }
    before = AssessmentFactory(**common, period_end=date(2025, 12, 31))
    answer_all(before, "2")
    seal(before, by=cast.auditor.user)
    one = AssessmentFactory(**common, edition=before.edition, previous=before)
    SectionTask.objects.filter(assessment=one).update(owner=cast.contributor.user)
    answer_all(one, "3", by=cast.contributor.user)
    answer(one, "C.2", "unknown", by=cast.colleague.user, ask=cast.admin.user)
    attach_link(
        assessment=one,
        control=tree_of(one).control("C.1"),
        by=cast.contributor.user,
        url="https://intranet.example/reviews",
        title="Access review",
        period=(date(2026, 1, 1), date(2026, 6, 30)),
    )
    submit(one)
    conclude(one, "C.1", by=cast.auditor.user, grade="observation", reason="Thin.")
    review.accept(assessment=one, by=cast.auditor.user)
    review.seal(assessment=one, edition=tree_of(one), by=cast.auditor.user)
    one.refresh_from_db()
    return one


@pytest.fixture
def remade(make, fonts):
    """Returns the SHA-256 of every file, made anew."""

    def digests(assessment: Assessment) -> dict[tuple[str, str], str]:
        found = {}
        for kind, form in FILES:
            report = make(assessment, kind, form)
            making.make_report(report_id=report.pk, token="one")
            report.refresh_from_db()
            found[kind, form] = report.sha256
        return found

    return digests


def content(make, assessment, kind, form) -> bytes:
    report = make(assessment, kind, form)
    making.make_report(report_id=report.pk, token="one")
    report.refresh_from_db()
    return (settings.MEDIA_ROOT / report.file.name).read_bytes()


def rename_everything(sealed, cast, team) -> None:
    change_organization(by=cast.admin, name="Southwind", time_zone="Pacific/Auckland")
    rename_team(team=team, by=cast.admin, name="Another team")
    for role in ("admin", "manager", "contributor", "colleague", "auditor"):
        user = getattr(cast, role).user
        change_profile(user=user, name=f"Renamed {role}", theme="", language="")
    standard, edition = sealed.edition.standard, sealed.edition
    type(standard).objects.update(name="Another standard", tagline="Another")
    type(edition).objects.update(title="Another title")
    Assessment.objects.filter(pk=sealed.pk).update(scope="Another scope")
    Evidence.objects.update(
        title="Another", url="https://b.example", period_end=date(2020, 1, 1)
    )


def test_every_file_is_byte_for_byte_the_same_after_all_names_changed(
    sealed, cast, team, remade
):
    first = remade(sealed)

    rename_everything(sealed, cast, team)

    assert remade(sealed) == first


def test_the_names_are_those_of_the_sealing(sealed, cast, team, make):
    rename_everything(sealed, cast, team)

    text = content(make, sealed, "answers", "json").decode()

    assert "Northwind Pharma" in text
    assert "Access review" in text
    assert "Renamed" not in text
    assert "Another" not in text
    assert "Southwind" not in text


def test_people_who_left_or_lost_their_account_keep_their_names(sealed, cast, remade):
    log(
        organization=sealed.organization,
        actor=(gone := UserFactory(name="Gone Away")),
        action="section.assigned",
        subject=sealed.subject,
    )
    review.reopen(assessment=sealed, by=cast.auditor.user, reason="One more step")
    submit(sealed)
    review.accept(assessment=sealed, by=cast.auditor.user)
    review.seal(assessment=sealed, edition=tree_of(sealed), by=cast.auditor.user)
    sealed.refresh_from_db()
    first = remade(sealed)

    end_membership(member=cast.contributor, by=cast.admin.user)
    gone.delete()

    assert remade(sealed) == first


def test_what_happens_after_the_sealing_is_not_in_it(sealed, cast, remade):
    first = remade(sealed)

    log(
        organization=sealed.organization,
        actor=cast.manager.user,
        action="assessment.changed",
        subject=sealed.subject,
        after={"scope": "Lisbon"},
    )

    assert remade(sealed) == first


def test_the_assessment_before_may_be_opened_and_answered_again(sealed, cast, remade):
    first = remade(sealed)

    before = sealed.previous
    review.reopen(assessment=before, by=cast.auditor.user, reason="An error")
    before.refresh_from_db()
    answer_all(before, "5")

    assert remade(sealed) == first


def test_the_next_day_changes_nothing(sealed, remade, monkeypatch):
    first = remade(sealed)

    later = timezone.now() + timedelta(days=400)
    monkeypatch.setattr(timezone, "localdate", lambda *_args: later.date())

    assert remade(sealed) == first


def test_a_team_with_a_sealed_assessment_can_not_be_deleted(sealed, cast, team):
    with pytest.raises(ValidationError):
        delete_team(team=team, by=cast.admin)


def test_sealed_again_is_a_new_record_with_the_names_of_then(sealed, cast, team, make):
    rename_team(team=team, by=cast.admin, name="Data centre")
    review.reopen(assessment=sealed, by=cast.auditor.user, reason="An error")
    submit(sealed)
    review.accept(assessment=sealed, by=cast.auditor.user)
    review.seal(assessment=sealed, edition=tree_of(sealed), by=cast.auditor.user)
    sealed.refresh_from_db()

    teams = [row.content["team"] for row in sealed.records.order_by("sealed_at")]
    assert teams == ["IT operations", "Data centre"]
    assert "Data centre" in content(make, sealed, "answers", "json").decode()


def test_an_open_assessment_is_called_as_everything_is_called_today(
    sealed, cast, team, make
):
    review.reopen(assessment=sealed, by=cast.auditor.user, reason="An error")
    rename_team(team=team, by=cast.admin, name="Data centre")

    text = content(make, sealed, "answers", "json").decode()

    assert "Data centre" in text
    assert "IT operations" not in text


@pytest.mark.parametrize(
    ("name", "refs"),
    [
        ("tasks", ()),
        ("results", ()),
        ("plan", ()),
        ("controls", ()),
        ("check_all", ()),
        ("review", ()),
        ("review_control", ("C.1",)),
        ("history", ()),
        ("control_history", ("C.1",)),
        ("control", ("C.1",)),
        ("section", ("S1",)),
    ],
)
def test_pages_print_the_names_of_the_sealing(sealed, cast, team, sign_in, name, refs):
    if name == "section":
        refs = (tree_of(sealed).section_of("C.1").ref,)
    address = reverse(f"assessments:{name}", args=[sealed.code, *refs])
    readers = {"tasks": cast.viewer, "plan": cast.manager}
    reader = sign_in(readers.get(name, cast.auditor))
    assert reader.get(address).status_code == 200
    rename_team(team=team, by=cast.admin, name="Another team")
    for role in ("admin", "manager", "contributor", "colleague", "auditor"):
        user = getattr(cast, role).user
        change_profile(user=user, name=f"Renamed {role}", theme="", language="")
    Evidence.objects.update(title="Another title")

    page = reader.get(address).content.decode()
    main = page[page.index("<main") : page.index("</main>")]

    assert "Renamed" not in main
    assert "Another" not in main


@pytest.mark.parametrize("form", ["csv", "json"])
def test_the_file_of_answers_stays_as_well(sealed, cast, team, sign_in, form):
    address = reverse("assessments:answers_file", args=[sealed.code, form])
    reader = sign_in(cast.auditor)
    first = reader.get(address).content
    rename_everything(sealed, cast, team)

    assert reader.get(address).content == first


def test_the_file_is_named_as_at_the_sealing(sealed, cast, team, make, fonts, sign_in):
    report = make(sealed, "answers", "json")
    making.make_report(report_id=report.pk, token="one")
    rename_team(team=team, by=cast.admin, name="Another team")

    answer = sign_in(cast.manager).get(reverse("reports:download", args=[report.code]))

    assert "IT-operations" in answer["Content-Disposition"]
    answer.close()


def test_assessments_sealed_before_are_recorded_by_the_migration(sealed, remade):
    first = remade(sealed)
    records = dict(SealedRecord.objects.values_list("assessment", "content"))
    SealedRecord.objects.all().delete()

    migration = import_module("assessments.migrations.0004_sealed_records")
    migration.record_sealed(apps, None)

    assert dict(SealedRecord.objects.values_list("assessment", "content")) == records
    assert remade(sealed) == first


def test_the_seal_itself_stands_in_the_history_of_the_report(sealed):
    record = SealedRecord.objects.get(assessment=sealed)
    event = Event.objects.get(pk=record.content["last_event"])
    assert event.action == "assessment.sealed"

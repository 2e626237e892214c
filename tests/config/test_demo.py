"""The demo: made through the services, and taken away without a trace."""

import json
from concurrent.futures import TimeoutError as TookTooLong

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from accounts.models import Membership, Organization, User
from assessments.models import Answer, Assessment, Evidence, SealedRecord, Verdict
from config.demo import cast, making
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.assessments import AssessmentFactory, answer_all
from tests.factories.standards import store_built_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def make(files, monkeypatch, capsys):
    """Makes the demo and returns what the command said."""
    monkeypatch.setenv("PLUMBLINE_DEMO_PASSWORD", "a password for the demo")
    store_built_in()

    def command() -> dict:
        call_command("demo", "--format=json")
        return json.loads(capsys.readouterr().out)

    return command


def everything() -> dict[str, int]:
    """How many rows every table of ours holds, apart from the library."""
    labels = ("accounts", "assessments", "reports")
    models = [m for label in labels for m in apps.get_app_config(label).get_models()]
    return {model.__name__: model._base_manager.count() for model in models}


def test_five_people_one_per_role_and_every_state(make, client):
    said = make()

    assert [person["role"] for person in said["people"]] == [
        "admin",
        "manager",
        "contributor",
        "auditor",
        "viewer",
    ]
    assert client.login(
        email=said["people"][0]["email"], password="a password for the demo"
    )
    rows = Assessment.objects.order_by("pk").values_list(
        "edition__standard__slug", "state", "previous__period_end__year"
    )
    assert list(rows) == [
        ("iso-27001", "sealed", None),
        ("iso-27001", "sealed", 2024),
        ("iso-27001", "open", 2025),
        ("gmp", "review", None),
        ("iso-27032", "changes", None),
    ]
    sealed = Assessment.objects.filter(state="sealed").order_by("pk")
    assert list(SealedRecord.objects.order_by("pk").values_list("sealed_at")) == list(
        sealed.values_list("sealed_at")
    )
    assert Organization.objects.get().is_demo
    assert Verdict.objects.exclude(request="").exists()
    assert Evidence.objects.exclude(sha256="").exists()
    assert Answer.objects.filter(option="na").exists()


def test_remove_takes_exactly_the_demo_away(
    make, files, django_capture_on_commit_callbacks
):
    stranger = MembershipFactory(role="manager")
    kept = AssessmentFactory(organization=stranger.organization, manager=stranger.user)
    answer_all(kept, "3")
    before = everything()

    make()
    assert any(path.is_file() for path in files.rglob("*"))
    with django_capture_on_commit_callbacks(execute=True):
        call_command("demo", "--remove")

    assert everything() == before
    assert not any(path.is_file() for path in files.rglob("*"))
    assert User.objects.filter(email__endswith="northwind.example").count() == 0
    assert Membership.objects.get() == stranger


def test_a_second_demo_and_a_missing_one_are_said(make):
    with pytest.raises(CommandError, match="There is no demo to remove"):
        call_command("demo", "--remove")
    make()
    with pytest.raises(CommandError, match="The demo is there already"):
        call_command("demo")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins_and_the_other_says_so(
    make, beside, uncommitted, monkeypatch
):
    monkeypatch.setattr(cast, "STORIES", ())  # they take long, and decide nothing
    with uncommitted(lambda: making.make("a password for the demo")):
        second = beside(lambda: call_command("demo"))
        with pytest.raises(TookTooLong):
            second.result(0.5)

    with pytest.raises(CommandError) as said:
        second.result(20)
    assert str(said.value) == (
        "Somebody else made the demo at the same moment: it is there now."
    )
    sealed = Assessment.objects.filter(state="sealed").order_by("pk")
    assert list(SealedRecord.objects.order_by("pk").values_list("sealed_at")) == list(
        sealed.values_list("sealed_at")
    )
    assert Organization.objects.get().is_demo


def test_a_database_that_stays_busy_is_said(make, monkeypatch):
    def busy(password: str) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(making, "make", busy)
    with pytest.raises(CommandError, match="The database is busy, perhaps with making"):
        call_command("demo")


def test_a_stranger_with_an_address_of_the_demo_is_said(make):
    UserFactory(email=cast.MANAGER.email)
    with pytest.raises(CommandError, match="Somebody has an account with an address"):
        call_command("demo")
    assert not Organization.objects.exists()


def test_missing_standards_are_said(files, monkeypatch):
    monkeypatch.setenv("PLUMBLINE_DEMO_PASSWORD", "a password for the demo")
    with pytest.raises(CommandError, match="standards are missing"):
        call_command("demo")
    assert not Organization.objects.exists()


def test_the_password_is_random_and_kept_for_the_owner_only(files, monkeypatch, capsys):
    monkeypatch.delenv("PLUMBLINE_DEMO_PASSWORD", raising=False)
    store_built_in()
    call_command("demo", "--format=json")
    kept = settings.DATA_DIR / "demo_password"

    assert json.loads(capsys.readouterr().out)["password"] == kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    call_command("demo", "--remove")
    assert not kept.exists()

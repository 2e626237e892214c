"""Where a person is signed in: the list, ending one or all, and how long it lasts."""

import time
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event
from accounts.queries import devices_of
from tests.factories.accounts import PASSWORD

SECURITY = "/account/security/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def enter():
    """Signs in through the page, as browsers do; returns the client."""

    def sign_in(member, agent=FIREFOX, **data) -> Client:
        client = Client(headers={"user-agent": agent})
        login = {"login": member.user.email, "password": PASSWORD}
        client.post(reverse("account_login"), login | data)
        return client

    return sign_in


def is_signed_in(client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (EDGE, "Edge on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("curl/8.5.0", "Unknown browser"),
    ],
)
def test_a_session_is_named_by_its_device(viewer, enter, agent, name):
    client = enter(viewer, agent)
    page = client.get(SECURITY).content.decode()

    assert name in page
    assert "Address 127.0.0.1" in page
    assert "This device" in page


def test_ending_one(viewer, enter):
    here, there = enter(viewer), enter(viewer, EDGE)
    other = UserSession.objects.get(session_key=there.session.session_key)
    here.post(reverse("accounts:end_session", args=[other.pk]))

    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_nobody_ends_another_persons_session(viewer, manager, enter):
    victim = enter(manager)
    session = UserSession.objects.get(user=manager.user)
    response = enter(viewer).post(reverse("accounts:end_session", args=[session.pk]))

    assert response.status_code == 404
    assert is_signed_in(victim)


def test_ending_all_others(viewer, enter, sign_in):
    """Also those that the list doesn't know: made before there was one."""
    here, there, unlisted = enter(viewer), enter(viewer, EDGE), sign_in(viewer)
    here.post(reverse("accounts:end_sessions"))

    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert not is_signed_in(unlisted)
    key = here.session.session_key
    assert [device.is_current for device in devices_of(viewer.user, key)] == [True]
    assert is_signed_in(enter(viewer))


def test_an_administrator_ends_all_of_a_member(admin, viewer, enter, sign_in):
    victim = enter(viewer)
    sign_in(admin).post(reverse("accounts:sign_out_member", args=[viewer.pk]))

    assert not is_signed_in(victim)
    event = Event.objects.get(actor=admin.user)
    assert (event.action, event.actor) == ("signed out", admin.user)


def test_a_new_password_ends_the_other_sessions(viewer, enter):
    here, there = enter(viewer), enter(viewer, EDGE)
    new = "nine elms by the sea"
    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert not is_signed_in(there)


def test_a_session_lasts_as_long_as_the_browser(viewer, enter):
    cookie = enter(viewer).cookies["sessionid"]

    assert cookie["max-age"] == ""


def test_or_14_days_when_asked_for(viewer, enter):
    cookie = enter(viewer, remember="on").cookies["sessionid"]

    assert cookie["max-age"] == 14 * 24 * 60 * 60


def test_the_sign_in_page_says_how_long(client, db):
    page = client.get(reverse("account_login")).content.decode()

    assert "Keep me signed in on this device for 14 days" in page
    assert "Otherwise until you close the browser." in page


def test_use_is_noted_every_ten_minutes(viewer, enter, monkeypatch):
    client = enter(viewer)
    long_ago = timezone.now() - timedelta(days=1)
    UserSession.objects.update(last_seen_at=long_ago)
    client.get("/help/")
    assert UserSession.objects.get().last_seen_at == long_ago

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 601)
    client.get("/help/")
    assert UserSession.objects.get().last_seen_at > long_ago

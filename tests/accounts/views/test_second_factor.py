"""A second factor: setting it up, signing in with it, losing it, being asked for it."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import Event
from accounts.queries import has_second_factor
from common import kept_forms
from tests.accounts.totp import code_of
from tests.factories.accounts import PASSWORD, MembershipFactory

SECURITY = "/account/security/"
ACTIVATE = f"{SECURITY}totp/activate/"
AUTHENTICATE = f"{SECURITY}authenticate/"


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B: the last six of its eight digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert code_of(secret, at=59) == "287082"
    assert code_of(secret, at=1111111109) == "081804"


def confirm_password(client: Client, page: str):
    return client.post(
        reverse("account_reauthenticate"),
        {"password": PASSWORD, "next": page},
        follow=True,
    )


def set_up(client: Client) -> str:
    """Turn on an app that shows codes; returns its key."""
    client.get(ACTIVATE)
    page = confirm_password(client, ACTIVATE)
    secret = re.search(r'id="totp-key" value="(\w+)"', page.content.decode())[1]
    response = client.post(ACTIVATE, {"code": code_of(secret)})
    assert response["Location"] == f"{SECURITY}recovery-codes/"
    return secret


def enter(client: Client, member, **data: str):
    login = {"login": member.user.email, "password": PASSWORD}
    return client.post(reverse("account_login"), login | data)


def codes(client: Client) -> list[str]:
    page = client.get(f"{SECURITY}recovery-codes/").content.decode()
    return re.findall(r"<code>(\w+)</code>", page)


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_setting_up_asks_for_the_password(admin, sign_in):
    response = sign_in(admin).get(ACTIVATE)

    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_an_app_with_codes(admin, sign_in, mailoutbox):
    client = sign_in(admin)
    set_up(client)

    assert has_second_factor(admin.user)
    assert "On. Signing in takes your password" in client.get(SECURITY).content.decode()
    assert len(codes(client)) == 10


def test_the_key_is_an_image_without_anything_inline(admin, sign_in):
    client = sign_in(admin)
    client.get(ACTIVATE)
    page = confirm_password(client, ACTIVATE).content.decode()

    assert 'src="data:image/svg+xml;base64,' in page
    assert "style=" not in page


def test_a_wrong_code_turns_nothing_on(admin, sign_in):
    client = sign_in(admin)
    client.get(ACTIVATE)
    confirm_password(client, ACTIVATE)
    response = client.post(ACTIVATE, {"code": "000000"})

    assert "This code is wrong" in response.content.decode()
    assert not has_second_factor(admin.user)


def test_the_key_is_not_readable_in_the_database(admin, sign_in):
    secret = set_up(sign_in(admin))

    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    assert Authenticator.objects.get(type=Authenticator.Type.TOTP).wrap()


def test_under_another_secret_key_no_code_is_right(admin, sign_in, settings):
    secret = set_up(sign_in(admin))
    settings.SECRET_KEY = "another"
    client = Client()
    enter(client, admin)
    response = client.post(AUTHENTICATE, {"code": code_of(secret)})

    assert "This code is wrong" in response.content.decode()


def test_password_and_code_sign_in(admin, sign_in):
    secret = set_up(sign_in(admin))
    client = Client()
    assert enter(client, admin, next="/standards/")["Location"] == AUTHENTICATE
    assert not is_signed_in(client)
    response = client.post(AUTHENTICATE, {"code": code_of(secret)})

    assert response["Location"] == "/standards/"
    assert is_signed_in(client)


def test_a_form_outlives_the_second_factor_too(admin, sign_in):
    client = sign_in(admin)
    secret = set_up(client)
    client = Client()
    refused = client.post(reverse("accounts:add_team"), {"name": "An hour of work"})
    login = {"login": admin.user.email, "password": PASSWORD}
    client.post(refused["Location"], login)
    shown = client.post(AUTHENTICATE, {"code": code_of(secret)}, follow=True)

    assert 'value="An hour of work"' in shown.content.decode()


def test_a_code_counts_once(admin, sign_in, monkeypatch):
    """Also a minute later, when the clocks' tolerance would let it through again."""
    secret = set_up(sign_in(admin))
    code = code_of(secret)
    first, second = Client(), Client()
    enter(first, admin)
    assert first.post(AUTHENTICATE, {"code": code}).status_code == 302
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 31)
    enter(second, admin)
    response = second.post(AUTHENTICATE, {"code": code})

    assert "This code is wrong" in response.content.decode()
    assert not is_signed_in(second)


def test_a_recovery_code_counts_once(admin, sign_in):
    client = sign_in(admin)
    set_up(client)
    code = codes(client)[0]
    for status in (302, 200):
        other = Client()
        enter(other, admin)
        assert other.post(AUTHENTICATE, {"code": code}).status_code == status

    assert len(codes(client)) == 9


def test_codes_cannot_be_guessed(admin, sign_in):
    secret = set_up(sign_in(admin))
    client = Client()
    enter(client, admin)
    for guess in range(5):
        client.post(AUTHENTICATE, {"code": f"00000{guess}"})
    response = client.post(AUTHENTICATE, {"code": code_of(secret)})

    assert "Too many attempts" in response.content.decode()
    assert not is_signed_in(client)


def test_the_code_alone_opens_nothing(admin, sign_in):
    secret = set_up(sign_in(admin))
    client = Client()
    response = client.post(AUTHENTICATE, {"code": code_of(secret)})

    assert response["Location"] == reverse("account_login")
    assert not is_signed_in(client)


def test_a_new_password_by_mail_does_not_go_round_the_second_factor(
    admin, sign_in, mailoutbox
):
    set_up(sign_in(admin))
    client = Client()
    EmailAddress.objects.update_or_create(
        user=admin.user, email=admin.user.email, defaults={"verified": True}
    )
    mailoutbox.clear()
    client.post(reverse("account_reset_password"), {"email": admin.user.email})
    link = re.search(r"http://testserver(\S+)", mailoutbox[-1].body)[1]
    page = client.get(link, follow=True)
    path = page.request["PATH_INFO"]
    client.post(
        path, {"password1": "nine elms by the sea", "password2": "nine elms by the sea"}
    )
    client.post(
        reverse("account_login"),
        {"login": admin.user.email, "password": "nine elms by the sea"},
    )

    assert not is_signed_in(client)


def test_turning_it_off(admin, sign_in):
    client = sign_in(admin)
    set_up(client)
    client.post(f"{SECURITY}totp/deactivate/")

    assert not Authenticator.objects.exists()
    assert enter(Client(), admin)["Location"] == "/"


def test_an_unproven_address_sets_nothing_up(admin, sign_in):
    EmailAddress.objects.filter(user=admin.user).update(verified=False)
    response = sign_in(admin).get(ACTIVATE, follow=True)

    assert "Confirm your e-mail address first" in response.content.decode()


# An organization that asks for it


@pytest.fixture
def strict(northwind):
    northwind.requires_second_factor = True
    northwind.save()
    return northwind


@pytest.mark.parametrize("who", ["admin", "contributor", "auditor", "viewer", "guest"])
@pytest.mark.parametrize(
    "page", ["/", "/assessments/", "/organization/", "/reports/", "/organization/new/"]
)
def test_everybody_without_one_is_led_to_set_it_up(strict, sign_in, request, who, page):
    client = sign_in(request.getfixturevalue(who))
    response = client.get(page, follow=True)

    assert response.request["PATH_INFO"] == SECURITY
    assert "Northwind Pharma asks for a second factor." in response.content.decode()


@pytest.mark.parametrize(
    "page",
    ["/account/", "/accounts/password/change/", "/accounts/email/", "/help/", SECURITY],
)
def test_what_it_takes_to_set_it_up_stays_open(strict, viewer, sign_in, page):
    assert sign_in(viewer).get(page).status_code == 200


def test_afterwards_everything_is_open(strict, admin, sign_in):
    client = sign_in(admin)
    set_up(client)

    assert client.get("/organization/").status_code == 200


def test_another_organization_is_no_way_round(strict, viewer, sign_in):
    other = MembershipFactory(user=viewer.user)
    client = sign_in(viewer)
    client.post(reverse("accounts:switch", args=[other.organization_id]))

    assert client.get("/")["Location"] == SECURITY


def test_scripts_hear_what_is_missing(strict, viewer, sign_in):
    response = sign_in(viewer).get("/reports/", headers={"accept": "application/json"})

    assert (response.status_code, response.json()) == (403, {"error": "second_factor"})


def test_a_form_sent_meanwhile_is_kept(strict, admin, sign_in):
    client = sign_in(admin)
    client.post(reverse("accounts:add_team"), {"name": "Long work"})

    assert client.session[kept_forms.SESSION_KEY]["fields"] == [["name", "Long work"]]


def test_an_administrator_asks_for_it(admin, sign_in, northwind):
    data = {"name": "Northwind Pharma", "time_zone": "UTC"}
    client = sign_in(admin)
    client.post(reverse("accounts:settings"), data | {"requires_second_factor": "on"})

    northwind.refresh_from_db()
    assert northwind.requires_second_factor
    event = Event.objects.get(action="changed")
    assert event.after == {"requires_second_factor": True, "time_zone": "UTC"}


# What administrators can do for somebody


def reset(client: Client, member):
    """Press the button, and give one's own password when asked."""
    address = reverse("accounts:reset_factor", args=[member.pk])
    asked = client.post(address)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    return confirm_password(client, address)


def test_not_without_the_password_of_the_administrator(admin, contributor, sign_in):
    set_up(sign_in(contributor))
    sign_in(admin).post(reverse("accounts:reset_factor", args=[contributor.pk]))

    assert has_second_factor(contributor.user)


def test_an_administrator_resets_nothing_of_their_own(admin, sign_in):
    client = sign_in(admin)
    set_up(client)
    page = client.post(
        reverse("accounts:reset_factor", args=[admin.pk]), follow=True
    ).content.decode()

    assert "Turn off your own under Security." in page
    assert has_second_factor(admin.user)


def test_an_administrator_resets_it(admin, contributor, sign_in, mailoutbox):
    set_up(sign_in(contributor))
    mailoutbox.clear()
    reset(sign_in(admin), contributor)

    assert not Authenticator.objects.exists()
    assert Event.objects.get().action == "second factor reset"
    assert mailoutbox[0].to == [contributor.user.email]
    assert "Ada Admin, an administrator of Northwind Pharma" in mailoutbox[0].body
    assert enter(Client(), contributor)["Location"] == "/"


def test_not_of_somebody_who_works_elsewhere_too(admin, contributor, sign_in):
    """Anybody can make an organization and invite somebody into it."""
    set_up(sign_in(contributor))
    MembershipFactory(user=contributor.user)
    response = reset(sign_in(admin), contributor)

    assert "belongs to another organization too" in response.content.decode()
    assert has_second_factor(contributor.user)
    assert not Event.objects.exists()


def test_operators_reset_it(contributor, sign_in):
    set_up(sign_in(contributor))
    operator = type(contributor.user).objects.create_superuser(
        "o@example.com", PASSWORD
    )
    data = {"action": "remove_second_factor", "_selected_action": contributor.user_id}
    sign_in(operator).post(reverse("admin:accounts_user_changelist"), data)

    assert not has_second_factor(contributor.user)

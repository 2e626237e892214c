"""Names hold no address, no hidden sign, and make no link in a mail."""

import pytest
from django.core import mail

from accounts.models import Organization, User
from accounts.services import invitations
from common.names import clean_name, has_link, name_for_mail
from tests.factories.accounts import PASSWORD

LINKS = [
    "Your bank: pay at https://evil.example/pay",
    "URGENT www.evil.example",
    "mail me@evil.example",
    "evil.example/3",
    "ＨＴＴＰ://evil.example",
    "mailto:x",
]


@pytest.mark.parametrize("name", LINKS)
def test_an_address_is_no_name(name):
    assert has_link(name)


@pytest.mark.parametrize(
    "name",
    ["Booking.com", "Dr. Mei Tanaka", "A/S Nord", "St.Gallen AG", "R&D @ Porto", "1:1"],
)
def test_names_of_firms_and_people(name):
    assert not has_link(name)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ines\u202egnp.exe", "Inesgnp.exe"),
        ("\u2066Ines\u2069 \u200bDuarte\ufeff", "Ines Duarte"),
        ("  Ines\n\tDuarte ", "Ines Duarte"),
        ("Zu\u0308rich", "Zürich"),
        ("نیم\u200cفاصله", "نیم\u200cفاصله"),
    ],
)
def test_hidden_signs_go(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("URGENT https://evil.example/3", "URGENT https evil example 3"),
        ("evil。example", "evil example"),
        ("me@evil.example", "me evil example"),
        ("Dr. Mei Tanaka", "Dr. Mei Tanaka"),
    ],
)
def test_a_mail_makes_no_link_of_a_name(name, shown):
    assert name_for_mail(name) == shown


def test_an_old_name_makes_no_link_either(admin):
    Organization.objects.update(name="URGENT https://evil.example/3")
    User.objects.update(name="Your bank: pay at https://evil.example/pay")
    admin.refresh_from_db()
    invitations.invite(
        by=admin, email="new@example.com", role="viewer", origin="http://testserver"
    )
    [message] = mail.outbox
    assert message.subject == "Invitation to URGENT https evil example 3 on Plumbline"
    assert message.body.count("://") == 1, "that of the invitation"


@pytest.mark.parametrize("name", ["pay at https://evil.example", "Mei \ufffd Tanaka"])
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/account/", "name"),
        ("/organization/settings/", "name"),
        ("/organization/new/", "name"),
        ("/organization/new/", "team"),
        ("/organization/teams/add/", "name"),
    ],
)
def test_every_form_refuses_such_a_name(admin, sign_in, path, field, name):
    data = {"name": "Fine", "team": "Fine", "time_zone": "UTC"} | {field: name}
    response = sign_in(admin).post(path, data)
    assert response.status_code == 200
    assert field in response.context["form"].errors


@pytest.mark.parametrize("field", ["name", "organization", "team"])
def test_signing_up_refuses_it_too(client, db, field):
    data = {"name": "Mei", "organization": "North", "team": "Operations"}
    data |= {"email": "mei@example.com", "password1": PASSWORD}
    response = client.post("/accounts/signup/", data | {field: "www.evil.example"})
    assert field in response.context["form"].errors
    assert not User.objects.exists()

"""Nobody mails the world in our name."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.enums import Role
from accounts.models import SentMail
from accounts.services import invitations
from tests.factories.accounts import MembershipFactory, UserFactory


def invite(by, number):
    return invitations.invite(
        by=by, email=f"n{number}@example.com", role="viewer", origin="http://testserver"
    )


def owner_of_many(user, count):
    return [MembershipFactory(user=user, role=Role.ADMIN) for _number in range(count)]


def test_one_person_invites_so_many_through_all_organizations(db, settings):
    settings.INVITATIONS_MAX_PER_PERSON = 3
    first, second = owner_of_many(UserFactory(), 2)
    invite(first, 1)
    invite(second, 2)
    invite(first, 3)
    for member in (first, second):
        with pytest.raises(ValidationError, match=r"as one person may \(3\)"):
            invite(member, 4)
    invite(MembershipFactory(role=Role.ADMIN), 5)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        invite(first, 6)


def test_all_people_together_invite_so_many(db, settings):
    settings.INVITATIONS_MAX_OF_ALL = 2
    for number in range(2):
        invite(MembershipFactory(role=Role.ADMIN), number)
    with pytest.raises(ValidationError, match=r"Plumbline has sent as many"):
        invite(MembershipFactory(role=Role.ADMIN), 3)


def test_an_address_gets_so_many_mails(client, admin, settings, caplog):
    settings.MAILS_MAX_PER_RECEIVER = 2
    for _time in range(3):
        client.post("/accounts/password/reset/", {"email": admin.user.email})
    assert len(mail.outbox) == 2
    assert "its receiver got as many" in caplog.text
    assert admin.user.email not in caplog.text


def test_unknown_addresses_count_as_well(client, db, settings):
    settings.MAILS_MAX_PER_HOUR = 2
    for number in range(4):
        client.post("/accounts/password/reset/", {"email": f"n{number}@example.com"})
    assert len(mail.outbox) == 2


def test_a_person_adding_addresses_mails_so_much(admin, sign_in, settings):
    settings.MAILS_MAX_PER_PERSON = 2
    client = sign_in(admin)
    address = {"email": admin.user.email, "action_send": "1"}
    admin.user.emailaddress_set.update(verified=False)
    for _time in range(4):
        client.post("/accounts/email/", address)
    assert len(mail.outbox) == 2


def test_one_person_cannot_use_up_what_an_address_gets(client, admin, sign_in):
    admin.user.emailaddress_set.update(verified=False)
    for _time in range(9):
        address = {"email": admin.user.email, "action_send": "1"}
        sign_in(admin).post("/accounts/email/", address)
    assert len(mail.outbox) == 5
    client.post("/accounts/password/reset/", {"email": admin.user.email})
    assert len(mail.outbox) == 6


def test_counts_are_kept_for_a_day(admin):
    invite(admin, 1)
    assert "n1@example.com" not in SentMail.objects.get().receiver
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        invite(admin, 2)
        assert SentMail.objects.count() == 1

"""Addresses of people: one counts only when its mailbox is proven."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from accounts.queries import is_proven
from accounts.services.marks import note_mailbox


@transaction.atomic
def prove_main_address(user: User) -> None:
    """Note that the person reads the mail of the main address of the account.

    A link that went to that mailbox, and nowhere else, was opened.
    """
    address, _created = EmailAddress.objects.get_or_create(
        user=user, email=user.email.lower()
    )
    if address.set_verified():
        settle(address)


@transaction.atomic
def settle(proven: EmailAddress) -> None:
    """Draw the consequences of a proof.

    Every other address of the account that is not proven goes, so that nobody keeps a
    way in who never read that mail; a main address that is not proven gives its place
    to the proven one; and nobody else waits for this address any more.
    """
    user = User.objects.get(pk=proven.user_id)
    if not is_proven(user):
        user.email = proven.email
        user.save(update_fields=["email"])
    drop_unproven(user)
    EmailAddress.objects.filter(email=proven.email, verified=False).delete()
    addresses = EmailAddress.objects.filter(user=user)
    addresses.exclude(email=user.email).update(primary=False)
    addresses.filter(email=user.email).update(primary=True)
    note_mailbox(user, proven.email)


def drop_unproven(user: User) -> None:
    """Take every address off the account that nobody proved, if its main one is."""
    if is_proven(user):
        EmailAddress.objects.filter(user=user, verified=False).delete()

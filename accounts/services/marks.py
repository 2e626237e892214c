"""Noting what tells that two accounts are one person's."""

from accounts.models import AccountMark, User
from accounts.queries import mailbox_of


def note_browser(user: User, browser: str) -> None:
    """Note that the account signed in with this browser."""
    _note(user, AccountMark.Kind.BROWSER, browser)


def note_mailbox(user: User, address: str) -> None:
    """Note that the account proved this address."""
    _note(user, AccountMark.Kind.MAILBOX, mailbox_of(address))


def _note(user: User, kind: AccountMark.Kind, value: str) -> None:
    AccountMark.objects.get_or_create(user=user, kind=kind, value=value)

"""What follows when Django or allauth tell that something happened to an account."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.contrib.auth import signals as auth_signals
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.browsers import name_browser
from accounts.models import User
from accounts.services.addresses import drop_unproven, prove_main_address, settle
from accounts.services.marks import note_browser
from accounts.services.sign_ins import record, record_failure


@receiver(auth_signals.user_logged_in)
def after_sign_in(
    sender: object, request: HttpRequest, user: User, **_rest: object
) -> None:
    note_browser(user, name_browser(request))
    drop_unproven(user)


@receiver(auth_signals.user_login_failed)
def after_failed_sign_in(
    sender: object,
    credentials: dict[str, Any],
    request: HttpRequest | None = None,
    **_rest: object,
) -> None:
    email = credentials.get("email") or credentials.get("username") or ""
    record_failure(str(email), "wrong password or address", address=_address(request))


@receiver(account_signals.email_confirmed)
def after_confirmation(
    sender: object, request: HttpRequest, email_address: EmailAddress, **_rest: object
) -> None:
    settle(email_address)
    record(email_address.user, "address_confirmed", address=_address(request))


@receiver(account_signals.password_reset)
def after_password_reset(
    sender: object, request: HttpRequest, user: User, **_rest: object
) -> None:
    """Take the mailed link, which was used, for a proof of the mailbox.

    It went to the main address, or to one that was proven before.
    """
    proven = EmailAddress.objects.get_verified(user)
    if proven:
        settle(proven)
    else:
        prove_main_address(user)
    record(user, "password_reset", address=_address(request))


@receiver(account_signals.password_changed)
@receiver(account_signals.password_set)
def after_password_change(
    sender: object, request: HttpRequest, user: User, **_rest: object
) -> None:
    record(user, "password_changed", address=_address(request))


@receiver(account_signals.email_changed)
def after_address_change(
    sender: object, request: HttpRequest, user: User, **_rest: object
) -> None:
    record(user, "address_changed", address=_address(request))


@receiver(account_signals.email_added)
def after_address_added(
    sender: object, request: HttpRequest, user: User, **_rest: object
) -> None:
    record(user, "address_added", address=_address(request))


@receiver(account_signals.email_removed)
def after_address_removed(
    sender: object, request: HttpRequest, user: User, **_rest: object
) -> None:
    record(user, "address_removed", address=_address(request))


def _address(request: HttpRequest | None) -> str:
    """Where the request came from, as far as allauth can tell."""
    if request is None:
        return ""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""

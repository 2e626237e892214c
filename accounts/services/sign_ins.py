"""Writing down who came in, who did not, and whose keys changed.

One line in the log each, and an event in each organization of the person. Never a
password, a link or a session's key.
"""

import logging

from django.core.cache import cache

from accounts.models import Membership, Organization, User
from accounts.services.events import log

logger = logging.getLogger("accounts.security")

# Of failures on one account an organization hears once in this time, in seconds.
QUIET = 60 * 60


def record(user: User, action: str, *, address: str = "") -> None:
    """Write that `user` did something, such as `signed_in` or `password_changed`."""
    logger.info("%s: person %s from %s", action, user.pk, address or "unknown")
    for organization in _organizations(user):
        log(
            organization=organization,
            actor=user,
            action=action,
            subject=f"person:{user.pk}",
        )


def record_failure(email: str, reason: str, *, address: str = "") -> None:
    """Write that somebody could not sign in as `email`."""
    logger.warning(
        "sign_in_failed: %s as %r from %s",
        reason,
        email.strip().lower()[:254],
        address or "unknown",
    )
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None or not cache.add(f"sign_in_failed:{user.pk}", 1, QUIET):
        return
    for organization in _organizations(user):
        log(
            organization=organization,
            actor=None,
            action="sign_in_failed",
            subject=f"person:{user.pk}",
            after={"reason": reason},
        )


def _organizations(user: User) -> list[Organization]:
    return [member.organization for member in Membership.objects.of_user(user)]

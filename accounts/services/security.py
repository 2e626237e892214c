"""Ending sessions, and taking a second factor away from somebody who lost it."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.services.events import log


@transaction.atomic
def end_sessions(*, user: User) -> None:
    """Sign the person out on every device, also where the list knows nothing of it."""
    User.objects.filter(pk=user.pk).update(
        session_generation=F("session_generation") + 1
    )
    user.refresh_from_db(fields=["session_generation"])
    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def sign_out_member(*, member: Membership, by: Membership) -> None:
    """End all sessions of a member, as an administrator."""
    end_sessions(user=member.user)
    _log(member, by, "signed out")


@transaction.atomic
def reset_second_factor(*, member: Membership, by: Membership) -> None:
    """Remove a member's codes, passkeys and recovery codes, and sign the member out.

    Raises ValidationError for one's own, and when the member belongs to another
    organization as well: what protects that one is not for this administrator to take.
    """
    if member.pk == by.pk:
        raise ValidationError(_("Turn off your own under Security."), code="own")
    others = Membership.objects.of_user(member.user).exclude(pk=member.pk)
    if others.exists():
        raise ValidationError(
            _(
                "%(person)s belongs to another organization too. Ask the operators of "
                "this installation to reset the second factor."
            )
            % {"person": member.user},
            code="elsewhere",
        )
    remove_second_factor(user=member.user)
    _log(member, by, "second factor reset")


def clear_sessions() -> None:
    """Delete sessions that have expired, and what was noted about them."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    living = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=living).delete()


@transaction.atomic
def remove_second_factor(*, user: User) -> None:
    """Remove all that the person proves themselves with besides the password."""
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user=user)


def _log(member: Membership, by: Membership, action: str) -> None:
    log(
        organization=member.organization,
        actor=by.user,
        action=action,
        subject=f"membership:{member.pk}",
    )

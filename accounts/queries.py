"""Reads about people and organizations."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.core import signing
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Invitation, Membership, Organization, Team, User

_signer = signing.Signer(salt="accounts.invitation")


def members_of(organization: Organization) -> QuerySet[Membership]:
    """Present members by name, with person and teams: two queries."""
    return (
        organization.memberships.active()
        .select_related("user")
        .prefetch_related("teams")
        .order_by("user__name", "user__email")
    )


def teams_of(organization: Organization) -> QuerySet[Team]:
    """Teams by name, each with `people`: how many present members it has."""
    return organization.teams.annotate(
        people=Count("memberships", filter=Q(memberships__left_at=None))
    )


def open_invitations_of(organization: Organization) -> QuerySet[Invitation]:
    return (
        organization.invitations.open()
        .select_related("invited_by")
        .prefetch_related(Prefetch("teams", Team.objects.order_by("name")))
    )


def has_other_admin(membership: Membership) -> bool:
    """Whether somebody else could still administer this organization."""
    return (
        Membership.objects.active()
        .filter(
            organization=membership.organization_id,
            role=Role.ADMIN,
            user__is_active=True,
        )
        .exclude(pk=membership.pk)
        .exists()
    )


def has_account(email: str) -> bool:
    return User.objects.filter(email=email.lower()).exists()


def invitation_token(invitation: Invitation) -> str:
    return _signer.sign(str(invitation.pk))


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation that a link names, in whatever state; None for a forged link."""
    try:
        pk = int(_signer.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return (
        Invitation.objects.select_related("organization", "invited_by")
        .filter(pk=pk)
        .first()
    )


# Sessions and second factors


@dataclass(frozen=True)
class SignedInDevice:
    """A session as its owner knows it: a browser, an address, a time."""

    pk: int
    name: str
    address: str
    since: datetime
    last_seen: datetime
    is_current: bool


def devices_of(user: User, current_key: str | None) -> list[SignedInDevice]:
    """Where the person is signed in now: this session first, then the last used."""
    devices = [
        SignedInDevice(
            pk=session.pk,
            name=_device_name(session.user_agent),
            address=session.ip,
            since=session.created_at,
            last_seen=session.last_seen_at,
            is_current=session.session_key == current_key,
        )
        for session in UserSession.objects.purge_and_list(user)
    ]
    return sorted(
        devices, key=lambda each: (each.is_current, each.last_seen), reverse=True
    )


def has_second_factor(user: User) -> bool:
    """Whether signing in asks for more than the password."""
    types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    enabled: bool = is_mfa_enabled(user, types)
    return enabled


# The first name that occurs is meant: Edge also calls itself Chrome, and Chrome Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def _device_name(user_agent: str) -> str:
    browser, system = (
        next((name for sign, name in names.items() if sign in user_agent), "")
        for names in (BROWSERS, SYSTEMS)
    )
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")

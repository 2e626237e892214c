"""Reads about people and organizations."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.core import signing
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import (
    AccountMark,
    Invitation,
    Membership,
    Organization,
    Team,
    User,
)

MAILED, ON_PAGE = "mail", "page"
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


def is_without_team(member: Membership) -> bool:
    """Whether a contributor is in no team, so that nothing is open to them."""
    return member.role == Role.CONTRIBUTOR and not member.teams.exists()


def has_account(email: str) -> bool:
    return User.objects.filter(email=email.lower()).exists()


def is_taken(email: str) -> bool:
    """Whether an account has this address: as its main one, or proven.

    One that stands unproven beside a main address keeps nobody out.
    """
    proven = EmailAddress.objects.filter(email=email.lower(), verified=True)
    return has_account(email) or proven.exists()


def is_proven(user: User) -> bool:
    """Whether the person was seen to read the mail of the account's main address."""
    addresses = EmailAddress.objects.filter(user=user, email=user.email.lower())
    return bool(addresses.filter(verified=True).exists())


def person_to_mail(email: str) -> User | None:
    """Whom a link for a new password may be mailed to at this address.

    That is whoever proved it; and for an account that never proved any, its main
    address: opening the link proves that one.
    """
    email = email.strip().lower()
    proven = EmailAddress.objects.filter(email=email, verified=True)
    address = proven.select_related("user").first()
    user = address.user if address else User.objects.filter(email=email).first()
    if user is None or not user.is_active:
        return None
    if address is None and EmailAddress.objects.get_verified(user):
        return None
    return user


def mailbox_of(email: str) -> str:
    """The mailbox behind an address: that of `ines+audit@…` is `ines@…`."""
    local, _, domain = email.strip().lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def accounts_of_same_person(user: User) -> dict[int, set[str]]:
    """Other accounts that a browser or a mailbox ties to this one.

    Returns the kinds of what they share, by the id of the account.
    """
    shared = AccountMark.objects.exclude(user=user).filter(
        value__in=user.marks.values("value")
    )
    kinds: dict[int, set[str]] = {}
    for user_id, kind in shared.values_list("user_id", "kind"):
        kinds.setdefault(user_id, set()).add(kind)
    return kinds


def is_known_browser(email: str, browser: str) -> bool:
    """Whether the account with this main address signed in with the browser before."""
    return AccountMark.objects.filter(
        kind=AccountMark.Kind.BROWSER, value=browser, user__email=email.strip().lower()
    ).exists()


def invitation_token(invitation: Invitation, *, on_page: bool = False) -> str:
    """The secret of an invitation's link.

    The one that is mailed proves the mailbox of whoever opens it; the one that stands
    `on_page`, for the inviter to pass on, does not.
    """
    way = ON_PAGE if on_page else MAILED
    return _signer.sign(f"{invitation.pk}.{invitation.serial}.{way}")


@dataclass(frozen=True)
class OpenedLink:
    """An invitation in whatever state, and what its link tells."""

    invitation: Invitation
    # Whether the link went to the invited mailbox and nowhere else.
    is_mailed: bool
    # A newer link took its place, or it is one of an older Plumbline's for auditors.
    is_replaced: bool


def opened_link(token: str) -> OpenedLink | None:
    """The invitation that a link names; None for a forged link."""
    try:
        pk, serial, way = _read(_signer.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    invitation = (
        Invitation.objects.select_related("organization", "invited_by")
        .filter(pk=pk)
        .first()
    )
    if invitation is None:
        return None
    is_mailed = way == MAILED
    by_mail_only = invitation.role == Role.AUDITOR and not is_mailed
    return OpenedLink(
        invitation,
        is_mailed=is_mailed,
        is_replaced=serial != invitation.serial or by_mail_only,
    )


def _read(signed: str) -> tuple[int, int, str]:
    """Id, serial number and way of a link; older links hold the id alone."""
    if signed.isdecimal():
        return int(signed), 0, ON_PAGE
    pk, serial, way = signed.split(".")
    return int(pk), int(serial), way


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

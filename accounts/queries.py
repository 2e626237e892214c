"""Reads about people and organizations."""

from django.core import signing
from django.db.models import Count, Prefetch, Q, QuerySet

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

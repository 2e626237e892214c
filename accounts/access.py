"""Loading what a view needs, and refusing it to whoever has no right to it.

A stranger gets 404, a member without the right 403.
"""

from collections.abc import Container
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts import queries
from accounts.models import Invitation, Membership, Team, User

SESSION_KEY = "organization"


class NoOrganizationError(Http404):
    """This person belongs to no organization; the middleware leads to making one."""


def get_membership(
    request: HttpRequest, *, roles: Container[str] | None = None, guests: bool = True
) -> Membership:
    """The reader's membership in the current organization, already loaded.

    With `roles`, anybody else's is refused; with `guests=False`, also guests'.
    """
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None:
        raise NoOrganizationError
    if membership.is_guest and not guests:
        raise PermissionDenied(
            _("You are a guest of one assessment and see nothing else.")
        )
    if roles is not None and membership.role not in roles:
        raise PermissionDenied(
            _("Your role, %(role)s, doesn’t allow this.")
            % {"role": membership.get_role_display()}
        )
    return membership


def get_user(request: HttpRequest) -> User:
    """The reader, where LoginRequiredMiddleware let nobody else in."""
    return cast(User, request.user)


def choose_organization(request: HttpRequest, membership: Membership) -> None:
    """Make this membership's organization the current one of the session."""
    request.session[SESSION_KEY] = membership.organization_id


def get_member(by: Membership, pk: int) -> Membership:
    """A present member of the same organization."""
    member = get_object_or_404(queries.members_of(by.organization), pk=pk)
    member.organization = by.organization
    return member


def get_team(by: Membership, pk: int) -> Team:
    return get_object_or_404(queries.teams_of(by.organization), pk=pk)


def get_open_invitation(by: Membership, pk: int) -> Invitation:
    return get_object_or_404(queries.open_invitations_of(by.organization), pk=pk)

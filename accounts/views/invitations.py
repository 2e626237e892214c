"""Inviting people: what administrators and managers see."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.access import get_membership, get_open_invitation
from accounts.forms import InviteForm
from accounts.models import Invitation, Membership
from accounts.permissions import MANAGES, can_invite, can_manage_people, roles_to_invite
from accounts.queries import is_proven
from accounts.services import invitations


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    membership = get_membership(request, roles=MANAGES)
    form = InviteForm(
        request.POST or None,
        organization=membership.organization,
        roles=roles_to_invite(membership),
    )
    proven = is_proven(membership.user)
    if form.is_valid():
        try:
            sent = invitations.invite(
                by=membership, origin=_origin(request), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _tell(request, sent)
            return redirect("accounts:open_invitation", sent.invitation.pk)
    context = {
        "form": form,
        "proven": proven,
        "is_admin": can_manage_people(membership),
    }
    return render(request, "accounts/invite.html", context)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The link to copy, for when mail doesn't arrive."""
    _member, invitation = _own(request, pk)
    context = {
        "invitation": invitation,
        "state": invitation.state_at(timezone.now()),
        "link": invitations.link_on_page(invitation, origin=_origin(request)),
    }
    return render(request, "accounts/open_invitation.html", context)


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    membership, invitation = _own(request, pk)
    try:
        sent = invitations.resend(
            invitation=invitation, by=membership, origin=_origin(request)
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        _tell(request, sent)
    return redirect("accounts:open_invitation", pk)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    membership, invitation = _own(request, pk)
    invitations.revoke(invitation=invitation, by=membership)
    messages.success(
        request,
        _("The invitation of %(email)s is withdrawn; its link no longer works.")
        % {"email": invitation.email},
    )
    return redirect("accounts:people")


def _own(request: HttpRequest, pk: int) -> tuple[Membership, Invitation]:
    """The member, and an open invitation that this member could have sent."""
    membership = get_membership(request, roles=MANAGES)
    invitation = get_open_invitation(membership, pk)
    guest = bool(invitation.only_assessment)
    if not can_invite(membership, invitation.role, guest=guest):
        raise PermissionDenied
    return membership, invitation


def _tell(request: HttpRequest, sent: invitations.Sent) -> None:
    email = {"email": sent.invitation.email}
    if sent.mailed:
        messages.success(
            request, _("The invitation is on its way to %(email)s.") % email
        )
    else:
        messages.error(
            request,
            _("The mail to %(email)s could not be sent. Send it again later.") % email,
        )

"""Members: the list, changing, removing, leaving."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts import queries
from accounts.access import get_member, get_membership
from accounts.forms import MemberForm
from accounts.models import Membership
from accounts.permissions import (
    ADMINISTERS,
    can_invite,
    can_manage_people,
    roles_to_invite,
)
from accounts.services import members, security


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    membership = get_membership(request, guests=False)
    may_manage = can_manage_people(membership)
    now = timezone.now()
    invitations = [
        (invitation, invitation.state_at(now))
        for invitation in queries.open_invitations_of(membership.organization)
        if can_invite(
            membership, invitation.role, guest=bool(invitation.only_assessment)
        )
    ]
    context = {
        "members": queries.members_of(membership.organization),
        "invitations": invitations,
        "may_manage": may_manage,
        "may_invite": bool(roles_to_invite(membership)),
    }
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    membership = get_membership(request, roles=ADMINISTERS)
    member = get_member(membership, pk)
    form = MemberForm(request.POST or None, member=member)
    if form.is_valid():
        data = {"teams": []} | form.cleaned_data
        try:
            members.change_member(member=member, by=membership, **data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved: %(person)s.") % {"person": member.user})
            return redirect("accounts:people")
    context = {
        "form": form,
        "member": member,
        "has_second_factor": queries.has_second_factor(member.user),
    }
    return render(request, "accounts/member.html", context)


@require_POST
def sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    """End all sessions of a member."""
    membership = get_membership(request, roles=ADMINISTERS)
    member = get_member(membership, pk)
    security.sign_out_member(member=member, by=membership)
    messages.success(
        request, _("%(person)s is signed out everywhere.") % {"person": member.user}
    )
    return redirect("accounts:change_member", pk)


@require_POST
def reset_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a member who lost the second factor in with the password again."""
    membership = get_membership(request, roles=ADMINISTERS)
    return _reset_factor(request, get_member(membership, pk), membership)


@reauthentication_required
def _reset_factor(
    request: HttpRequest, member: Membership, membership: Membership
) -> HttpResponse:
    try:
        security.reset_second_factor(member=member, by=membership)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        get_adapter().send_mail(
            "accounts/mail/second_factor_reset",
            member.user.email,
            {"organization": membership.organization, "administrator": membership.user},
        )
        text = _("The second factor of %(person)s is removed. A mail says so.")
        messages.success(request, text % {"person": member.user})
    return redirect("accounts:change_member", member.pk)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    membership = get_membership(request, roles=ADMINISTERS)
    member = get_member(membership, pk)
    if request.method != "POST":
        return render(request, "accounts/member_remove.html", {"member": member})
    try:
        members.end_membership(member=member, by=membership.user)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("%(person)s is removed.") % {"person": member.user})
    return redirect("accounts:people")


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    membership = get_membership(request)
    if request.method != "POST":
        return render(request, "accounts/leave.html")
    try:
        members.end_membership(member=membership, by=membership.user)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request,
            _("You have left %(organization)s.")
            % {"organization": membership.organization},
        )
    return redirect("accounts:profile")

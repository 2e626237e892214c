"""The organization itself: overview, settings, making one, switching to another."""

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts import queries
from accounts.access import choose_organization, get_membership, get_user
from accounts.forms import NewOrganizationForm, OrganizationForm
from accounts.models import Membership
from accounts.permissions import ADMINISTERS, can_manage_organization
from accounts.services import organizations


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    membership = get_membership(request, guests=False)
    organization = membership.organization
    context = {
        "teams": queries.teams_of(organization),
        "people_count": organization.memberships.active().count(),
        "invitation_count": organization.invitations.open().count(),
        "may_manage": can_manage_organization(membership),
    }
    return render(request, "accounts/organization.html", context)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    membership = get_membership(request, roles=ADMINISTERS)
    organization = membership.organization
    form = OrganizationForm(
        request.POST or None,
        initial={
            "name": organization.name,
            "time_zone": organization.time_zone,
            "requires_second_factor": organization.requires_second_factor,
        },
    )
    if form.is_valid():
        organizations.change_organization(by=membership, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:organization")
    return render(request, "accounts/organization_settings.html", {"form": form})


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    if not (django_settings.SIGNUP or get_user(request).is_staff):
        return render(request, "account/signup_closed.html", status=403)
    form = NewOrganizationForm(request.POST or None)
    if form.is_valid():
        membership = organizations.create_organization(
            user=get_user(request),
            **form.cleaned_data,
        )
        choose_organization(request, membership)
        messages.success(
            request,
            _("%(organization)s is created.")
            % {"organization": membership.organization},
        )
        return redirect("accounts:organization")
    return render(request, "accounts/organization_create.html", {"form": form})


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Work in another of one's organizations from now on."""
    mine = Membership.objects.of_user(get_user(request))
    membership = next((own for own in mine if own.organization_id == pk), None)
    if membership is None:
        raise Http404
    choose_organization(request, membership)
    messages.success(
        request,
        _("You are now in %(organization)s.")
        % {"organization": membership.organization},
    )
    return redirect("dashboard")

"""The teams of an organization."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import get_membership, get_team
from accounts.forms import TeamForm
from accounts.permissions import ADMINISTERS
from accounts.services import organizations


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    membership = get_membership(request, roles=ADMINISTERS)
    form = TeamForm(request.POST or None)
    if form.is_valid():
        try:
            team = organizations.add_team(by=membership, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Team %(team)s is added.") % {"team": team})
            return redirect("accounts:organization")
    return render(request, "accounts/team_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    membership = get_membership(request, roles=ADMINISTERS)
    team = get_team(membership, pk)
    form = TeamForm(request.POST or None, initial={"name": team.name})
    title = team.name
    if form.is_valid():
        try:
            organizations.rename_team(team=team, by=membership, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:organization")
    context = {"form": form, "team": team, "team_name": title}
    return render(request, "accounts/team_form.html", context)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    membership = get_membership(request, roles=ADMINISTERS)
    team = get_team(membership, pk)
    if request.method != "POST":
        return render(request, "accounts/team_delete.html", {"team": team})
    name = team.name
    try:
        organizations.delete_team(team=team, by=membership)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Team %(team)s is deleted.") % {"team": name})
    return redirect("accounts:organization")

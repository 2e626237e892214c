"""The first page after signing in."""

from django.contrib.humanize.templatetags.humanize import apnumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import get_membership
from accounts.permissions import roles_to_invite
from accounts.queries import is_without_team
from assessments.permissions import can_start
from assessments.queries.dashboard import Dashboard, dashboard_of

SHORT = 8


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """My tasks, the one to take next, and where the assessments stand."""
    member = get_membership(request)
    found = dashboard_of(member)
    whole = "all" in request.GET
    context = {
        "dashboard": found,
        "summary": _summary(found),
        "has_no_team": not found.tasks and is_without_team(member),
        "tasks": found.tasks if whole else found.tasks[:SHORT],
        "can_start": can_start(member) and not member.is_guest,
        "can_invite": bool(roles_to_invite(member)),
    }
    return render(request, "assessments/dashboard.html", context)


def _summary(found: Dashboard) -> str:
    """One sentence: how much waits, how much of it too long."""
    count = len(found.tasks)
    if not count:
        return _("Nothing waits for you.")
    tasks = ngettext("You have one task", "You have %(count)s tasks", count)
    text = tasks % {"count": apnumber(count)}
    if not found.overdue:
        return text + "."
    if count == 1:
        return _("%(tasks)s; it is overdue.") % {"tasks": text}
    late = ngettext("one is overdue", "%(count)s are overdue", found.overdue)
    words = {"tasks": text, "late": late % {"count": apnumber(found.overdue)}}
    return _("%(tasks)s; %(late)s.") % words

"""Deleting an assessment that was started by mistake, or archiving one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import MANAGES
from assessments.access import get_desk
from assessments.services import removal as services


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Say what is possible and what goes, and do it on POST."""
    desk = get_desk(request, code, roles=MANAGES)
    assessment, by = desk.assessment, desk.member.user
    action = request.POST.get("action", "")
    if action == "delete":
        services.delete_assessment(assessment=assessment, by=desk.member)
        text = _("%(assessment)s is deleted.") % {"assessment": assessment}
        messages.success(request, text)
        return redirect("assessments:list")
    if action == "archive":
        services.archive(assessment=assessment, by=by)
        messages.success(request, _("The assessment is archived."))
        return redirect("assessments:tasks", code)
    if action == "restore":
        services.restore(assessment=assessment, by=by)
        messages.success(request, _("The assessment is back in the lists."))
        return redirect("assessments:tasks", code)
    context = {
        "desk": desk,
        "kept": services.why_kept(assessment, by),
        "answers": assessment.answers.count(),
    }
    return render(request, "assessments/remove.html", context)

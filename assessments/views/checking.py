"""Check the answers of a section before calling it completed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments import access
from assessments.permissions import READERS
from assessments.queries.questionnaire import ControlView
from assessments.queries.rights import standing_of
from assessments.queries.tasklist import tasks_of
from assessments.services.assessments import complete_section
from assessments.views.questionnaire import is_editable, views_of
from standards.loader import SectionData


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """Check the answers of a section, and say whether it is completed."""
    desk = access.get_desk(request, code, roles=READERS)
    page = desk.section(ref)
    views = views_of(desk, page.assessable())
    missing = [view for view in views if not view.answered]
    if request.method == "POST":
        return _complete(request, desk, page, missing)
    context = {
        "desk": desk,
        "page": page,
        "views": views,
        "missing": missing,
        "task": tasks_of(desk.assessment).get(page.pk),
        "may_complete": _may_complete(desk, page),
        "hidden": [
            v for v in views if v.content.get("justification") and not _is_na(v)
        ],
    }
    return render(request, "assessments/questionnaire/check.html", context)


def _is_na(view: ControlView) -> bool:
    return view.level is not None and view.level.option.na


def _may_complete(desk: access.Desk, page: SectionData) -> bool:
    standing = standing_of(desk.assessment, page, desk.member)
    return any(is_editable(desk, standing, c) for c in page.assessable())


def _complete(
    request: HttpRequest,
    desk: access.Desk,
    page: SectionData,
    missing: list[ControlView],
) -> HttpResponse:
    if not _may_complete(desk, page):
        raise PermissionDenied
    done = request.POST.get("completed") == "yes"
    if done and missing:
        messages.error(
            request,
            _("This section can't be completed yet: %(refs)s without an answer.")
            % {"refs": ", ".join(view.ref for view in missing)},
        )
        return redirect("assessments:check", code=desk.assessment.code, ref=page.ref)
    complete_section(
        assessment=desk.assessment,
        section=page,
        at=timezone.now() if done else None,
        by=desk.member.user,
    )
    return redirect("assessments:tasks", code=desk.assessment.code)

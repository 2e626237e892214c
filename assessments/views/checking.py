"""Check the answers of a section before calling it completed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessments import access
from assessments.permissions import READERS
from assessments.queries.progress import section_progress
from assessments.queries.questionnaire import ControlView
from assessments.queries.rights import standing_of
from assessments.queries.tasklist import tasks_of
from assessments.views.progress import complete, open_again
from assessments.views.questionnaire import views_of


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """Check the answers of a section, and say whether it is completed."""
    desk = access.get_desk(request, code, roles=READERS)
    page = desk.section(ref)
    views = views_of(desk, page.assessable())
    missing = [view for view in views if not view.answered]
    if request.method == "POST":
        done = request.POST.get("completed") == "yes"
        return redirect(
            complete(request, desk, page) if done else open_again(request, desk, page)
        )
    progress = section_progress(
        desk.assessment,
        desk.edition,
        page,
        desk.member,
        standing=standing_of(desk.assessment, page, desk.member),
        views=views,
        tasks=tasks_of(desk.assessment),
    )
    context = {
        "desk": desk,
        "page": page,
        "views": views,
        "missing": missing,
        "progress": progress,
        "may_complete": progress.may_complete,
        "hidden": [
            v for v in views if v.content.get("justification") and not _is_na(v)
        ],
    }
    return render(request, "assessments/questionnaire/check.html", context)


def _is_na(view: ControlView) -> bool:
    return view.level is not None and view.level.option.na

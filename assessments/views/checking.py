"""Check the answers of a section before calling it completed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessments import access
from assessments.permissions import READERS
from assessments.queries.questionnaire import ControlView
from assessments.views.progress import complete, open_again, progress_with
from assessments.views.questionnaire import views_of


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """Check the answers of a section, and say whether it is completed."""
    desk = access.get_desk(request, code, roles=READERS)
    page = desk.section(ref)
    if request.method == "POST":
        done = request.POST.get("completed") == "yes"
        return redirect(
            complete(request, desk, page) if done else open_again(request, desk, page)
        )
    views = views_of(desk, page.assessable())
    missing = [view for view in views if not view.answered]
    progress = progress_with(desk, page, views)
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

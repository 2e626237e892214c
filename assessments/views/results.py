"""What an assessment came to, and how each number was worked out."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments import access
from assessments.access import Desk
from assessments.permissions import READERS
from assessments.queries.results import Results, results_of
from assessments.queries.working import section_steps
from assessments.scoring import ENGINE_VERSION

# Gaps on the first page, and on each page of the whole list.
FIRST_GAPS = 5
GAPS_PER_PAGE = 100


@require_safe
def results(request: HttpRequest, code: str) -> HttpResponse:
    """Score, sections and gaps; `?gaps=all` shows every gap.

    `?working=<ref>` shows the arithmetic of a section, `&outcome=<name>` of another
    outcome than the first.
    """
    desk = access.get_desk(request, code)
    found = results_of(desk.assessment, desk.edition)
    if ref := request.GET.get("working", ""):
        return _section_working(request, desk, found, ref)
    context = _context(desk, found)
    if found.is_shown and request.GET.get("gaps") == "all":
        page = Paginator(found.gaps, GAPS_PER_PAGE).get_page(request.GET.get("page"))
        context |= {"gaps": page.object_list, "page": page, "here": _("All gaps")}
        return render(request, "assessments/results/gaps.html", context)
    if found.is_shown:
        context |= {
            "gaps": found.gaps[:FIRST_GAPS],
            "working": found.main.working,
            "engine": ENGINE_VERSION,
        }
    return render(request, "assessments/results/results.html", context)


def _context(desk: Desk, found: Results) -> dict[str, object]:
    return {
        "desk": desk,
        "results": found,
        "here": _("Results"),
        # Viewers read results; the pages of the controls hold notes and evidence.
        "can_read": desk.member.role in READERS,
    }


def _section_working(
    request: HttpRequest, desk: Desk, found: Results, ref: str
) -> HttpResponse:
    """One section's arithmetic: a piece of the page, without htmx a page of its own."""
    outcome = found.outcome(request.GET.get("outcome", found.main.name))
    if outcome is None or not found.is_shown:
        raise Http404
    line = next((line for line in outcome.lines() if line.section.ref == ref), None)
    if line is None:
        raise Http404
    context = _context(desk, found) | {
        "outcome": outcome,
        "line": line,
        "steps": section_steps(line.score, desk.edition),
        "here": line.section.title,
    }
    is_piece = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    name = "_section.html" if is_piece else "section.html"
    return render(request, f"assessments/results/{name}", context)

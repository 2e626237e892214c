"""Views of the whole site: its health, and the pages for what went wrong."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common import kept_forms
from common.health import OK, STARTING, examine
from common.middleware import wants_json


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Say for machines whether all parts live; the status alone is enough to read."""
    parts = examine()
    starting = STARTING in parts.values()
    failing = [part for part, outcome in parts.items() if outcome not in (OK, STARTING)]
    status = "failing" if failing else STARTING if starting else OK
    answer = {"status": status, "failing": failing, "parts": parts}
    response = JsonResponse(answer, status=200 if status == OK else 503)
    # Starting is no fault: Django takes this mark for a line that stands in the log.
    response._has_been_logged = status == STARTING  # type: ignore[attr-defined]
    return response


# What needs a sign-in, and pages that only a mailed link should lead to.
CLOSED_TO_ROBOTS = (
    "/account/",
    "/accounts/",
    "/admin/",
    "/assessments/",
    "/invitations/",
    "/organization/",
    "/reports/",
)


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines which pages are public."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS),
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@login_not_required
@require_safe
def icon(_request: HttpRequest, file: str) -> HttpResponse:
    """Lead to an icon whose address browsers guess."""
    return redirect(static(file))


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form without a valid token, in words that help."""
    if wants_json(request):
        # With all cookies gone, it is the session that is missing.
        if _needs_sign_in(request) and not request.user.is_authenticated:
            return JsonResponse({"error": "signed_out"}, status=401)
        return JsonResponse({"error": "csrf"}, status=403)
    kept_page = kept_forms.page_of(request) if kept_forms.keep(request) else ""
    context = {"reason": reason, "kept_page": kept_page}
    return render(request, "csrf_failure.html", context, status=403)


@require_POST
def discard_form(request: HttpRequest) -> HttpResponse:
    """Forget a form that waits to be sent again."""
    kept_forms.forget(request)
    return redirect("dashboard")


def _needs_sign_in(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and getattr(match.func, "login_required", True)


@login_not_required
def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours, with little that could fail once more."""
    try:
        stylesheet = static("css/theme.css")
    except ValueError:  # the fault may be that static files were never collected
        stylesheet = ""
    page = render_to_string("500.html", {"stylesheet": stylesheet})
    return HttpResponseServerError(page)

"""What holds for every answer: the content security policy and who must sign in."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.defaults import bad_request

# Everything comes from this host, and nothing is written into the pages: no style=""
# attributes, no scripts between tags. Whoever needs an exception should think twice.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Add the policies, except where a view has set stricter ones of its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware


def refuse_nul(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 400 to a NUL in the address or the session's cookie.

    PostgreSQL would fail on it. Forms refuse it themselves, field by field.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if "%00" in query or "\x00" in f"{request.path_info}{query}{session}":
            return bad_request(request, SuspiciousOperation())
        return get_response(request)

    return middleware


class SignInMiddleware(LoginRequiredMiddleware):
    """Signing in is the rule; a view is public with `@login_not_required`.

    A browser is sent to the sign-in page. A script could do nothing with that page:
    it hears 401, keeps what it wanted to send, and lets the person sign in in place.
    """

    # The types know the redirect of the original only; any answer will do.
    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if wants_json(request):
            return JsonResponse({"error": "signed_out"}, status=401)
        if request.headers.get("HX-Request") == "true":
            return self._send_whole_page(request, view_func)
        return super().handle_no_permission(request, view_func)

    def _send_whole_page(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        """Otherwise htmx would put the sign-in page into a part of the present one."""
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        path = page.path + (f"?{page.query}" if page.query else "")
        sign_in = redirect_to_login(
            path or "/",
            self.get_login_url(view_func),
            self.get_redirect_field_name(view_func),
        )
        return HttpResponse(status=401, headers={"HX-Redirect": sign_in.url})


def wants_json(request: HttpRequest) -> bool:
    """Say whether the request prefers JSON: `Accept: */*` does not."""
    preferred = request.get_preferred_type(["text/html", "application/json"])
    return preferred == "application/json"

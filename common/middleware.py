"""What holds for every answer: the content security policy and who must sign in."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.template.loader import render_to_string

from common import kept_forms
from common.html_forms import fill_form

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
            return refuse_unread()
        return get_response(request)

    return middleware


def refuse_unread() -> HttpResponse:
    """Answer 400, and leave the body alone: Django's own view would read it first."""
    return HttpResponseBadRequest(render_to_string("400.html"))


class SignInMiddleware(LoginRequiredMiddleware):
    """Signing in is the rule; a view is public with `@login_not_required`.

    A browser is sent to the sign-in page. A script could do nothing with that page:
    it hears 401, keeps what it wanted to send, and lets the person sign in in place.
    A form that was posted is kept, and shown again after signing in.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: Any,
        view_kwargs: Any,
    ) -> HttpResponseBase | None:
        if request.method == "POST" and request.user.is_authenticated:
            if kept_forms.is_of_another(request):
                return render(request, "form_of_another.html", status=403)
            kept = kept_forms.KeptForm.of(request)
            if kept and kept.action == request.path:
                kept_forms.forget(request)
        return super().process_view(request, view_func, view_args, view_kwargs)

    # The types know the redirect of the original only; any answer will do.
    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if wants_json(request):
            return JsonResponse({"error": "signed_out"}, status=401)
        kept_forms.keep(request)
        if request.headers.get("HX-Request") == "true":
            return self._send_whole_page(request, view_func)
        if request.method == "POST":
            return self._sign_in(kept_forms.page_of(request), view_func)
        return super().handle_no_permission(request, view_func)

    def _send_whole_page(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        """Otherwise htmx would put the sign-in page into a part of the present one."""
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        path = page.path + (f"?{page.query}" if page.query else "")
        sign_in = self._sign_in(path or "/", view_func)
        return HttpResponse(status=401, headers={"HX-Redirect": sign_in.url})

    def _sign_in(
        self, page: str, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        return redirect_to_login(
            page,
            self.get_login_url(view_func),
            self.get_redirect_field_name(view_func),
        )


def keep_out_of_caches(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let no browser store what a signed-in person saw: the next one could go back."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware


# Where base.html wants the notice about a kept form, if there is one.
NOTICE_PLACE = b"<div data-kept-form></div>"


def show_kept_form(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Fill the form that could not be taken, and say on every page that it waits."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.streaming or NOTICE_PLACE not in response.content:
            return response
        kept = kept_forms.KeptForm.of(request)
        if kept is None:
            return response
        page = fill_form(
            response.content.decode(),
            page=request.path,
            action=kept.action,
            fields=kept.fields,
        )
        notice = render_to_string(
            "components/kept_form.html", {"kept": kept, "filled": page}, request
        )
        html = page.html.replace(NOTICE_PLACE.decode(), notice, 1)
        response.content = html.encode()
        return response

    return middleware


def wants_json(request: HttpRequest) -> bool:
    """Say whether the request prefers JSON: `Accept: */*` does not."""
    preferred = request.get_preferred_type(["text/html", "application/json"])
    return preferred == "application/json"

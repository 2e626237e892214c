"""Makes every request know its reader: organization, time zone, language."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.access import SESSION_KEY, NoOrganizationError
from accounts.browsers import remember_browser
from accounts.models import Membership
from accounts.queries import has_second_factor
from common import kept_forms
from common.middleware import wants_json

# A session's list says when each was used last, to this many seconds.
SEEN_KEY = "seen"
SEEN_EVERY = 10 * 60
# What somebody may open who still has to set up a second factor.
WITHOUT_FACTOR = frozenset(
    {
        *("profile", "switch", "leave", "end_session", "end_sessions"),
        *("discard_form", "account_email", "account_logout", "account_reauthenticate"),
        *("account_change_password", "account_set_password"),
    }
)


class ReaderMiddleware:
    """Sets `request.memberships`, and `request.membership` to the current one or None.

    One query for a signed-in reader, none for others.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        memberships: list[Membership] = []
        if request.user.is_authenticated:
            memberships = list(Membership.objects.of_user(request.user))
            for own in memberships:
                own.user = request.user  # loaded already; spares a query
            if request.user.language:
                translation.activate(request.user.language)
        request.memberships = memberships  # type: ignore[attr-defined]
        membership = _current(request, memberships)
        request.membership = membership  # type: ignore[attr-defined]
        response = self._respond(request, membership)
        if request.user.is_authenticated:
            remember_browser(request, response)
        return response

    def _respond(
        self, request: HttpRequest, membership: Membership | None
    ) -> HttpResponse:
        if membership is None:
            return self.get_response(request)
        with timezone.override(membership.organization.time_zone):
            return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if isinstance(exception, NoOrganizationError) and request.method == "GET":
            return redirect("accounts:create_organization")
        return None


def _current(request: HttpRequest, memberships: list[Membership]) -> Membership | None:
    """The one chosen in this session, otherwise the one joined first."""
    if len(memberships) > 1:
        chosen = request.session.get(SESSION_KEY)
        for membership in memberships:
            if membership.organization_id == chosen:
                return membership
    return memberships[0] if memberships else None


class SecondFactorMiddleware:
    """Leads to the set-up of a second factor where an organization asks for one.

    One query for people of such an organization, none for others.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        _view_args: object,
        _view_kwargs: object,
    ) -> HttpResponse | None:
        memberships: list[Membership] = request.memberships  # type: ignore[attr-defined]
        asking = [m for m in memberships if m.organization.requires_second_factor]
        if not asking or self._is_open(request, view_func):
            return None
        if has_second_factor(asking[0].user):
            return None
        if wants_json(request):
            return JsonResponse({"error": "second_factor"}, status=403)
        kept_forms.keep(request)
        text = _("%(organization)s asks for a second factor. Set it up to go on.")
        messages.info(request, text % {"organization": asking[0].organization})
        page = reverse("mfa_index")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=403, headers={"HX-Redirect": page})
        return redirect(page)

    def _is_open(self, request: HttpRequest, view_func: Callable[..., Any]) -> bool:
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        is_public = not getattr(view_func, "login_required", True)
        return is_public or name.startswith("mfa_") or name in WITHOUT_FACTOR


def note_activity(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Store when and from where a session was used last, at most every SEEN_EVERY."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and SEEN_KEY in request.session:
            now = time.time()
            if now - request.session[SEEN_KEY] >= SEEN_EVERY:
                request.session[SEEN_KEY] = now
                UserSession.objects.filter(
                    session_key=request.session.session_key
                ).update(
                    last_seen_at=timezone.now(), ip=get_adapter().get_client_ip(request)
                )
        return get_response(request)

    return middleware


def start_activity(request: HttpRequest, **_details: object) -> None:
    """Mark a session that begins, so that its use is noted."""
    request.session[SEEN_KEY] = time.time()

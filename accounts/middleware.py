"""Makes every request know its reader: organization, time zone, language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

from accounts.access import SESSION_KEY, NoOrganizationError
from accounts.models import Membership


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

"""A person's second factors, and where they are signed in."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import queries
from accounts.access import get_user
from accounts.services import security


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    user = get_user(request)
    if not UserSession.objects.filter(session_key=request.session.session_key).exists():
        UserSession.objects.create_from_request(request)  # signed in before the list
    authenticators = list(
        Authenticator.objects.filter(user=user).order_by("created_at")
    )
    by_type = {each.type: each for each in authenticators}
    passkeys = [each for each in authenticators if each.type == "webauthn"]
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "app": by_type.get(Authenticator.Type.TOTP),
        "passkeys": passkeys,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "has_second_factor": queries.has_second_factor(user),
        "devices": queries.devices_of(user, request.session.session_key),
    }
    return render(request, "accounts/security.html", context)


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one other device."""
    others = UserSession.objects.exclude(session_key=request.session.session_key)
    session = get_object_or_404(others, pk=pk, user=get_user(request))
    session.end()
    messages.success(request, _("That device is signed out."))
    return redirect("mfa_index")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    user = get_user(request)
    security.end_sessions(user=user)
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("mfa_index")

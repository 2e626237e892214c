"""A browser is known again by a signed cookie that outlives the session."""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SESSION_KEY = "browser"
SALT = "accounts.browser"
LIFETIME_SECONDS = 400 * 24 * 60 * 60  # longer is not kept by browsers


def browser_of(request: HttpRequest | None) -> str:
    """The browser's name in its cookie; empty for a new or a forged one."""
    signed = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "") if request else ""
    try:
        return str(signing.Signer(salt=SALT).unsign(signed))
    except signing.BadSignature:
        return ""


def name_browser(request: HttpRequest) -> str:
    """Keep the browser's name, or a new one, in the session that just began."""
    name = browser_of(request) or secrets.token_urlsafe(24)
    request.session[SESSION_KEY] = name
    return name


def remember_browser(request: HttpRequest, response: HttpResponse) -> None:
    """Give a signed-in browser its cookie, unless it has it."""
    name = request.session.get(SESSION_KEY, "")
    if not name or name == browser_of(request):
        return
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        signing.Signer(salt=SALT).sign(name),
        max_age=LIFETIME_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )

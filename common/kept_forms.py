"""A form that could not be taken, kept in the session until its writer sends it again.

It comes from somebody whose session had ended, or from a page that was open while they
signed in again elsewhere. Nothing is ever sent again by itself: the page shows the
form as it was filled in.
"""

import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.contrib.auth.models import AbstractBaseUser
from django.core import signing
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.utils.http import url_has_allowed_host_and_scheme

SESSION_KEY = "kept_form"
PAGE_OF = "page_of"  # the name of the hidden field that says whose page it was
LIFETIME = 60 * 60  # seconds
LARGEST = 512 * 1024  # characters of names and values together
LARGEST_OF_STRANGERS = 64 * 1024
NEVER_KEPT = re.compile(
    r"^(csrfmiddlewaretoken|page_of|next)$|passw|secret|token|credential|^(code|otp)$",
    re.I,
)
_signer = signing.Signer(salt="page of")

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class KeptForm:
    """A posted form: the page that showed it, where it was posted to, what it held."""

    page: str
    action: str
    fields: Fields
    has_files: bool
    is_too_large: bool

    @classmethod
    def of(cls, request: HttpRequest) -> "KeptForm | None":
        """Return the form that waits for this signed-in person, or None.

        One that is too old, or was filled in by another person, is forgotten.
        """
        kept: dict[str, Any] | None = request.session.get(SESSION_KEY)
        if kept is None:
            return None
        is_theirs = kept["writer"] in (None, str(request.user.pk))
        if not is_theirs or time.time() - kept["at"] > LIFETIME:
            forget(request)
            return None
        return cls(
            page=kept["page"],
            action=kept["action"],
            fields=[(name, value) for name, value in kept["fields"]],
            has_files=kept["has_files"],
            is_too_large=kept["is_too_large"],
        )


def signed_reader(user: AbstractBaseUser) -> str:
    """Return what a form carries to say whose page it stands on."""
    return _signer.sign(str(user.pk))


def writer_of(request: HttpRequest) -> str | None:
    """Return the id of the person whose page was posted, None if it doesn't say."""
    try:
        return _signer.unsign(_posted(request).get(PAGE_OF, ""))
    except signing.BadSignature:
        return None


def is_of_another(request: HttpRequest) -> bool:
    """Say whether the page was made for another person than the one signed in."""
    return writer_of(request) not in (None, str(request.user.pk))


def keep(request: HttpRequest) -> bool:
    """Keep the posted form, without files and secrets; say whether it was kept.

    Not kept: what another site sent, what another person wrote, what comes too often
    from one address without a sign of its writer, a button without a form, and what
    belongs to a public page, such as signing in.
    """
    if request.method != "POST" or _is_public(request) or not _is_from_here(request):
        return False
    fields = _kept_fields(request)
    has_files = bool(request.FILES or getattr(request, "dropped_files", []))
    if not fields and not has_files:
        return False
    writer = writer_of(request)
    if request.user.is_authenticated:
        if is_of_another(request):
            return False
        writer = str(request.user.pk)
    elif writer is None and not ratelimit.consume(request, action="keep_form"):
        return False
    largest = LARGEST if writer else LARGEST_OF_STRANGERS
    is_too_large = sum(len(name) + len(value) for name, value in fields) > largest
    request.session[SESSION_KEY] = {
        "writer": writer,
        "page": page_of(request),
        "action": request.path,
        "fields": [] if is_too_large else fields,
        "has_files": has_files,
        "is_too_large": is_too_large,
        "at": time.time(),
    }
    if not request.user.is_authenticated:
        request.session.set_expiry(LIFETIME)
    return True


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def page_of(request: HttpRequest) -> str:
    """Return path and query of the page whose form was posted, as the browser says."""
    address = request.headers.get("HX-Current-URL") or request.headers.get("Referer")
    if not address or not _is_ours(address, request):
        return request.get_full_path()
    page = urlsplit(address)
    return page.path + (f"?{page.query}" if page.query else "")


def _kept_fields(request: HttpRequest) -> Fields:
    return [
        (name, value)
        for name, values in _posted(request).lists()
        if not NEVER_KEPT.search(name)
        for value in values
    ]


def _posted(request: HttpRequest) -> QueryDict:
    try:
        return request.POST
    except (RequestDataTooBig, TooManyFieldsSent, MultiPartParserError, OSError):
        return QueryDict("")


def _is_public(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and not getattr(match.func, "login_required", True)


def _is_from_here(request: HttpRequest) -> bool:
    """Say whether no other site sent this; browsers say where a POST comes from."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in (
        "same-origin",
        "none",
    ):
        return False
    origin = request.headers.get("Origin")
    return origin is None or _is_ours(origin, request)


def _is_ours(address: str, request: HttpRequest) -> bool:
    return address.startswith(("http://", "https://")) and (
        url_has_allowed_host_and_scheme(address, {request.get_host()})
    )

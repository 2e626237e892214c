"""What every page's frame shows."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership


@dataclass(frozen=True)
class NavItem:
    key: str
    label: str
    url: str


def organization(request: HttpRequest) -> dict[str, object]:
    """Membership, organization, theme and navigation; a view may set `nav` itself."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    membership: Membership | None = getattr(request, "membership", None)
    return {
        "membership": membership,
        "organization": membership.organization if membership else None,
        "theme": user.theme if signed_in and user else "",
        "nav": _current_item(request),
        "nav_items": _items(signed_in=signed_in, membership=membership),
        "home": "/",
        "signup_open": settings.SIGNUP,
        # Where mails lie while no server takes them; empty when one does.
        "mail_folder": "" if settings.MAIL_IS_SENT else settings.MAIL_FOLDER,
    }


def _items(*, signed_in: bool, membership: Membership | None) -> list[NavItem]:
    if not signed_in:
        items = [
            _item("standards", _("Standards"), "standards:list"),
            _item("account_login", _("Sign in"), "account_login"),
        ]
        if settings.SIGNUP:
            items.append(_item("account_signup", _("Sign up"), "account_signup"))
        return items
    standards = _item("standards", _("Standards"), "standards:list")
    if membership is None:
        return [standards]
    items = [
        _item("dashboard", _("Dashboard"), "dashboard"),
        _item("assessments", _("Assessments"), "assessments:list"),
        standards,
        _item("reports", _("Reports"), "reports:list"),
    ]
    if not membership.is_guest:
        items.append(
            _item("accounts", _("Organization"), "accounts:organization"),
        )
    return items


def _item(key: str, label: str, name: str) -> NavItem:
    return NavItem(key, label, reverse(name))


def _current_item(request: HttpRequest) -> str:
    """The app whose page this is; pages outside an app go by their URL's name."""
    match = request.resolver_match
    if match is None:
        return ""
    if match.namespace == "accounts":
        inside = request.path.startswith(reverse("accounts:organization"))
        return "accounts" if inside else ""
    return match.namespace or match.url_name or ""

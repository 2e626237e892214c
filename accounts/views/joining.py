"""Joining by the link of an invitation: what the invited person sees."""

from collections.abc import Callable
from functools import wraps

from allauth.account import app_settings as account_settings
from allauth.account.adapter import get_adapter
from allauth.account.utils import complete_signup
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries
from accounts.access import choose_organization
from accounts.enums import InvitationState
from accounts.forms import InvitedSignUpForm
from accounts.models import User
from accounts.queries import OpenedLink
from accounts.services import invitations

LinkView = Callable[[HttpRequest, OpenedLink], HttpResponse]
REPLACED = "replaced"


def _with_open_invitation(view: LinkView) -> Callable[..., HttpResponse]:
    """Turns the token into its invitation; answers itself for links that don't work."""

    @wraps(view)
    def wrapper(request: HttpRequest, token: str) -> HttpResponse:
        link = queries.opened_link(token)
        if link is None:
            return render(request, "accounts/invitation_refused.html", status=404)
        state: str = link.invitation.state_at(timezone.now())
        if link.is_replaced and state in {
            InvitationState.OPEN,
            InvitationState.EXPIRED,
        }:
            state = REPLACED
        if state != InvitationState.OPEN:
            context = {"invitation": link.invitation, "state": state}
            template = "accounts/invitation_refused.html"
            return render(request, template, context, status=410)
        return view(request, link)

    return wrapper


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@_with_open_invitation
def join(request: HttpRequest, link: OpenedLink) -> HttpResponse:
    """Shows what somebody is invited to; POST joins with the account signed in."""
    if request.method != "POST" or not request.user.is_authenticated:
        return _page(request, link)
    try:
        membership = invitations.accept(
            invitation=link.invitation, user=request.user, is_mailed=link.is_mailed
        )
    except ValidationError as error:
        messages.error(request, error.message)
        return _page(request, link)
    choose_organization(request, membership)
    messages.success(
        request,
        _("Welcome to %(organization)s.") % {"organization": membership.organization},
    )
    return redirect("dashboard")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_POST
@_with_open_invitation
def sign_up(request: HttpRequest, link: OpenedLink) -> HttpResponse:
    """Makes an account for the invited person, and joins."""
    form = _sign_up_form(link, request.POST)
    if not form.is_valid():
        return _page(request, link, form)
    name, password = form.cleaned_data["name"], form.cleaned_data["password"]
    try:
        membership = invitations.sign_up_and_accept(
            invitation=link.invitation,
            name=name,
            password=password,
            is_mailed=link.is_mailed,
        )
    except ValidationError as error:
        if error.code == "account" and _hides_accounts(link):
            User().set_password(password)  # as long as making an account takes
            get_adapter().send_account_already_exists_mail(link.invitation.email)
            return redirect("account_email_verification_sent")
        form.add_error(None, error)
        return _page(request, link, form)
    response: HttpResponse = complete_signup(
        request, membership.user, None, reverse("dashboard")
    )
    return response


def _sign_up_form(link: OpenedLink, data: QueryDict | None = None) -> InvitedSignUpForm:
    return InvitedSignUpForm(
        data,
        initial={"email": link.invitation.email},
        token=_token(link),
        organization=link.invitation.organization.name,
    )


def _hides_accounts(link: OpenedLink) -> bool:
    """Whether the reader may be the inviter, who is not to learn who has an account."""
    return not link.is_mailed and account_settings.EMAIL_VERIFICATION == "mandatory"


def _token(link: OpenedLink) -> str:
    return queries.invitation_token(link.invitation, on_page=not link.is_mailed)


def _page(
    request: HttpRequest, link: OpenedLink, form: InvitedSignUpForm | None = None
) -> HttpResponse:
    user, invitation = request.user, link.invitation
    context = {
        "invitation": invitation,
        "token": _token(link),
        "form": form or _sign_up_form(link),
        "has_account": not _hides_accounts(link)
        and queries.has_account(invitation.email),
        "is_for_me": user.is_authenticated and user.email.lower() == invitation.email,
    }
    return render(request, "accounts/invitation.html", context)

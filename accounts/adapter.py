"""What allauth asks of us: the account's name, calm mails, where pages lead."""

import base64
import logging
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmationHMAC
from allauth.core import context as allauth_context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.browsers import browser_of
from accounts.models import User
from accounts.queries import is_known_browser
from accounts.services.mail import deliver
from accounts.services.sign_ins import record, record_failure

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy(
            "This e-mail address and password don’t belong together."
        ),
        "email_taken": gettext_lazy(
            "There is already an account with this e-mail address. "
            "Sign in, or ask for a new password there."
        ),
        "enter_current_password": gettext_lazy("This is not your password."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "max_email_addresses": gettext_lazy(
            "You have %d addresses already. Remove one first."
        ),
        "too_many_login_attempts": gettext_lazy(
            "Too many attempts. Wait five minutes, then try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP)

    def save_user(
        self, request: HttpRequest, user: User, form: forms.Form, commit: bool = True
    ) -> User:
        user.name = form.cleaned_data["name"]
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Send within the limits; a mail that did not leave must not lose a sign-up."""
        request = allauth_context.request
        user = request.user if request.user.is_authenticated else None
        left = deliver(
            kind=template_prefix,
            to=email,
            send=lambda: super(AccountAdapter, self).send_mail(
                template_prefix, email, context | {"signup_open": settings.SIGNUP}
            ),
            person=user,
        )
        if not left:
            messages.error(
                request,
                _("The mail to %(email)s could not be sent. Try again later.")
                % {"email": email},
            )

    def send_confirmation_mail(
        self,
        request: HttpRequest,
        emailconfirmation: EmailConfirmationHMAC,
        signup: bool,
    ) -> None:
        """To an address that is another account's, mail that instead of a link."""
        address = emailconfirmation.email_address
        others = User.objects.filter(email=address.email).exclude(pk=address.user_id)
        if others.exists():
            self.send_account_already_exists_mail(address.email)
        else:
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; those from a browser of the person's own stand apart.

        So nobody locks somebody else out by guessing from afar.
        """
        email = str(credentials.get("email") or credentials.get("username") or "")
        key = self._get_login_attempts_cache_key(request, **credentials)
        action, browser = "login_failed", browser_of(request)
        if browser and is_known_browser(email, browser):
            action, key = "login_failed_known_browser", f"{key}:{browser}"
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action=action, key=key
        )
        if not self._login_failed_rl_usage:
            record_failure(
                email, "too many attempts", address=self.get_client_ip(request)
            )
            raise self.validation_error("too_many_login_attempts")

    def post_login(
        self, request: HttpRequest, user: User, **details: Any
    ) -> HttpResponse:
        if not details["signup"]:
            record(user, "signed_in", address=self.get_client_ip(request))
        response: HttpResponse = super().post_login(request, user, **details)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")


class SecondFactorAdapter(DefaultMFAAdapter):
    """What allauth asks of us about second factors: words, and how secrets are kept."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This code is wrong, or was used before. Wait for the next one."
        ),
        "unverified_email": gettext_lazy(
            "Confirm your e-mail address first: we mailed you a link."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt what makes the codes: a copy of the database is not enough then."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; one that nobody has after the secret key was replaced."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.exception("A second factor was made under another secret_key.")
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """Return the name that a new passkey has until its owner gives another."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey") if number == 1 else _("Passkey %(n)s") % {"n": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "Plumbline"}


def _cipher() -> Fernet:
    key = salted_hmac("second factor", "", settings.SECRET_KEY, algorithm="sha256")
    return Fernet(base64.urlsafe_b64encode(key.digest()))

"""Codes of an authenticator app, each of them taken once."""

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as allauth_forms
from allauth.mfa.models import Authenticator
from django.core.cache import cache


class _CodeOnce:
    """Refuses a code again for as long as it could be valid.

    allauth remembers it for one period, but takes those of the neighbouring ones too.
    """

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        authenticator: Authenticator = self.authenticator  # type: ignore[attr-defined]
        periods = 2 * app_settings.TOTP_TOLERANCE + 1
        key = f"used-code:{authenticator.user_id}:{''.join(code.split())}"
        if not cache.add(key, "", timeout=periods * app_settings.TOTP_PERIOD):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_CodeOnce, allauth_forms.AuthenticateForm):
    """The code after the password."""


class ReauthenticateForm(_CodeOnce, allauth_forms.ReauthenticateForm):
    """The code before something delicate."""

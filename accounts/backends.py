"""How a password signs a person in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User


class MainAddressBackend(AuthenticationBackend):
    """Sign in by the main address, and by no other that stands beside it."""

    def authenticate(
        self, request: HttpRequest | None, **credentials: Any
    ) -> AbstractBaseUser:
        """Return the person, or raise PermissionDenied.

        It ends the search: Django's own backend, which is kept for the sessions that
        began with it, would hash a wrong password a second time.
        """
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is None:
            raise PermissionDenied
        return user

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        user = User.objects.filter(email=email.strip().lower()).first()
        checked: User | None = self._check_password(user, password)
        return checked

    def _authenticate_by_username(self, username: str, password: str) -> None:
        """Do nothing: `username` was tried as an address already."""

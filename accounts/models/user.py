"""A person who signs in with an e-mail address."""

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.enums import Theme


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(
        self, email: str, password: str | None = None, **fields: object
    ) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        # Kept in lower case; the operators' sign-in passes what was typed.
        return self.get(email=(username or "").lower())

    def create_superuser(self, email: str, password: str, **fields: object) -> "User":
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **fields
        )


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    theme = models.CharField(
        _("colours"),
        max_length=8,
        choices=Theme.choices,
        default=Theme.SYSTEM,
        blank=True,
    )
    language = models.CharField(_("language"), max_length=12, blank=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    # Counts how often all sessions were ended; a session of an earlier count is over.
    session_generation = models.PositiveIntegerField(default=0, editable=False)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must carry to be this person's, as long as it lasts."""
        by_password: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        if self.session_generation == 0:
            return by_password
        return salted_hmac(
            "accounts.User.session_generation",
            f"{by_password}:{self.session_generation}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def get_full_name(self) -> str:
        return str(self)

    def password_words(self) -> list[str]:
        """What others know about the person, and so must not be the password."""
        words = [self.name, self.email.partition("@")[0], *self.email.split("@")[1:]]
        if self.pk:
            names = self.memberships.values_list("organization__name", flat=True)
            words += names
        return words

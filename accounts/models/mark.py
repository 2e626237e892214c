"""What two accounts of one person have in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class AccountMark(models.Model):
    """A browser that an account signed in with, or a mailbox that it proved.

    Marks are never changed: an address that moved to another account stays the mark of
    both.
    """

    class Kind(models.TextChoices):
        BROWSER = "browser", _("browser")
        MAILBOX = "mailbox", _("mailbox")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=254)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("mark of an account")
        verbose_name_plural = _("marks of accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value", "user"], name="mark_once_per_account"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"

"""What was mailed lately, counted so that there are limits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class SentMail(models.Model):
    """One mail. Kept for a day; the receiver stands here as a hash only."""

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=60)
    receiver = models.CharField(max_length=64)
    # Empty for what nobody signed in asked for, such as a new password.
    person = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("sent mail")
        verbose_name_plural = _("sent mails")

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"

"""The append-only log: who did what, when, and what was there before and after."""

from typing import Never

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organization import Organization
from accounts.models.user import User


class EventQuerySet(models.QuerySet["Event"]):
    def update(self, **fields: object) -> Never:
        raise TypeError("The event log is append-only.")

    def delete(self) -> Never:
        raise TypeError("The event log is append-only.")


class Event(models.Model):
    """One entry. `subject` names what it is about, such as `assessment:K7QX2M`."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="events"
    )
    # Empty for what Plumbline did itself.
    actor = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    subject = models.CharField(max_length=80)
    action = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject", "-at"], name="event_by_subject")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"

    def save(self, *args: object, **kwargs: object) -> None:
        if self.pk:
            raise TypeError("The event log is append-only.")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *args: object, **kwargs: object) -> Never:
        raise TypeError("The event log is append-only.")

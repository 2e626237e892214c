"""A file or link that supports answers."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from assessments.models.answer import Answer


def evidence_path(evidence: "Evidence", name: str) -> str:
    """Where a file is kept: never under a name that somebody chose."""
    return f"evidence/{evidence.organization_id}/{evidence.code}"


class Evidence(models.Model):
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="evidence"
    )
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(_("link"), max_length=1000, blank=True)
    file = models.FileField(upload_to=evidence_path, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    period_start = models.DateField(_("valid from"), null=True, blank=True)
    period_end = models.DateField(_("valid to"), null=True, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["added_at"]

    def __str__(self) -> str:
        return self.title


class AnswerEvidence(models.Model):
    """That an answer rests on a piece of evidence. Detaching sets `removed_at`."""

    answer = models.ForeignKey(
        Answer, on_delete=models.CASCADE, related_name="attachments"
    )
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, related_name="attachments"
    )
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return str(self.evidence)

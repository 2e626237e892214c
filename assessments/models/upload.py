"""A file of answers between its upload and the decision about it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.assessment import Assessment


class AnswerUpload(models.Model):
    """What one person brought and has not decided about; nobody else sees it."""

    code = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="uploads"
    )
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("uploaded answers")
        verbose_name_plural = _("uploaded answers")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "by"], name="one_upload_per_person"
            )
        ]

    def __str__(self) -> str:
        return self.name

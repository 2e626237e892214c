"""What a sealed assessment prints, as it was called when it was sealed."""

from django.db import models

from assessments.models.assessment import Assessment


class SealedRecord(models.Model):
    """The names and the evidence of one sealing. Sealing again makes another record.

    `content` is written by `services/records.py`, which has its keys, and read by
    `queries/records.py`.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="records"
    )
    # The assessment's own moment: a record belongs to exactly one sealing.
    sealed_at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "sealed_at"], name="one_record_per_sealing"
            )
        ]

    def __str__(self) -> str:
        return f"sealed {self.sealed_at:%Y-%m-%d}"

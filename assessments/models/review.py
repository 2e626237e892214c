"""An auditor's pass over an assessment, and the conclusions in it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.enums import Grade
from assessments.models.answer import Answer, AnswerRevision
from assessments.models.assessment import Assessment


class Review(models.Model):
    """One round: opened by a submission, closed by a decision."""

    class Outcome(models.TextChoices):
        CHANGES = "changes", _("Changes requested")
        ACCEPTED = "accepted", _("Accepted")

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="reviews"
    )
    round = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    class Meta:
        ordering = ["-round"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "round"], name="review_round_once"
            )
        ]

    def __str__(self) -> str:
        return f"round {self.round}"


class Verdict(models.Model):
    """The conclusion on ONE revision of an answer. A later one stands beside it."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="verdicts"
    )
    answer = models.ForeignKey(
        Answer, on_delete=models.PROTECT, related_name="verdicts"
    )
    revision = models.ForeignKey(
        AnswerRevision, on_delete=models.PROTECT, related_name="verdicts"
    )
    auditor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(_("verdict"), max_length=12, choices=Grade.choices)
    # The auditor's own level: a code of the edition's scale.
    option = models.CharField(_("audited level"), max_length=40)
    reason = models.TextField(_("finding"), blank=True)
    # What the team has to change; empty when nothing is asked.
    request = models.TextField(_("change requested"), blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.get_grade_display()

"""The present answer to one control, and its append-only history."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.assessment import Assessment
from standards.models import Control


class Content(models.Model):
    """What a person says about a control; the same in an answer and its revisions."""

    # A code of the edition's scale, UNKNOWN, or empty while only a note is there.
    option = models.CharField(max_length=40, blank=True)
    justification = models.TextField(_("justification"), blank=True)
    note = models.TextField(_("note"), blank=True)
    # Codes of the criteria that the person ticked as met.
    ticks = models.JSONField(default=list)
    # "Come back to this": a bookmark for the filter, without effect on the score.
    flagged = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def content(self) -> dict[str, object]:
        return {
            "option": self.option,
            "justification": self.justification,
            "note": self.note,
            "ticks": self.ticks,
            "flagged": self.flagged,
        }


class Answer(Content):
    """The present state; a row exists from the first save on. `version` starts at 1."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="answers"
    )
    control = models.ForeignKey(Control, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    # Who could know, when the option is UNKNOWN.
    ask = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="asked"
    )
    # What is attached now: code, title, sha256, url. Kept here so that a save and a
    # page need no query for it.
    evidence = models.JSONField(default=list)
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        # For each report: was anything answered since?
        indexes = [
            models.Index(fields=["assessment", "updated_at"], name="answer_by_change")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "control"], name="one_answer_per_control"
            )
        ]

    def __str__(self) -> str:
        return f"{self.control.ref}: {self.option}"


class AnswerRevision(Content):
    """One version of an answer, never changed."""

    class Kind(models.TextChoices):
        CONTENT = "content", _("answer")
        EVIDENCE = "evidence", _("evidence")
        IMPORT = "import", _("import")

    answer = models.ForeignKey(
        Answer, on_delete=models.CASCADE, related_name="revisions"
    )
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CONTENT)
    # The browser's idempotency key: repeating it repeats the outcome, not the write.
    key = models.CharField(max_length=64, blank=True)
    # Who was asked then. Unknown, as nobody, in revisions before this was kept.
    ask = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # What this version attached and detached, as `Answer.evidence` has it: a version
    # holds what changed, or many pieces on one answer would grow with the square.
    attached = models.JSONField(default=list)
    detached = models.JSONField(default=list)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "version"], name="one_revision_per_version"
            ),
            models.UniqueConstraint(
                fields=["answer", "key"],
                condition=~models.Q(key=""),
                name="one_revision_per_key",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}: {self.option}"

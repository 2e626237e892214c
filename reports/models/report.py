"""A requested document and the state of its making."""

from typing import Any

from django.db import models
from django.db.models import (
    Aggregate,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Event, Membership, User
from assessments.models import Answer, Assessment, Verdict
from assessments.models.assessment import new_code
from reports.enums import Format, Kind, ReportState


def _counts() -> dict[str, Coalesce]:
    """How often each thing changed that a report shows, for `assessment` of a query.

    Counted, not timed: clocks go back, and rows that are only added count alone.
    """
    assessment = OuterRef("assessment")
    events = Event.objects.filter(
        subject=Concat(Value("assessment:"), OuterRef("assessment__code"))
    )
    tuning = Q(action="assessment.tuned") | Q(
        action="assessment.changed", before__has_key="target"
    )
    return {
        "answers": _number(
            Answer.objects.filter(assessment=assessment), Sum("version"), "assessment"
        ),
        "verdicts": _number(
            Verdict.objects.filter(answer__assessment=assessment),
            Count("pk"),
            "answer__assessment",
        ),
        "tunings": _number(events.filter(tuning), Count("pk"), "subject"),
        "steps": _number(events.filter(after__has_key="state"), Count("pk"), "subject"),
    }


def _number(rows: models.QuerySet[Any], number: Aggregate, group: str) -> Coalesce:
    one = rows.order_by().values(group).annotate(number=number).values("number")
    return Coalesce(Subquery(one, output_field=models.IntegerField()), 0)


def _differs(name: str) -> Any:
    same = Q(**{f"seen_{name}": F(f"present_{name}")})
    begun = Q(**{f"seen_{name}__isnull": False})
    return ExpressionWrapper(begun & ~same, output_field=models.BooleanField())


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, membership: Membership) -> "ReportQuerySet":
        """Of the assessments that this member may open; kinds are asked elsewhere."""
        visible = Assessment.objects.visible_to(membership)
        return self.filter(assessment__in=visible)

    def with_counts(self) -> "ReportQuerySet":
        """With how often each thing changed so far, as `present_answers` and so on."""
        return self.annotate(
            **{f"present_{name}": count for name, count in _counts().items()}
        )

    def see_present(self) -> None:
        """Keep that each report has seen all that changed so far."""
        for report in self.with_counts():
            present = {
                f"seen_{name}": getattr(report, f"present_{name}") for name in _counts()
            }
            Report.objects.filter(pk=report.pk).update(**present)

    def with_news(self) -> "ReportQuerySet":
        """With what changed since each was made, and whether a newer one is there."""
        newer = Report.objects.exclude(state=ReportState.FAILED).filter(
            assessment=OuterRef("assessment"),
            kind=OuterRef("kind"),
            format=OuterRef("format"),
            pk__gt=OuterRef("pk"),
        )
        return self.with_counts().annotate(
            answers_changed=_differs("answers"),
            verdicts_changed=_differs("verdicts"),
            tuning_changed=_differs("tunings"),
            moved_on=_differs("steps"),
            renewed=Exists(newer),
        )

    def active(self) -> "ReportQuerySet":
        return self.filter(state__in=[ReportState.QUEUED, ReportState.RUNNING])

    def held_by(self, pk: int, token: str) -> "ReportQuerySet":
        """The report while this task still holds it; empty once it was taken away."""
        return self.filter(pk=pk, token=token, state=ReportState.RUNNING)


class Report(models.Model):
    code = models.CharField(
        max_length=12, unique=True, default=new_code, editable=False
    )
    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="reports"
    )
    kind = models.CharField(_("report"), max_length=12, choices=Kind.choices)
    format = models.CharField(_("format"), max_length=6, choices=Format.choices)
    language = models.CharField(max_length=12, default="en")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(
        max_length=10, choices=ReportState.choices, default=ReportState.QUEUED
    )
    progress = models.PositiveSmallIntegerField(default=0)
    # A code of Stage.
    stage = models.CharField(max_length=80, blank=True)
    # Why it failed, or a remark on the finished file, in words for who asked for it.
    reason = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # The task that holds this report, and its last sign of life; while queued, when it
    # was last put into the job queue (None: that failed).
    token = models.CharField(max_length=64, blank=True)
    heartbeat = models.DateTimeField(null=True)
    # The heartbeat that was found too old, or of the future, at the last look. If it
    # still stands there the next time, the task is dead, whatever the clock did.
    suspected = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    # How often each had changed when the worker began to read: see `with_counts`.
    seen_answers = models.PositiveIntegerField(null=True)
    seen_verdicts = models.PositiveIntegerField(null=True)
    seen_tunings = models.PositiveIntegerField(null=True)
    seen_steps = models.PositiveIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)
    file = models.FileField(blank=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-requested_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_format_display()}"

    def get_absolute_url(self) -> str:
        return reverse("reports:report", args=[self.code])

    @property
    def is_active(self) -> bool:
        return self.state in {ReportState.QUEUED, ReportState.RUNNING}

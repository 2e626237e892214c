"""A requested document and the state of its making."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Event, Membership, User
from assessments.models import Answer, Assessment, Verdict
from assessments.models.assessment import new_code
from reports.enums import Format, Kind, ReportState


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, membership: Membership) -> "ReportQuerySet":
        """Of the assessments that this member may open; kinds are asked elsewhere."""
        visible = Assessment.objects.visible_to(membership)
        return self.filter(assessment__in=visible)

    def with_news(self) -> "ReportQuerySet":
        """With what changed since each was made, and whether a newer one is there."""
        since = OuterRef("started_at")
        answers = Answer.objects.filter(
            assessment=OuterRef("assessment"), updated_at__gt=since
        )
        verdicts = Verdict.objects.filter(
            answer__assessment=OuterRef("assessment"), at__gt=since
        )
        events = Event.objects.filter(
            subject=Concat(Value("assessment:"), OuterRef("assessment__code")),
            at__gt=since,
        )
        tuning = events.filter(
            Q(action="assessment.tuned")
            | Q(action="assessment.changed", before__has_key="target")
        )
        newer = Report.objects.exclude(state=ReportState.FAILED).filter(
            assessment=OuterRef("assessment"),
            kind=OuterRef("kind"),
            format=OuterRef("format"),
            pk__gt=OuterRef("pk"),
        )
        return self.annotate(
            answers_changed=Exists(answers),
            verdicts_changed=Exists(verdicts),
            tuning_changed=Exists(tuning),
            moved_on=Exists(events.filter(after__has_key="state")),
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
    # When the worker began to read: what was changed later is not in the file.
    started_at = models.DateTimeField(null=True)
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

"""One edition, one team and scope, one period, with a target."""

import secrets

from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organization, Team, User
from accounts.permissions import ANSWERS
from assessments.enums import State
from common.fields import SearchKeyField
from standards.models import Edition, Section

# No vowels and no look-alikes: codes are read aloud and never spell a word.
CODE_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ23456789"


def new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(7))


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, membership: Membership) -> "AssessmentQuerySet":
        """What this member may open: all of the organization, or a guest's one."""
        found = self.filter(organization=membership.organization_id)
        if membership.only_assessment:
            return found.filter(code=membership.only_assessment)
        return found

    def with_presence(self) -> "AssessmentQuerySet":
        """Assessments that know whether manager and auditor still are members."""
        member = Membership.objects.active().filter(
            organization=OuterRef("organization"), user__is_active=True
        )
        return self.annotate(
            has_manager=Exists(member.filter(user=OuterRef("manager"))),
            has_auditor=Exists(member.filter(user=OuterRef("auditor"))),
        )

    def running(self) -> "AssessmentQuerySet":
        return self.exclude(state=State.SEALED)

    def listed(self) -> "AssessmentQuerySet":
        """Without the archived ones."""
        return self.filter(archived_at=None)


class Assessment(models.Model):
    code = models.CharField(
        max_length=12, unique=True, default=new_code, editable=False
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="assessments"
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        verbose_name=_("team"),
        related_name="assessments",
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="assessments"
    )
    previous = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="later"
    )
    scope = models.CharField(_("scope"), max_length=300)
    scope_key = SearchKeyField(source="scope")
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period to"))
    due = models.DateField(_("due"))
    target = models.DecimalField(_("target"), max_digits=5, decimal_places=2)
    # What a manager changed for this assessment: weights by ref of a control, codes of
    # options to aim at by ref of a section or control.
    weights = models.JSONField(default=dict, blank=True)
    targets = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    manager = models.ForeignKey(
        User, on_delete=models.PROTECT, verbose_name=_("manager"), related_name="+"
    )
    auditor = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        verbose_name=_("auditor"),
        null=True,
        blank=True,
        related_name="+",
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    declaration = models.TextField(blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)
    sealed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sealed_at = models.DateTimeField(null=True)
    # Out of lists and dashboards, and read only until it is taken back.
    archived_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    archived_at = models.DateTimeField(null=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.edition.title}, {self.team.name}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:tasks", args=[self.code])

    @property
    def manager_is_here(self) -> bool:
        """Whether the manager still is a member; taken so without `with_presence`."""
        return bool(getattr(self, "has_manager", True))

    @property
    def auditor_is_here(self) -> bool:
        """Whether the auditor still is a member; taken so without `with_presence`."""
        return bool(getattr(self, "has_auditor", True))

    @property
    def subject(self) -> str:
        """The name of this assessment in the event log."""
        return f"assessment:{self.code}"

    @property
    def takes_answers(self) -> bool:
        return self.state in {State.OPEN, State.CHANGES} and not self.is_archived

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class SectionTaskQuerySet(models.QuerySet["SectionTask"]):
    def with_presence(self) -> "SectionTaskQuerySet":
        """Tasks that know whether their owners are still there to answer."""
        member = Membership.objects.active().filter(
            user=OuterRef("owner"),
            organization=OuterRef("assessment__organization"),
            user__is_active=True,
        )
        return self.annotate(
            has_owner=Exists(member),
            has_answerer=Exists(member.filter(role__in=ANSWERS)),
        )


class SectionTask(models.Model):
    """Who answers a section, until when, and whether they call it completed.

    A section whose owner left, or may not answer any more, is open to the team until
    somebody else owns it.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="tasks"
    )
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="section_tasks",
    )
    due = models.DateField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = SectionTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "section"], name="one_task_per_section"
            )
        ]

    def __str__(self) -> str:
        return str(self.section)

    @property
    def answerer_id(self) -> int | None:
        """Id of the owner who answers; None when the section is open to the team.

        Without `with_presence` the owner is taken to be there.
        """
        return self.owner_id if getattr(self, "has_answerer", True) else None

    @property
    def absence(self) -> str:
        """Why the owner does not answer, in words; empty when the owner does."""
        if self.owner_id is None or self.answerer_id is not None:
            return ""
        if getattr(self, "has_owner", True):
            return gettext("can no longer answer")
        return gettext("no longer here")


class ScoreSnapshot(models.Model):
    """A score as it stood at submission or sealing, with the engine that made it."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="snapshots"
    )
    at = models.DateTimeField(auto_now_add=True)
    occasion = models.CharField(max_length=12)
    engine = models.CharField(max_length=20)
    scores = models.JSONField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.occasion}, {self.at:%Y-%m-%d}"

"""Assessments as rows of a table: how far, how mature, until when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, F, Q, QuerySet, When
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Membership
from assessments import scoring
from assessments.enums import SCORE_AFTER, State
from assessments.models import Answer, Assessment
from assessments.queries.answers import is_answered
from assessments.queries.outcomes import OutcomeView, outcome_view
from assessments.queries.scores import score_of, to_answers
from assessments.queries.tuning import whole_target
from common.charts import mini_svg
from common.search import holds_words, query_words
from standards.loader import EditionData
from standards.models import Edition
from standards.queries import edition_tree

# In the list's filter beside the states: everything that is not sealed.
RUNNING = "running"
ARCHIVED = "archived"
# The outcome whose label is the result.
STATUS = "status"

Options = Mapping[int, str]


@dataclass(frozen=True)
class Overview:
    """One assessment with its progress and, after five answers, its score."""

    assessment: Assessment
    edition: EditionData
    options: Options

    @cached_property
    def answered(self) -> int:
        return sum(is_answered(option) for option in self.options.values())

    @property
    def total(self) -> int:
        return len(self.edition.assessable())

    @cached_property
    def score(self) -> scoring.Score | None:
        """None before five answers count; "not applicable" ones don't."""
        if self.answered < SCORE_AFTER:
            return None
        answers = to_answers(self.options, self.edition)
        score = score_of(self.edition, answers, self.assessment, with_trace=False)
        return score if score.coverage.answered >= SCORE_AFTER else None

    @cached_property
    def outcome(self) -> OutcomeView | None:
        if self.score is None:
            return None
        today = timezone.localdate()
        return outcome_view(self.score, self.assessment, self.edition, today=today)

    @property
    def value(self) -> str:
        """The score for people: a number, or the labels of a method without one."""
        if self.outcome is None:
            return ""
        if not self.outcome.has_number:
            return self.outcome.label or self.outcome.levels_reached
        text = self.outcome.headline.text
        # A status says more than the points behind it.
        label = self.outcome.headline_label
        return f"{text}, {label}" if self.outcome.name == STATUS and label else text

    @property
    def range(self) -> str:
        """What stands in brackets: low and high, or the number so far."""
        if self.outcome is None or not self.outcome.span:
            return ""
        if self.outcome.has_number and self.outcome.headline.so_far:
            return _("%(value)s so far") % {"value": self.outcome.value}
        return self.outcome.span

    @property
    def chart(self) -> SafeString:
        """The small gauge; `against_target` says the same in words."""
        if self.outcome is None or not self.outcome.has_number:
            return SafeString()
        return mini_svg(self.outcome.point, scale=self.outcome.form.scale)

    @property
    def target(self) -> str:
        """The target on the score's scale, or as it was set while there is no score."""
        if self.outcome is None or self.outcome.target is None:
            return whole_target(self.assessment, self.edition)
        return self.outcome.target_text

    @property
    def against_target(self) -> str:
        """How the score stands to the target, as far as it is known."""
        return "" if self.outcome is None else self.outcome.against_target

    @property
    def status(self) -> str:
        if self.assessment.is_archived:
            return _("Archived")
        if self.assessment.state == State.OPEN and not self.answered:
            return _("Not yet started")
        return self.assessment.get_state_display()

    @property
    def late(self) -> bool:
        """Past due while the team still has to answer."""
        if not self.assessment.takes_answers:
            return False
        return self.assessment.due < timezone.localdate()


def overviews(assessments: Iterable[Assessment]) -> list[Overview]:
    """One statement for all of them, and three for an edition not met before."""
    assessments = list(assessments)
    options = options_by_assessment(assessments)
    return [
        Overview(assessment, tree_of(assessment), options[assessment.pk])
        for assessment in assessments
    ]


def options_by_assessment(
    assessments: Iterable[Assessment],
) -> defaultdict[int, dict[int, str]]:
    """The chosen options by control id, by assessment id. One statement."""
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    rows = Answer.objects.filter(assessment__in=[a.pk for a in assessments])
    for pk, control, option in rows.values_list("assessment", "control", "option"):
        found[pk][control] = option
    return found


def tree_of(assessment: Assessment) -> EditionData:
    return edition_tree(assessment.edition_id, assessment.edition.checksum)


def with_names(found: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Together with what every row prints. Nothing of the edition's content."""
    return found.select_related(
        "edition__standard", "team", "manager", "auditor"
    ).defer(
        "edition__standard__profile",
        "edition__scale",
        "edition__scoring",
        "edition__groups",
        "declaration",
    )


def list_assessments(
    member: Membership,
    *,
    standard: str = "",
    team: int | None = None,
    state: str = "",
    search: str = "",
) -> QuerySet[Assessment]:
    """What the member may open, running ones first, the next due on top."""
    visible = Assessment.objects.visible_to(member)
    is_archive = state == ARCHIVED
    found = with_names(
        visible.exclude(archived_at=None) if is_archive else visible.listed()
    )
    if standard:
        found = found.filter(edition__standard__slug=standard)
    if team:
        found = found.filter(team=team)
    if state == RUNNING:
        found = found.exclude(state=State.SEALED)
    elif state and not is_archive:
        found = found.filter(state=state)
    words = query_words(search)
    editions = _edition_names() if words else {}
    for word in words:
        named = [pk for pk, names in editions.items() if holds_words([word], *names)]
        found = found.filter(
            Q(code=word.upper())
            | Q(scope_key__contains=word)
            | Q(team__name_key__contains=word)
            | Q(edition__in=named)
        )
    found = found.annotate(
        is_sealed=Q(state=State.SEALED),
        next_due=Case(When(~Q(state=State.SEALED), then=F("due"))),
    )
    return found.order_by("is_sealed", "next_due", "-period_end", "pk")


def _edition_names() -> dict[int, tuple[str, str]]:
    """Title of each edition and name of its standard, by id."""
    rows = Edition.objects.values_list("pk", "title", "standard__name")
    return {pk: (title, name) for pk, title, name in rows}


def standards_in_use(member: Membership) -> list[tuple[str, str]]:
    """Slug and name of each standard that has an assessment here."""
    rows = Assessment.objects.visible_to(member).values_list(
        "edition__standard__slug", "edition__standard__name"
    )
    return list(rows.order_by("edition__standard__name").distinct())


def teams_in_use(member: Membership) -> list[tuple[int, str]]:
    """Id and name of each team that has an assessment here."""
    rows = Assessment.objects.visible_to(member).values_list("team", "team__name")
    return list(rows.order_by("team__name", "team").distinct())

"""Controls below target as people read them: from where to where, and by what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments import scoring
from assessments.display.next_steps import NextSteps, next_steps
from assessments.display.numbers import gain_text, plain_text
from assessments.models import Assessment
from assessments.queries.changes import level_name, level_of
from assessments.queries.prepared import ladder_step
from assessments.queries.questionnaire import Level, shade
from assessments.queries.tuning import (
    levels_of,
    own_targets,
    rank,
    reaching,
    weights_of,
)
from standards.loader import ControlData, EditionData, OptionData, SectionData

# So many gaps of one section are worth a word: it can be closed soon.
FEW = 3
POINTS = "points"


@dataclass(frozen=True, slots=True)
class Given:
    """What gaps need to know of an answer."""

    option: str
    ticks: tuple[str, ...] = ()


@dataclass(frozen=True)
class GapView:
    """One control below the target, with what would lift it.

    `in_section` counts the gaps of its section, and `open_in_section` the controls
    there that nobody answered yet.
    """

    rank: int
    control: ControlData
    section: SectionData
    now: Level
    aim: Level
    steps: NextSteps
    lift: Decimal
    unit: str = "level"
    weight: Decimal = Decimal(1)
    in_section: int = 1
    open_in_section: int = 0

    @property
    def ref(self) -> str:
        return self.control.ref

    @property
    def aim_name(self) -> str:
        return level_name(self.aim)

    @property
    def lift_text(self) -> str:
        """What reaching the target adds to the score; empty when it adds nothing."""
        return gain_text(self.lift, self.unit)

    @property
    def lift_sentence(self) -> str:
        if not self.lift_text:
            return ""
        words = {
            POINTS: _("%(lift)s point") if self.lift == 1 else _("%(lift)s points"),
            "%": _("%(lift)s %%"),
            "share": _("%(lift)s %%"),
        }
        text = words.get(self.unit, _("%(lift)s to the score"))
        return text % {"lift": self.lift_text}

    @property
    def reason(self) -> str:
        """Why it stands where it stands: what it closes, and its weight."""
        return " ".join(self._reasons())

    def _reasons(self) -> Iterator[str]:
        words = {"section": self.section.title, "count": self.in_section}
        if self.in_section == 1 and not self.open_in_section:
            yield _("Closes %(section)s.") % words
        elif self.in_section == 1:
            yield _("The only gap in %(section)s so far.") % words
        elif self.in_section <= FEW:
            yield _("One of %(count)d gaps in %(section)s.") % words
        if self.weight != 1 and self.unit != POINTS:  # points say the weight already
            yield _("Weight %(weight)s.") % {"weight": plain_text(self.weight)}


def gap_views(
    edition: EditionData,
    prepared: scoring.Edition,
    given: Mapping[int, Given],
    answers: Mapping[str, scoring.Answer],
    assessment: Assessment,
) -> list[GapView]:
    """Every gap, in the order of `_order`."""
    first = prepared.profile.outcomes[0]
    gaps = scoring.gaps(
        prepared,
        answers,
        assessment.target,
        weights=None if first.official else weights_of(assessment),
        targets=own_targets(assessment, edition),
    )
    views = [
        view
        for gap in gaps
        if (view := _view(gap, edition, given, first, answers)) is not None
    ]
    counts = Counter(view.section.ref for view in views)
    own = {} if first.official else weights_of(assessment)
    views = [
        replace(
            view,
            in_section=counts[view.section.ref],
            weight=own.get(view.ref, view.control.weight),
        )
        for view in views
    ]
    step = ladder_step(edition, first.name)
    views.sort(key=lambda view: _order(view, step.level_attr if step else ""))
    return [replace(view, rank=rank) for rank, view in enumerate(views, start=1)]


def _order(view: GapView, climbs_by: str) -> tuple[object, ...]:
    """What lifts the score most; then the lowest level of a method that climbs levels.

    Among equals: what leaves the fewest gaps in its section, the greater weight, the
    longer way to the target; the order of the standard last (sorting keeps it).
    """
    return (
        -view.lift,
        view.control.attributes.get(climbs_by, ""),
        view.in_section + view.open_in_section,
        -view.weight,
        rank(view.now.option) - rank(view.aim.option),
    )


def _view(
    gap: scoring.Gap,
    edition: EditionData,
    given: Mapping[int, Given],
    outcome: scoring.Outcome,
    answers: Mapping[str, scoring.Answer],
) -> GapView | None:
    control = edition.control(gap.ref)
    mine = given[control.id or 0]
    now = level_of(mine.option, edition.scale)
    if now is None:
        return None
    aim = aim_of(control, edition, gap.target)
    section = edition.section_of(gap.ref)
    return GapView(
        rank=0,
        control=control,
        section=section,
        now=now,
        aim=aim,
        steps=next_steps(control, mine.ticks, gap.level, gap.target, aim.option),
        lift=gap.lift,
        unit=outcome.unit,
        open_in_section=sum(c.ref not in answers for c in section.assessable()),
    )


def aim_of(control: ControlData, edition: EditionData, target: Decimal) -> Level:
    """The option that reaches the target, or the best that the control allows.

    A target between two levels has a chip of its own: the lift is reckoned for it.
    """
    found = reaching(levels_of(edition.scale, control.options), target)
    if found.value is not None and found.value > target:
        text = plain_text(target)
        found = OptionData(code=text, label=text, value=target)
    return Level(found, shade(found, edition.scale))

"""Controls below target as people read them: from where to where, and by what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments import scoring
from assessments.display.numbers import gain_text, plain_text
from assessments.models import Assessment
from assessments.queries.changes import level_name, level_of
from assessments.queries.prepared import ladder_step
from assessments.queries.questionnaire import Level, shade
from assessments.queries.tuning import levels_of, own_targets, reaching, weights_of
from standards.loader import ControlData, EditionData, OptionData, SectionData


@dataclass(frozen=True, slots=True)
class Given:
    """What gaps need to know of an answer."""

    option: str
    ticks: tuple[str, ...] = ()


@dataclass(frozen=True)
class GapView:
    """One control below the target, with what would lift it."""

    rank: int
    control: ControlData
    section: SectionData
    now: Level
    aim: Level
    criterion: str
    lift: Decimal
    unit: str = "level"

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
            "points": _("%(lift)s point") if self.lift == 1 else _("%(lift)s points"),
            "%": _("%(lift)s %%"),
            "share": _("%(lift)s %%"),
        }
        text = words.get(self.unit, _("%(lift)s score"))
        return text % {"lift": self.lift_text}


def gap_views(
    edition: EditionData,
    prepared: scoring.Edition,
    given: Mapping[int, Given],
    answers: Mapping[str, scoring.Answer],
    assessment: Assessment,
) -> list[GapView]:
    """Every gap: what lifts the score most first, then what stands on a lower level."""
    first = prepared.profile.outcomes[0]
    found = scoring.gaps(
        prepared,
        answers,
        assessment.target,
        weights=None if first.official else weights_of(assessment),
        targets=own_targets(assessment, edition),
    )
    step = ladder_step(edition, first.name)
    if step is not None:
        attribute = step.level_attr
        found = tuple(
            sorted(
                found,
                key=lambda gap: (
                    -gap.lift,
                    edition.control(gap.ref).attributes.get(attribute, ""),
                ),
            )
        )
    views = (_view(gap, edition, given, first) for gap in found)
    known = [view for view in views if view is not None]
    return [replace(view, rank=rank) for rank, view in enumerate(known, start=1)]


def _view(
    gap: scoring.Gap,
    edition: EditionData,
    given: Mapping[int, Given],
    outcome: scoring.Outcome,
) -> GapView | None:
    control = edition.control(gap.ref)
    mine = given[control.id or 0]
    now = level_of(mine.option, edition.scale)
    if now is None:
        return None
    aim = aim_of(control, edition, gap.target)
    return GapView(
        rank=0,
        control=control,
        section=edition.section_of(gap.ref),
        now=now,
        aim=aim,
        criterion=next_criterion(control, mine.ticks, gap) or _described(aim),
        lift=gap.lift,
        unit=outcome.unit,
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


def next_criterion(
    control: ControlData, ticks: Collection[str], gap: scoring.Gap
) -> str:
    """The first criterion, up to the target, that is not ticked.

    Without any tick the level alone was chosen: what it stands for counts as met.
    """
    missing = [
        criterion
        for criterion in sorted(control.criteria, key=lambda one: one.level)
        if criterion.level <= gap.target and criterion.code not in ticks
    ]
    if not ticks:
        missing = [one for one in missing if one.level > gap.level] or missing
    return missing[0].text if missing else ""


def _described(aim: Level) -> str:
    return aim.option.descriptor or aim.option.label

"""Controls below target as people read them: from where to where, and by what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments import scoring
from assessments.queries.changes import level_name, level_of
from assessments.queries.questionnaire import Level, shade
from assessments.scoring.improvement import level
from standards.loader import ControlData, EditionData, OptionData, SectionData

LEAST_LIFT = Decimal("0.005")


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

    @property
    def ref(self) -> str:
        return self.control.ref

    @property
    def aim_name(self) -> str:
        return level_name(self.aim)

    @property
    def lift_text(self) -> str:
        """What reaching the target adds to the score; empty when it adds nothing."""
        if not self.lift:
            return ""
        if abs(self.lift) < LEAST_LIFT:
            return _("under +0.01")
        return f"+{scoring.display(self.lift, 2)}"


def gap_views(
    edition: EditionData,
    prepared: scoring.Edition,
    given: Mapping[int, Given],
    answers: Mapping[str, scoring.Answer],
    target: Decimal,
) -> list[GapView]:
    """Every control below target, the greatest lift first. No statement."""
    views = []
    for rank, gap in enumerate(scoring.gaps(prepared, answers, target), start=1):
        control = edition.control(gap.ref)
        mine = given[control.id or 0]
        now = level_of(mine.option, edition.scale)
        if now is None:
            continue
        aim = aim_of(control, edition, gap.target)
        views.append(
            GapView(
                rank=rank,
                control=control,
                section=edition.section_of(gap.ref),
                now=now,
                aim=aim,
                criterion=next_criterion(control, mine.ticks, gap) or _described(aim),
                lift=gap.lift,
            )
        )
    return views


def aim_of(control: ControlData, edition: EditionData, target: Decimal) -> Level:
    """The option that reaches the target, or the best that the control allows.

    A target between two levels has a chip of its own: the lift is reckoned for it.
    """
    scale = edition.scale
    allowed = [
        option
        for option in scale.options
        if not option.na and (not control.options or option.code in control.options)
    ]
    ranked = sorted(allowed, key=_rank)
    found = next((one for one in ranked if _rank(one) >= target), ranked[-1])
    if found.value is not None and found.value > target:
        text = scoring.display(target, 2).rstrip("0").rstrip(".")
        found = OptionData(code=text, label=text, value=target)
    return Level(found, shade(found, scale))


def _rank(option: OptionData) -> Decimal:
    return level(
        scoring.Option(
            option.code,
            option.label,
            option.value,
            met=option.met,
            partial=option.partial,
        )
    )


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

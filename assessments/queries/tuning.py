"""What a manager set for one assessment: weights of controls, and targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from assessments import scoring
from assessments.display.numbers import plain_text
from assessments.models import Assessment
from assessments.queries.levels import Climb, climb_of
from assessments.scoring.profile import Deduct, Fold, Outcome, Ratio
from standards.loader import (
    ControlData,
    EditionData,
    OptionData,
    ScaleData,
    SectionData,
)

WEIGHED = ("wmean", "sum")


def weights_of(assessment: Assessment) -> dict[str, Decimal]:
    """The weights that differ from the edition's, by ref."""
    return {ref: Decimal(text) for ref, text in assessment.weights.items()}


def rank(option: OptionData) -> Decimal:
    """An option as a number: its value, or 1 met, 0.5 partial, 0 neither."""
    flags = {"met": option.met, "partial": option.partial}
    return scoring.level(
        scoring.Option(option.code, option.label, option.value, **flags)
    )


def levels_of(scale: ScaleData, codes: Iterable[str] = ()) -> list[OptionData]:
    """What can be aimed at, lowest first; `codes` are those that a control allows."""
    allowed = set(codes)
    options = [
        option
        for option in scale.options
        if not option.na and (not allowed or option.code in allowed)
    ]
    # Statuses of equal rank, such as LI and FI, keep the direction of their scale.
    if rank(options[0]) > rank(options[-1]):
        options.reverse()
    return sorted(options, key=rank)


def aims_of(scale: ScaleData, codes: Iterable[str] = ()) -> list[OptionData]:
    """What a target can be, lowest first: of statuses, those that reach something."""
    return [
        option
        for option in levels_of(scale, codes)
        if option.value is not None or option.met or option.partial
    ]


def reaching(levels: list[OptionData], goal: Decimal) -> OptionData:
    """The least level that reaches the goal, or the best there is."""
    return next((one for one in levels if rank(one) >= goal), levels[-1])


def own_targets(assessment: Assessment, edition: EditionData) -> dict[str, str]:
    """The option that each control aims at, where one is set for it or around it.

    The nearest holds: that of the control, of its parent, of its section, of the
    section around that. A control that does not allow the option aims at the next
    better one that it allows, or at its best. A section may aim at a level of the
    method instead, such as MIL2.
    """
    found: dict[str, str] = {}
    if assessment.targets:
        spread = _Spread(assessment.targets, edition.scale, climb_of(edition), found)
        for section in edition.sections:
            spread.section(section, None)
    return found


@dataclass(frozen=True, slots=True)
class _Spread:
    """Carries targets down the tree."""

    targets: Mapping[str, str]
    scale: ScaleData
    climb: Climb | None
    found: dict[str, str]

    def section(self, section: SectionData, above: str | None) -> None:
        code = self.targets.get(section.ref, above)
        for control in section.controls:
            self.control(control, code)
        for child in section.sections:
            self.section(child, code)

    def control(self, control: ControlData, above: str | None) -> None:
        code = self.targets.get(control.ref, above)
        for child in control.controls:
            self.control(child, code)
        if code is not None and control.asked:
            self.found[control.ref] = self.option(control, code)

    def option(self, control: ControlData, code: str) -> str:
        levels = levels_of(self.scale, control.options)
        codes = [level.code for level in levels]
        if self.climb and code in self.climb.levels:
            passing = self.climb.passes(code, control)
            nothing = codes[-1] if passing else codes[0]
            return next((one for one in codes if one in passing), nothing)
        if code in codes:
            return code
        return reaching(levels, rank(self.scale.option(code))).code


def whole_target(assessment: Assessment, edition: EditionData) -> str:
    """The target of the whole in a word: 3, 2.5, "Met", "MIL2"."""
    if climb_of(edition):
        return whole_level(assessment, edition) or _("its target")
    return target_word(edition.scale, (), assessment.target)


def whole_level(assessment: Assessment, edition: EditionData) -> str:
    """The level that every section aims at; empty where they differ or climb none.

    Without any target of its own a section aims at all that its method asks for.
    """
    climb = climb_of(edition)
    if climb is None:
        return ""
    highest = list(climb.levels)[-1]
    targets = assessment.targets
    aims = {targets.get(section.ref, highest) for section in climb.sections}
    level = aims.pop()
    return level if not aims and level in climb.levels else ""


def control_target(
    assessment: Assessment, edition: EditionData, control: ControlData
) -> str:
    """What one control aims at, in a word."""
    level = target_levels(assessment, edition, [control])[control.ref]
    return target_word(edition.scale, control.options, level)


def target_word(scale: ScaleData, codes: Iterable[str], level: Decimal) -> str:
    """A target in a word; `codes` are those that the control allows."""
    if not level:
        return _("none")
    found = reaching(levels_of(scale, codes), level)
    if found.value is not None and rank(found) != level:
        return plain_text(level)
    return found.chip


def all_targets(assessment: Assessment, edition: EditionData) -> dict[str, str]:
    """Targets as the engine takes them, that of the whole under the edition's code."""
    whole = reaching(levels_of(edition.scale), assessment.target)
    return {edition.code: whole.code, **own_targets(assessment, edition)}


def target_levels(
    assessment: Assessment, edition: EditionData, controls: Iterable[ControlData]
) -> dict[str, Decimal]:
    """The level that each control aims at, on the edition's scale, by ref."""
    own = own_targets(assessment, edition)
    return {
        control.ref: rank(edition.scale.option(own[control.ref]))
        if control.ref in own
        else assessment.target
        for control in controls
    }


@lru_cache(maxsize=64)
def weighs(prepared: scoring.Edition) -> bool:
    """Whether a weight of ours would change any number of the method.

    The publisher's own outcomes keep the publisher's weights.
    """
    return any(
        not outcome.official and _weighs(outcome)
        for outcome in prepared.profile.outcomes
    )


def _weighs(outcome: Outcome) -> bool:
    for step in outcome.steps:
        if isinstance(step, Fold) and step.op in WEIGHED and not step.weight_attr:
            return True
        if isinstance(step, Ratio) and step.weighted:
            return True
        if isinstance(step, Deduct) and step.each is None and not step.weight_attr:
            return True
    return False

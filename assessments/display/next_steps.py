"""What would lift a control below its target, in sentences."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from standards.loader import ControlData, CriterionData, OptionData


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The step to take now, and what comes after it; `after` may be empty."""

    now: str  # "Next step (level 2): …"
    after: str = ""  # "Then, for level 3: …"


def next_steps(
    control: ControlData,
    ticks: Collection[str],
    level: Decimal,
    target: Decimal,
    aim: OptionData,
) -> NextSteps:
    """What leads from a level to the target.

    The criteria that are not ticked say it, the lowest level first. An edition without
    criteria has the guidance of the control and its typical evidence.
    """
    if not control.criteria:
        return _from_guidance(control, aim)
    first = _first_by_level(missing_criteria(control, ticks, level, target))
    if not first:
        text = _(
            "Every criterion up to the target is ticked. Check whether the level is "
            "still right."
        )
        return NextSteps(text)
    now, *later = first
    words = {"level": now.level, "text": now.text}
    return NextSteps(
        _("Next step (level %(level)s): %(text)s") % words,
        " ".join(
            _("Then, for level %(level)s: %(text)s")
            % {"level": criterion.level, "text": criterion.text}
            for criterion in later
        ),
    )


def missing_criteria(
    control: ControlData, ticks: Collection[str], level: Decimal, target: Decimal
) -> list[CriterionData]:
    """The criteria up to the target that are not ticked, the lowest level first.

    Without any tick the level alone was chosen: what it stands for counts as met.
    """
    missing = [
        criterion
        for criterion in sorted(control.criteria, key=lambda one: one.level)
        if criterion.level <= target and criterion.code not in ticks
    ]
    if ticks:
        return missing
    return [one for one in missing if one.level > level] or missing


def _first_by_level(criteria: list[CriterionData]) -> list[CriterionData]:
    """The first criterion of each level."""
    first: dict[int, CriterionData] = {}
    for criterion in criteria:
        first.setdefault(criterion.level, criterion)
    return list(first.values())


def _from_guidance(control: ControlData, aim: OptionData) -> NextSteps:
    evidence = ""
    if control.evidence:
        items = {"evidence": "; ".join(control.evidence)}
        evidence = _("Shown, for example, by: %(evidence)s.") % items
    if control.guidance:
        guidance = {"guidance": control.guidance}
        return NextSteps(_("What it takes: %(guidance)s") % guidance, evidence)
    words = {"level": aim.label, "text": aim.descriptor or aim.label}
    return NextSteps(_("To reach %(level)s: %(text)s") % words, evidence)

"""Targets given as a level of the method, such as MIL2 for a domain of C2M2.

A method that climbs levels asks of each control at which level it counts. To aim at a
level is to aim at what passes it, in every control up to that level, and at nothing in
those above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from assessments.queries.prepared import passing_options, scoring_edition
from assessments.scoring.arithmetic import band
from assessments.scoring.profile import Bands, CumulativeLevel
from standards.loader import ControlData, EditionData, SectionData


@dataclass(frozen=True)
class Climb:
    """How sections climb levels: what the levels are called, and what they ask."""

    step: CumulativeLevel
    passing: tuple[str, ...]
    levels: dict[str, int]
    sections: tuple[SectionData, ...]

    def passes(self, name: str, control: ControlData) -> tuple[str, ...]:
        """The options with which a control passes a level; none if it stands above."""
        own, goal = int(control.attributes[self.step.level_attr]), self.levels[name]
        if own > goal:
            return ()
        lower = self.step.lower_passing or self.passing
        return lower if own < goal else self.passing


@lru_cache(maxsize=64)
def climb_of(edition: EditionData) -> Climb | None:
    """None for a method whose sections have no levels of their own."""
    step, *later = scoring_edition(edition).profile.outcomes[0].steps
    if not isinstance(step, CumulativeLevel) or step.scope == "standard":
        return None
    bands = next((one for one in later if isinstance(one, Bands)), None)
    names = [
        band(bands, Decimal(level)) if bands else str(level) for level in step.levels
    ]
    sections = edition.sections
    if step.scope == "process":
        sections = tuple(one for one in edition.all_sections() if not one.sections)
    return Climb(
        step=step,
        passing=passing_options(edition, step),
        levels=dict(zip(names, step.levels, strict=True)),
        sections=sections,
    )

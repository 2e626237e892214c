"""Editions as the scoring engine reads them."""

from __future__ import annotations

from functools import lru_cache

from assessments import scoring
from assessments.scoring.profile import CumulativeLevel
from standards.loader import ControlData, EditionData, ScaleData, SectionData


@lru_cache(maxsize=64)
def scoring_edition(edition: EditionData) -> scoring.Edition:
    """The part of an edition that the engine reads, prepared once."""
    return scoring.Edition(
        code=edition.code,
        scale=_scale(edition.scale),
        profile=scoring.parse_profile(edition.scoring),
        sections=tuple(_section(section) for section in edition.sections),
    )


def _scale(scale: ScaleData) -> scoring.Scale:
    options = tuple(
        scoring.Option(o.code, o.label, o.value, na=o.na, met=o.met, partial=o.partial)
        for o in scale.options
    )
    return scoring.Scale(options, scale.minimum, scale.maximum)


def _section(section: SectionData) -> scoring.Section:
    return scoring.Section(
        ref=section.ref,
        title=section.title,
        sections=tuple(_section(child) for child in section.sections),
        controls=tuple(_control(control) for control in section.controls),
        ours=section.ours,
    )


def _control(control: ControlData) -> scoring.Control:
    return scoring.Control(
        ref=control.ref,
        title=control.title,
        weight=control.weight,
        groups=frozenset(control.groups),
        attributes=dict(control.attributes),
        options=control.options,
        assessable=control.assessable,
        controls=tuple(_control(child) for child in control.controls),
    )


def ladder_step(edition: EditionData, name: str) -> CumulativeLevel | None:
    """The step of an outcome that climbs levels, if it does."""
    outcomes = scoring_edition(edition).profile.outcomes
    steps = next(outcome.steps for outcome in outcomes if outcome.name == name)
    return next((step for step in steps if isinstance(step, CumulativeLevel)), None)


def passing_options(edition: EditionData, step: CumulativeLevel) -> tuple[str, ...]:
    """With what a control passes a level: as the step says, else what counts as met."""
    return step.passing or tuple(o.code for o in edition.scale.options if o.met)

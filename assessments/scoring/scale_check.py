"""Checks a profile against an answer scale: does it have the options named?"""

from __future__ import annotations

from collections.abc import Iterable

from assessments.scoring.edition import Scale
from assessments.scoring.order import answers_conditions
from assessments.scoring.profile import (
    Bands,
    CumulativeLevel,
    Deduct,
    GateStep,
    Outcome,
    Profile,
    ProfileError,
    ProfileStep,
    Ratio,
    Severity,
)


def check_scale(profile: Profile, scale: Scale) -> None:
    """Refuse a profile that names options the scale lacks, or needs some it lacks.

    Raises ProfileError naming the key.
    """
    for at, outcome in enumerate(profile.outcomes):
        for number, step in enumerate(outcome.steps):
            key = f"outcomes[{at}].steps[{number}]"
            _ScaleCheck(scale, outcome, key).step(step)


class _ScaleCheck:
    """Checks one step; `key` is its path."""

    def __init__(self, scale: Scale, outcome: Outcome, key: str) -> None:
        self.scale = scale
        self.outcome = outcome
        self.key = key

    def step(self, step: ProfileStep) -> None:
        if isinstance(step, Ratio):
            self.ratio(step)
        elif isinstance(step, Deduct):
            self.deduct(step)
        elif isinstance(step, CumulativeLevel):
            self.cumulative_level(step)
        elif isinstance(step, Severity):
            self.codes("severity.classes", step.classes)
        elif isinstance(step, GateStep):
            self.gate(step)

    def ratio(self, step: Ratio) -> None:
        self.codes("ratio.num", step.num or ())
        self.codes("ratio.den", step.den or ())
        if not step.num:
            self.met_option("ratio.num")

    def deduct(self, step: Deduct) -> None:
        self.codes("deduct.fractions", step.fractions)
        self.codes("deduct.points", step.points)
        for option in self.scale.options:
            named = option.code in step.fractions or option.code in step.points
            if not option.na and not named:
                self.fail(
                    "deduct.fractions", f"does not say what {option.code!r} loses"
                )

    def cumulative_level(self, step: CumulativeLevel) -> None:
        rating = next((s for s in self.outcome.steps if isinstance(s, Bands)), None)
        if rating and rating.of == "control":
            unknown = [label for label in step.passing if label not in rating.labels]
            if unknown:
                self.fail("cumulative_level.pass", f"{unknown[0]!r} is no label above")
        else:
            self.codes("cumulative_level.pass", step.passing)
        if not step.passing:
            self.met_option("cumulative_level.pass")

    def gate(self, step: GateStep) -> None:
        for part in answers_conditions(step.when):
            self.codes("gate.when.answers.options", part.options)
            for ref, codes in part.tolerated.items():
                self.codes(f"gate.when.answers.tolerated.{ref}", codes)

    def codes(self, name: str, codes: Iterable[str]) -> None:
        known = {option.code for option in self.scale.options}
        for code in codes:
            if code not in known:
                self.fail(name, f"the scale has no option {code!r}")

    def met_option(self, name: str) -> None:
        if not any(option.met for option in self.scale.options):
            self.fail(name, "is missing, and no option of the scale is flagged met")

    def fail(self, name: str, message: str) -> None:
        raise ProfileError(f"{self.key}.{name}", message)

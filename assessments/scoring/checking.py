"""Checks a profile against its edition: refs and attributes, and the scale."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from assessments.scoring.edition import Control, Edition
from assessments.scoring.order import answers_conditions
from assessments.scoring.plan import Plan, prepare, selected_units
from assessments.scoring.profile import (
    BY_WORDS,
    CumulativeLevel,
    Deduct,
    External,
    Fold,
    GateStep,
    Only,
    Outcome,
    ProfileError,
    ProfileStep,
)
from assessments.scoring.scale_check import check_scale


def check_profile(edition: Edition) -> None:
    """Refuse a profile that does not fit its edition.

    Raises ProfileError naming the key: an option code that the scale lacks, a ref that
    no control or section has, an attribute that controls lack. The loader calls this;
    `score` does so by itself.
    """
    check_scale(edition.profile, edition.scale)
    plan = prepare(edition)
    for outcome in edition.profile.outcomes:
        check_outcome(plan, outcome)


def check_outcome(plan: Plan, outcome: Outcome) -> None:
    """Check one outcome, all but its options; raises ProfileError."""
    key = f"outcomes[{plan.edition.profile.outcomes.index(outcome)}]"
    controls = [plan.units[at].control for at in selected_units(plan, outcome)]
    if not controls and plan.units and outcome.only != Only():
        raise ProfileError(f"{key}.only", "leaves no control of this edition")
    for number, step in enumerate(outcome.steps):
        check = _StepCheck(plan, controls, f"{key}.steps[{number}]")
        check.step(step)


def attribute_number(control: Control, name: str, default: Decimal) -> Decimal:
    """An attribute as a number; `check_outcome` has seen that it is one."""
    text = control.attributes.get(name)
    return default if text is None else Decimal(text)


class _StepCheck:
    """Checks one step; `key` is its path."""

    def __init__(self, plan: Plan, controls: list[Control], key: str) -> None:
        self.plan = plan
        self.controls = controls
        self.key = key

    def step(self, step: ProfileStep) -> None:
        if isinstance(step, Fold):
            self.fold(step)
        elif isinstance(step, Deduct):
            self.deduct(step)
        elif isinstance(step, CumulativeLevel):
            self.levels(step)
        elif isinstance(step, External):
            self.refs("external.ref", (step.ref,))
        elif isinstance(step, GateStep):
            self.gate(step)

    def fold(self, step: Fold) -> None:
        if step.by not in BY_WORDS:
            self.carried("fold.by", step.by)
        if step.weight_attr:
            self.numeric("fold.weight_attr", step.weight_attr)
        sections = {node.section.ref for node in self.plan.nodes}
        self.refs("fold.weights", step.weights, also=sections)

    def deduct(self, step: Deduct) -> None:
        self.refs("deduct.exempt", step.exempt)
        if step.weight_attr:
            self.numeric("deduct.weight_attr", step.weight_attr)

    def levels(self, step: CumulativeLevel) -> None:
        allowed = {str(level) for level in step.levels}
        for control in self.controls:
            level = control.attributes.get(step.level_attr)
            if level not in allowed:
                self.fail(
                    "cumulative_level.level_attr",
                    f"control {control.ref} has {step.level_attr} {level!r}, "
                    f"not one of {', '.join(sorted(allowed))}",
                )

    def gate(self, step: GateStep) -> None:
        for part in answers_conditions(step.when):
            self.refs("gate.when.answers.refs", part.refs)
            self.refs("gate.when.answers.except_refs", part.except_refs)
            self.refs("gate.when.answers.tolerated", part.tolerated)

    def refs(self, name: str, refs: Iterable[str], also: Iterable[str] = ()) -> None:
        known = self.plan.known.union(also)
        for ref in refs:
            if ref not in known:
                self.fail(name, f"the edition has no {ref!r}")

    def carried(self, name: str, attribute: str) -> None:
        if not any(attribute in control.attributes for control in self.controls):
            self.fail(name, f"no control has the attribute {attribute!r}")

    def numeric(self, name: str, attribute: str) -> None:
        self.carried(name, attribute)
        for control in self.controls:
            text = control.attributes.get(attribute, "0")
            try:
                good = Decimal(text).is_finite()
            except InvalidOperation:
                good = False
            if not good:
                self.fail(name, f"control {control.ref} has {text!r}, not a number")

    def fail(self, name: str, message: str) -> None:
        raise ProfileError(f"{self.key}.{name}", message)

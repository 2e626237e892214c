"""Sorts the steps of an outcome by what they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeGuard

from assessments.scoring.profile import (
    Bands,
    Combined,
    Condition,
    CumulativeLevel,
    Deduct,
    External,
    Fold,
    GateStep,
    Op,
    ProfileStep,
    Progress,
    Ratio,
    Round,
    Severity,
    Source,
    Value,
)
from assessments.scoring.result import Unanswered

_SOURCES = Fold | Ratio | Deduct | CumulativeLevel | Severity | External


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The steps of an outcome, sorted by what they do."""

    children: Op
    rating: Bands | None
    source: Source
    folds: tuple[Fold, ...]
    to_date: bool
    bands: Bands | None
    gates: tuple[GateStep, ...]
    rounding: Round | None

    def limits(self) -> tuple[Decimal, ...]:
        """The values at which the label or a rule changes, lowest first."""
        limits = set(self.bands.cuts) if self.bands else set()
        for gate in self.gates:
            limits.update(_limits(gate.when))
        return tuple(sorted(limits))

    def unanswered(self) -> Unanswered:
        """What the method makes of a missing answer."""
        mode = self.source.missing.unanswered
        if isinstance(self.source, CumulativeLevel):
            return "left_out" if mode == "exclude" else "not_reached"
        if mode == "block":
            return "no_number"
        if mode == "zero":
            return "worst"
        return "best" if isinstance(self.source, Deduct | Severity) else "left_out"


def pipeline(steps: Sequence[ProfileStep]) -> Pipeline:
    """Sort steps that `check_order` has accepted."""
    source = next(step for step in steps if is_source(step))
    rating = next(
        (s for s in steps if isinstance(s, Bands) and s.of == "control"), None
    )
    return Pipeline(
        children=_children(steps, source, rating),
        rating=rating,
        source=source,
        folds=tuple(s for s in steps if isinstance(s, Fold) and s.by != "parent"),
        to_date=any(_is_to_date(step) for step in steps),
        bands=next(
            (s for s in steps if isinstance(s, Bands) and s.of == "value"), None
        ),
        gates=tuple(step for step in steps if isinstance(step, GateStep)),
        rounding=next((step for step in steps if isinstance(step, Round)), None),
    )


def is_source(step: ProfileStep) -> TypeGuard[Source]:
    """Whether a step turns answers into numbers (a fold may also be a later one)."""
    if isinstance(step, Fold):
        return step.by != "parent"
    if isinstance(step, Progress):
        return step.measure == "to_target"
    return isinstance(step, _SOURCES)


def _is_to_date(step: ProfileStep) -> bool:
    return isinstance(step, Progress) and step.measure == "to_date"


def _children(steps: Sequence[ProfileStep], source: Source, rating: Bands | None) -> Op:
    """How child controls make up their parent, unless the profile says so itself.

    Numbers are averaged. A status holds for the parent only if it holds for every
    child, so the worst child decides.
    """
    for step in steps:
        if isinstance(step, Fold) and step.by == "parent":
            return step.op
    if isinstance(source, Fold):
        return "wmean" if source.op == "sum" else source.op
    if rating or isinstance(source, Ratio | Progress | External):
        return "wmean"
    return "min"


def _limits(condition: Condition) -> Iterator[Decimal]:
    """The values that a condition compares the overall number with."""
    if isinstance(condition, Combined):
        for part in condition.parts:
            yield from _limits(part)
    elif isinstance(condition, Value):
        bounds = condition.below, condition.at_least
        yield from (bound for bound in bounds if bound is not None)

"""What one answer is worth to the source step of an outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from assessments.scoring.arithmetic import ONE, ZERO, band
from assessments.scoring.edition import Option, Scale
from assessments.scoring.plan import Leaf
from assessments.scoring.profile import (
    Bands,
    CumulativeLevel,
    Deduct,
    Fold,
    Progress,
    Ratio,
    Severity,
    Source,
)

# Credits of a cumulative level: passes as a lower level, passes as the level itself.
PASSES_LOWER = Decimal(2)
PASSES = ONE


class Case(NamedTuple):
    """One answered leaf: what it is asked for, and with which weight and target."""

    leaf: Leaf
    option: Option
    ref: str
    weight: Decimal
    target: Option | None


Credit = Callable[[Case], Decimal | None]


def credit_of(source: Source, scale: Scale, rating: Bands | None) -> Credit:
    """Return the function that tells what an answer is worth; None: it says nothing."""
    if rating:
        return _plain
    match source:
        case Fold():
            return _fold(source, scale)
        case Ratio():
            return _ratio(source, scale)
        case Deduct():
            return _deduct(source)
        case CumulativeLevel():
            return _level(source, scale)
        case Severity():
            return _severity(source)
        case Progress():
            return _to_target
    return _plain  # External: the number as it was given


def _plain(case: Case) -> Decimal | None:
    return case.option.value


def _fold(source: Fold, scale: Scale) -> Credit:
    if source.normalise == "no":
        return _plain
    start, end = {
        "ratio": (ZERO, ONE),
        "percent": (ZERO, Decimal(100)),
        "scale": (scale.minimum, scale.maximum),
    }[source.normalise]

    def credit(case: Case) -> Decimal | None:
        if case.option.value is None:
            return None
        return start + (end - start) * own_ratio(case.leaf, case.option.value)

    return credit


def own_ratio(leaf: Leaf, value: Decimal) -> Decimal:
    """Where a value lies between the lowest and highest that this control allows."""
    values = [option.value for option in leaf.options if option.value is not None]
    low, high = min(values), max(values)
    return ONE if low == high else (value - low) / (high - low)


def _ratio(source: Ratio, scale: Scale) -> Credit:
    num = source.num or met_codes(scale)
    den = source.den or tuple(option.code for option in scale.options)
    worth = dict.fromkeys(den, ZERO) | dict.fromkeys(num, source.factor)
    return lambda case: worth.get(case.option.code)


def met_codes(scale: Scale) -> tuple[str, ...]:
    return tuple(option.code for option in scale.options if option.met)


def _deduct(step: Deduct) -> Credit:
    def credit(case: Case) -> Decimal | None:
        if case.ref in step.exempt:
            return ZERO
        code = case.option.code
        if code in step.points:
            return -step.points[code]
        return -step.fractions[code] * case.weight

    return credit


def _level(source: CumulativeLevel, scale: Scale) -> Credit:
    worth = level_credits(source, source.passing or met_codes(scale))
    return lambda case: worth.get(case.option.code, ZERO)


def level_credits(
    step: CumulativeLevel, passing: tuple[str, ...]
) -> Mapping[str, Decimal]:
    """Credit per option code or band label that passes."""
    lower = step.lower_passing or passing
    return dict.fromkeys(passing, PASSES) | dict.fromkeys(lower, PASSES_LOWER)


def rated(step: CumulativeLevel, rating: Bands, value: Decimal) -> Decimal:
    """Credit of a control whose number is banded first (N, P, L, F)."""
    return level_credits(step, step.passing).get(band(rating, value), ZERO)


def _severity(source: Severity) -> Credit:
    rank = {code: Decimal(at) for at, code in enumerate(source.classes)}
    harmless = Decimal(len(source.classes))
    return lambda case: rank.get(case.option.code, harmless)


def _to_target(case: Case) -> Decimal | None:
    value, target = case.option.value, case.target
    if value is None or target is None or not target.value:
        return None
    return min(value / target.value, ONE)

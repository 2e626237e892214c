"""Exact arithmetic: the context, the roll-up operations, a method's own rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

from assessments.scoring.profile import Bands

# Work with far more digits than are reported, so that the order of summing (1/3 + 1/7
# or 1/7 + 1/3) can never show in a result.
WORKING = Context(prec=56)
REPORTED = Context(prec=32)

ZERO = Decimal(0)
ONE = Decimal(1)

Weighted = tuple[Decimal, Decimal]


def reported(value: Decimal | None) -> Decimal | None:
    """Cut the guard digits off."""
    return None if value is None else REPORTED.plus(value)


def mean(pairs: Sequence[Weighted]) -> Decimal | None:
    return sum((value for value, _ in pairs), ZERO) / len(pairs)


def weighted_mean(pairs: Sequence[Weighted]) -> Decimal | None:
    """None when all weights are zero: such controls say nothing about the mean."""
    weights = sum((weight for _, weight in pairs), ZERO)
    if not weights:
        return None
    return sum((value * weight for value, weight in pairs), ZERO) / weights


def weighted_sum(pairs: Sequence[Weighted]) -> Decimal | None:
    return sum((value * weight for value, weight in pairs), ZERO)


def total(pairs: Sequence[Weighted]) -> Decimal | None:
    return sum((value for value, _ in pairs), ZERO)


def lowest(pairs: Sequence[Weighted]) -> Decimal | None:
    return min(value for value, _ in pairs)


def highest(pairs: Sequence[Weighted]) -> Decimal | None:
    return max(value for value, _ in pairs)


def median(pairs: Sequence[Weighted]) -> Decimal | None:
    values = sorted(value for value, _ in pairs)
    middle = len(values) // 2
    if len(values) % 2:
        return values[middle]
    return (values[middle - 1] + values[middle]) / 2


# "total" is no profile's word: points lost already hold their weight.
OPERATIONS: dict[str, Callable[[Sequence[Weighted]], Decimal | None]] = {
    "mean": mean,
    "wmean": weighted_mean,
    "sum": weighted_sum,
    "total": total,
    "min": lowest,
    "max": highest,
    "median": median,
}


def band(bands: Bands, value: Decimal) -> str:
    """Return the label of the band that `value` falls into."""
    if bands.inclusive == "lower":
        return bands.labels[sum(value >= cut for cut in bands.cuts)]
    return bands.labels[sum(value > cut for cut in bands.cuts)]


def rounded(value: Decimal, digits: int, *, truncate: bool = False) -> Decimal:
    """Round half up (away from zero), or cut off, to this many decimal places."""
    mode = ROUND_DOWN if truncate else ROUND_HALF_UP
    return value.quantize(Decimal(1).scaleb(-digits), rounding=mode, context=WORKING)

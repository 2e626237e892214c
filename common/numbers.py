"""How a number is written: one way for pages, reports, charts and commands.

Plain Python without Django: the scoring engine's messages use it, too.
"""

from collections.abc import Iterable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

NONE_TEXT = "–"
# A number that would round onto a limit gets up to so many digits more.
MORE_DIGITS = 2
ZERO = Decimal(0)
WORKING = Context(prec=56)


def number_text(
    value: Decimal | None,
    digits: int = 1,
    *,
    limits: Iterable[Decimal] = (),
    ends: Iterable[Decimal] = (),
) -> str:
    """Write a number for people; a dash for None. See `shown_number`."""
    if value is None:
        return NONE_TEXT
    return _written(shown_number(value, digits, limits=limits, ends=ends))


def plain_text(
    value: Decimal | None,
    digits: int = 2,
    *,
    limits: Iterable[Decimal] = (),
    ends: Iterable[Decimal] = (),
) -> str:
    """As `number_text`, without needless zeros: 3, 2.5, −203."""
    text = number_text(value, digits, limits=limits, ends=ends)
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact_text(value: Decimal) -> str:
    """All digits of a number for a program: no exponent, no needless zeros."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def shown_number(
    value: Decimal,
    digits: int = 1,
    *,
    limits: Iterable[Decimal] = (),
    ends: Iterable[Decimal] = (),
) -> Decimal:
    """A number rounded half up (away from zero) to `digits` places for people.

    What is below a limit (a target, the cut of a band) never shows as the limit, and
    what is above it never shows below. `ends` and zero show only when they are
    reached exactly. Where rounding would break this, there are more digits, then
    truncation.
    """
    limits, ends = tuple(limits), (ZERO, *ends)
    return next(
        shown
        for shown in _candidates(value, digits)
        if _is_true(value, shown, limits, ends)
    )


def range_texts(
    low: Decimal,
    high: Decimal,
    digits: tuple[int, int] = (1, 1),
    *,
    limits: Iterable[Decimal] = (),
    ends: Iterable[Decimal] = (),
) -> tuple[str, str]:
    """Both ends of a range; they look equal only when they are."""
    limits, ends = tuple(limits), tuple(ends)
    while True:
        shown = [
            shown_number(value, places, limits=limits, ends=ends)
            for value, places in zip((low, high), digits, strict=True)
        ]
        if low == high or shown[0] != shown[1]:
            return _written(shown[0]), _written(shown[1])
        digits = (max(digits) + 1,) * 2


def _candidates(value: Decimal, digits: int) -> Iterator[Decimal]:
    for places in range(digits, digits + MORE_DIGITS + 1):
        step = Decimal(1).scaleb(-places)
        yield value.quantize(step, ROUND_HALF_UP, WORKING)
    yield value.quantize(step, ROUND_FLOOR, WORKING)
    yield value.quantize(step, ROUND_CEILING, WORKING)
    yield value


def _is_true(
    value: Decimal,
    shown: Decimal,
    limits: tuple[Decimal, ...],
    ends: tuple[Decimal, ...],
) -> bool:
    for limit in limits:
        if (value < limit <= shown) or (shown < limit < value):
            return False
    return not any((value < end <= shown) or (shown <= end < value) for end in ends)


def _written(number: Decimal) -> str:
    """Digits with the minus sign of print, and no sign on a zero."""
    return f"{number if number else abs(number):f}".replace("-", "−")

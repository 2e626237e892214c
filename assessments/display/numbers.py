"""How a score is written: as many digits as its scale deserves, with its unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _

from assessments import scoring
from common.charts import Point, Scale
from common.numbers import (
    NONE_TEXT,
    number_text,
    plain_text,
    range_texts,
    shown_number,
)

# Scales of a few points, such as SAMM's 0 to 3, need a second digit; long ones none.
SHORT, LONG = 3, 10
HUNDRED = Decimal(100)
CENT, LEAST_GAIN = Decimal("0.01"), Decimal("0.005")
WHOLE_UNITS = {"MIL", "rank", "share"}


@dataclass(frozen=True, slots=True)
class ScoreFormat:
    """The one way to write the numbers of an outcome.

    `limits` are the numbers at which the outcome says something else: the cuts of its
    bands, the bounds of its rules, the target. No number that misses one of them is
    shown as reaching it.
    """

    unit: str
    minimum: Decimal
    maximum: Decimal
    limits: tuple[Decimal, ...] = ()

    def against(self, target: Decimal | None) -> ScoreFormat:
        """The same format, with a target among the limits."""
        if target is None or target in self.limits:
            return self
        return replace(self, limits=(*self.limits, target))

    @property
    def is_percent(self) -> bool:
        return self.unit in {"%", "share"}

    def measured(self, value: Decimal | None) -> Decimal | None:
        """The number that is shown: shares from 0 to 1 are shown as per cent."""
        if value is None or self.unit != "share":
            return value
        return value * HUNDRED

    def bare(self, value: Decimal | None) -> str:
        """The number alone, a dash for None."""
        number = self.measured(value)
        return number_text(
            number, self._digits(number), limits=self._limits, ends=self._ends
        )

    def text(self, value: Decimal | None) -> str:
        """The number as it stands alone: with its per cent sign."""
        return self._with_sign(value, self.bare(value))

    def worked(self, value: Decimal | None) -> str:
        """A number of the arithmetic, to the second digit, as it was measured."""
        ends = self.minimum, self.maximum
        return number_text(value, 2, limits=self.limits, ends=ends)

    def given(self, value: Decimal | None) -> str:
        """A number that somebody chose, without needless zeros: 3, 2.5, 80 %.

        Rounded up where it has more than two digits: what is below it shows less.
        """
        return self._with_sign(value, plain_text(self._given(value)))

    def shown(self, value: Decimal) -> Decimal:
        """The number as people see it, to reckon with: 36 for a share of 0.357."""
        number = self._measured(value)
        return shown_number(
            number, self._digits(number), limits=self._limits, ends=self._ends
        )

    def distance(self, value: Decimal, target: Decimal) -> Decimal:
        """How far the shown value lies above (or below) the shown target.

        Its sign is that of the exact numbers: 0 never stands for a target missed.
        """
        apart = self.shown(value) - (self._given(target) or Decimal(0))
        return apart if value < target else max(apart, Decimal(0))

    def change(self, value: Decimal, before: Decimal) -> Decimal:
        """How far two shown numbers lie apart."""
        return self.shown(value) - self.shown(before)

    def apart(self, distance: Decimal) -> str:
        """The size of a distance between shown numbers, with all its digits."""
        size = abs(distance)
        return number_text(size, max(self._digits(size), _places(size)))

    def of(self, value: Decimal | None) -> str:
        """With the top of the scale: "92 of 110", "66.7 %"."""
        if value is None or self.is_percent:
            return self.text(value)
        return _("%(number)s of %(top)s") % {
            "number": self.bare(value),
            "top": self.top,
        }

    def ends(self, low: Decimal | None, high: Decimal | None) -> tuple[str, str]:
        """Low and high, which look equal only when they are."""
        if low is None or high is None:
            return self.bare(low), self.bare(high)
        low, high = self._measured(low), self._measured(high)
        digits = self._digits(low), self._digits(high)
        return range_texts(low, high, digits, limits=self._limits, ends=self._ends)

    def texts(self, low: Decimal | None, high: Decimal | None) -> tuple[str, str]:
        """Low and high, each as it stands alone."""
        start, end = self.ends(low, high)
        return self._with_sign(low, start), self._with_sign(high, end)

    def span(self, low: Decimal | None, high: Decimal | None) -> str:
        """Two ends of a range: "2.2–3.3"; one number where they are the same."""
        start, end = self.ends(low, high)
        if start == end:
            return self._with_sign(high, end)
        if low is not None and low < 0:
            words = {"low": start, "high": self._with_sign(high, end)}
            return _("%(low)s to %(high)s") % words
        return f"{start}–{self._with_sign(high, end)}"

    @property
    def top(self) -> str:
        return plain_text(self.measured(self.maximum))

    @property
    def bottom(self) -> str:
        return plain_text(self.measured(self.minimum))

    @property
    def scale(self) -> Scale:
        """The axis of a chart."""
        return Scale(self._measured(self.minimum), self._measured(self.maximum))

    def point(
        self,
        score: scoring.Score | scoring.SectionScore,
        target: Decimal | None,
        label: str = "",
    ) -> Point:
        """A score as a chart draws it, with its target."""
        has_range = score.low != score.high
        return Point(
            label=label,
            text=self.text(score.value),
            value=self.measured(score.value),
            low=self.measured(score.low),
            high=self.measured(score.high),
            target=self.measured(target),
            span=self.span(score.low, score.high) if has_range else "",
        )

    @property
    def _limits(self) -> tuple[Decimal, ...]:
        return tuple(map(self._measured, self.limits))

    @property
    def _ends(self) -> tuple[Decimal, Decimal]:
        return self._measured(self.minimum), self._measured(self.maximum)

    def _measured(self, value: Decimal) -> Decimal:
        return value * HUNDRED if self.unit == "share" else value

    def _given(self, value: Decimal | None) -> Decimal | None:
        number = self.measured(value)
        return number and number.quantize(CENT, ROUND_CEILING)

    def _with_sign(self, value: Decimal | None, text: str) -> str:
        if value is None or not self.is_percent:
            return text
        return _("%(number)s %%") % {"number": text}

    def _digits(self, number: Decimal | None) -> int:
        if self.unit in WHOLE_UNITS:
            return 0
        span = self.maximum - self.minimum
        if span <= SHORT:
            return 2
        is_whole = number is not None and number == number.to_integral_value()
        return 0 if span > LONG and is_whole else 1


def format_of(score: scoring.Score) -> ScoreFormat:
    """The format for an outcome and all its sections."""
    return ScoreFormat(score.unit, score.minimum, score.maximum, score.limits)


def label_text(label: str) -> str:
    """A label of the method; the status that is not reached in words."""
    return _("No status") if label == scoring.NO_STATUS else label


def percent(share: Decimal) -> str:
    """A share from 0 to 1 as whole percent; 0 and 100 only when nothing, or all, is."""
    number = number_text(share * HUNDRED, 0, ends=(HUNDRED,))
    return _("%(number)s %%") % {"number": number}


def gain_text(gain: Decimal, unit: str) -> str:
    """What an improvement adds to a score: "+0.03", "+5"; empty for nothing.

    A gain that two digits can't show is "under +0.01", never "+0.00".
    """
    gain = gain * HUNDRED if unit == "share" else gain
    if not gain:
        return ""
    if 0 < gain < LEAST_GAIN:
        return _("under +0.01")
    whole = gain == gain.to_integral_value() and unit == "points"
    text = number_text(gain, 0 if whole else 2)
    return f"+{text}" if gain > 0 else text


def _places(number: Decimal) -> int:
    """Digits after the point that are no zeros at the end."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


__all__ = [
    "NONE_TEXT",
    "ScoreFormat",
    "format_of",
    "gain_text",
    "label_text",
    "number_text",
    "percent",
    "plain_text",
]

"""How a score is written: as many digits as its scale deserves, with its unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments import scoring
from common.charts import Point, Scale

# Scales of a few points, such as SAMM's 0 to 3, need a second digit; long ones none.
SHORT, LONG = 3, 10
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Form:
    """The one form in which page, report and chart write the numbers of an outcome."""

    unit: str
    minimum: Decimal
    maximum: Decimal

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
        return scoring.display(number, self._digits(number)).replace("-", "−")

    def text(self, value: Decimal | None) -> str:
        """The number as it stands alone: with its per cent sign."""
        if value is None or not self.is_percent:
            return self.bare(value)
        return _("%(number)s %%") % {"number": self.bare(value)}

    def given(self, value: Decimal | None) -> str:
        """A number that somebody chose, without needless zeros: 3, 2.5, 80 %."""
        number = self.measured(value)
        if number is None:
            return scoring.display(None)
        if self.is_percent:
            return _("%(number)s %%") % {"number": plain(number)}
        return plain(number)

    def shown(self, value: Decimal) -> Decimal:
        """The number as people see it, to reckon with: 36 for a share of 0.357."""
        return Decimal(self.bare(value).replace("−", "-"))

    def apart(self, distance: Decimal) -> str:
        """How far two shown numbers lie apart; they are measured already."""
        size = abs(distance)
        return scoring.display(size, self._digits(size))

    def of(self, value: Decimal | None) -> str:
        """With the top of the scale: "92 of 110", "66.7 %"."""
        if value is None or self.is_percent:
            return self.text(value)
        return _("%(number)s of %(top)s") % {
            "number": self.bare(value),
            "top": self.top,
        }

    def span(self, low: Decimal | None, high: Decimal | None) -> str:
        """Two ends of a range: "2.2–3.3"; one number where they are the same."""
        ends = self.bare(low), self.text(high)
        if self.bare(low) == self.bare(high):
            return self.text(high)
        if low is not None and low < 0:
            return _("%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}
        return "–".join(ends)

    @property
    def top(self) -> str:
        return plain(self.measured(self.maximum) or Decimal(0))

    @property
    def bottom(self) -> str:
        return plain(self.measured(self.minimum) or Decimal(0))

    @property
    def scale(self) -> Scale:
        """The axis of a chart."""
        ends = self.measured(self.minimum), self.measured(self.maximum)
        return Scale(ends[0] or Decimal(0), ends[1] or Decimal(0))

    def point(
        self,
        score: scoring.Score | scoring.SectionScore,
        target: Decimal | None,
        label: str = "",
    ) -> Point:
        """A score as a chart draws it, with its target."""
        return Point(
            label=label,
            text=self.text(score.value),
            value=self.measured(score.value),
            low=self.measured(score.low),
            high=self.measured(score.high),
            target=self.measured(target),
        )

    def _digits(self, number: Decimal | None) -> int:
        if self.unit in {"MIL", "rank", "share"}:
            return 0
        span = self.maximum - self.minimum
        if span <= SHORT:
            return 2
        is_whole = number is not None and number == number.to_integral_value()
        return 0 if span > LONG and is_whole else 1


def form_of(score: scoring.Score) -> Form:
    """The form for an outcome and all its sections."""
    return Form(score.unit, score.minimum, score.maximum)


# What the profiles call a status that is not reached.
NO_STATUS = "none"


def label_text(label: str) -> str:
    """A label of the method; the status that is not reached in words."""
    return _("No status") if label == NO_STATUS else label


def plain(value: Decimal) -> str:
    """A given number without needless zeros: 3, 2.5, −203."""
    text = scoring.display(value, 2).replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text

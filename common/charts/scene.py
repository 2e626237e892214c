"""A chart as a list of marks: drawn as SVG on the web and by Typst in print."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal

# The light tokens of static/css/theme.css; a page's stylesheet overrides them by class.
COLOURS = {
    "grid": {"stroke": "#dde4e2"},
    "axis": {"stroke": "#7a8986"},
    "track": {"fill": "#f3f6f5"},
    "empty": {"fill": "#f3f6f5", "stroke": "#7a8986"},
    "void": {"stroke": "#7a8986"},
    "band": {"fill": "#9ccdc7", "stroke": "#3f918c"},
    "spoke": {"stroke": "#3f918c"},
    "line": {"stroke": "#0b5c5c"},
    "area": {"fill": "#0b5c5c"},
    "dot": {"fill": "#0b5c5c", "stroke": "#ffffff"},
    "target": {"fill": "#b96a00", "stroke": "#ffffff"},
    "target-line": {"stroke": "#b96a00"},
    "text": {"fill": "#16211f"},
    "soft": {"fill": "#53625f"},
}
NO_SCORE = "–"


# Up to so many levels each has its mark; longer axes are cut into round steps.
WHOLE_STEPS, MOST_STEPS = 7, 6
ROUND_STEPS = [
    Decimal(digit).scaleb(exponent) for exponent in range(-2, 4) for digit in (1, 2, 5)
]


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends of the score's axis."""

    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(5)

    def share(self, value: Decimal) -> float:
        """Return where `value` lies: 0 at the minimum, 1 at the maximum."""
        span = self.maximum - self.minimum
        share = float((value - self.minimum) / span) if span else 0.0
        return min(max(share, 0.0), 1.0)

    def ticks(self) -> tuple[Decimal, ...]:
        """Return the marks of the axis: both ends, and round numbers between them."""
        span = self.maximum - self.minimum
        if span == int(span) and 1 <= span <= WHOLE_STEPS:
            return tuple(self.minimum + i for i in range(int(span) + 1))
        step = next((s for s in ROUND_STEPS if span / s <= MOST_STEPS), span)
        first = (self.minimum / step).to_integral_value(ROUND_CEILING) * step
        between = (first + step * i for i in range(MOST_STEPS + 1))
        near = span / 12  # closer to an end than this, two numbers would touch
        inner = [x for x in between if self.minimum + near < x < self.maximum - near]
        return (self.minimum, *inner, self.maximum)


LEVELS = Scale()


@dataclass(frozen=True, slots=True)
class Point:
    """One score to draw. Without a value it shows an en dash and no line."""

    label: str
    value: Decimal | None = None
    text: str = NO_SCORE
    low: Decimal | None = None
    high: Decimal | None = None
    target: Decimal | None = None
    span: str = ""  # low and high as text

    def certain(self, zero: Decimal) -> Decimal | None:
        """Return how far from zero the score is whatever the missing answers are."""
        ends = self.range()
        if ends is None or self.value is None:
            return self.value
        return min(max(zero, ends[0]), ends[1])

    def range(self) -> tuple[Decimal, Decimal] | None:
        """Return low and high when they say more than the value does."""
        if self.low is None or self.high is None or self.low == self.high:
            return None
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Mark:
    """One shape. `at` holds its numbers:

    line x1 y1 x2 y2; polygon x1 y1 x2 y2 …; rect x y width height; dot x y radius;
    diamond x y radius; text x y.
    """

    shape: str
    style: str
    at: tuple[float, ...]
    stroke: float = 1
    dash: bool = False
    text: str = ""  # of a text; of a dot, the tooltip
    anchor: str = "start"
    size: float = 12


@dataclass(slots=True)
class Scene:
    width: float
    height: float
    marks: list[Mark] = field(default_factory=list)

    def line(
        self, style: str, *at: float, stroke: float = 1, dash: bool = False
    ) -> None:
        self.marks.append(Mark("line", style, at, stroke, dash))

    def polygon(
        self, style: str, points: Iterable[tuple[float, float]], *, stroke: float = 1
    ) -> None:
        at = tuple(number for point in points for number in point)
        self.marks.append(Mark("polygon", style, at, stroke, style == "target-line"))

    def rect(self, style: str, *at: float) -> None:
        self.marks.append(Mark("rect", style, at, 0.75, style == "void"))

    def dot(
        self, x: float, y: float, radius: float, *, stroke: float = 1, tip: str = ""
    ) -> None:
        self.marks.append(Mark("dot", "dot", (x, y, radius), stroke, text=tip))

    def target(self, x: float, y: float, radius: float) -> None:
        self.marks.append(Mark("diamond", "target", (x, y, radius)))

    def text(
        self,
        at: tuple[float, float],
        text: str,
        *,
        anchor: str,
        size: float,
        style: str,
    ) -> None:
        self.marks.append(Mark("text", style, at, text=text, anchor=anchor, size=size))

    def as_data(self) -> dict[str, object]:
        """Return what `typst/scene.typ` draws."""
        marks = [
            [
                mark.shape,
                mark.style,
                [round(number, 2) for number in mark.at],
                mark.stroke,
                mark.dash,
                mark.text if mark.shape == "text" else "",
                mark.anchor,
                mark.size,
            ]
            for mark in self.marks
        ]
        return {"width": self.width, "height": self.height, "marks": marks}


def describe(points: Iterable[Point]) -> str:
    """Return the figures of a chart in one line, in any language."""
    parts = []
    for point in points:
        span = f"({point.span})" if point.span else ""
        figures = " ".join(filter(None, (point.text, span)))
        parts.append(f"{point.label}: {figures}" if figures else point.label)
    return "; ".join(parts)


def text_width(text: str, size: float) -> float:
    """Estimate how wide `text` runs; wide enough for Inter and Source Sans 3."""
    return sum(map(_ems, text)) * size


def _ems(character: str) -> float:
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1
    return 0.68 if character.isupper() else 0.53


def fit(text: str, width: float, size: float) -> str:
    """Return `text`, cut with an ellipsis when it would run wider than `width`."""
    ellipsis = "…"
    room = width - text_width(ellipsis, size)
    used = 0.0
    kept = 0
    for character in text:  # one pass: people may paste a whole book
        used += _ems(character) * size
        if used > width:
            return text[:kept].rstrip() + ellipsis
        if used <= room:
            kept += 1
    return text


def wrap(text: str, width: float, size: float) -> list[str]:
    """Return `text` on one or two lines, the second cut when it must be."""
    first = ""
    words = text.split()
    for count in range(1, len(words) + 1):
        line = " ".join(words[:count])
        if text_width(line, size) > width:
            break
        first = line
    if not first:
        return [fit(text, width, size)]
    rest = text[len(first) :].strip()
    return [first, fit(rest, width, size)] if rest else [first]

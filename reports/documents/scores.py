"""Numbers, levels and outcomes as a report prints them."""

from dataclasses import dataclass
from decimal import Decimal

NONE_TEXT = "–"


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is printed, and as it is measured."""

    value: Decimal | None = None
    text: str = NONE_TEXT


@dataclass(frozen=True, slots=True)
class Level:
    """A point of the answer scale: the chip's text, its shade 0 to 5, and its label.

    `shade` is the step of the colour ramp; None draws a dashed chip (no level).
    """

    text: str
    label: str = ""
    shade: int | None = None
    code: str = ""  # the option's, as answers and imports name it
    value: Decimal | None = None  # None for an option without a number


@dataclass(frozen=True, slots=True)
class ScaleLevel:
    """One line of the scale, for the method page."""

    level: Level
    descriptor: str = ""


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A computed score with everything that must be said beside it."""

    number: Number = Number()
    headline: str = ""  # what stands large: "2.7", "1.7 to 3.5", "At most 94"
    ends: str = ""  # below it: "range 2.0 to 3.3", "between −185 and 94"
    so_far: str = ""  # below it: "2.6 on what is answered"
    has_marker: bool = True  # False: a best case, which no chart shows as a point
    missing: str = ""  # what the method makes of the open controls
    instead: str = ""  # printed where the method gives no overall number
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(5)
    unit: str = ""  # printed after the number: "of 5", "%"
    label: str = ""  # the band's name: "Defined"
    low: Number = Number()
    high: Number = Number()
    answered: int = 0
    applicable: int = 0
    coverage: str = ""  # "74 %"
    excluded_na: int = 0
    provisional: bool = False
    method: str = ""  # one sentence: how the number is made
    source: str = ""  # whose method that is
    official: bool = False  # True: the standard's publisher defines it
    gates: tuple[str, ...] = ()  # conditions that capped or withheld the score


@dataclass(frozen=True, slots=True)
class Outcome:
    """One result of the method; the first is the report's own score."""

    name: str  # "points", "status", "mil"
    title: str
    figure: str  # "92 of 110", "66.7 %", "MIL1 to MIL3"
    span: str = ""  # "88–110" while answers are missing
    label: str = ""  # "Conditional"
    rules: tuple[str, ...] = ()
    target: Number = Number()
    score: ScoreView = ScoreView()


@dataclass(frozen=True, slots=True)
class ClimbStep:
    level: int
    passed: int
    total: int
    reached: bool


@dataclass(frozen=True, slots=True)
class Climb:
    """How far a section has come in a method of levels."""

    ref: str
    title: str
    level: Number
    steps: tuple["ClimbStep", ...] = ()
    target: Number = Number()


@dataclass(frozen=True, slots=True)
class Axis:
    """The scale of the sections, where it is not that of the whole."""

    minimum: Decimal
    maximum: Decimal
    radar: bool = True  # whether sections can be compared around a centre


NO_NUMBER = Number()
NO_SCORE = ScoreView()

"""What scoring returns. All numbers are exact; `common.numbers` writes them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Status = Literal["final", "provisional", "no_score"]
# What an unanswered control is to a method: left out of the number; the best answer
# until it is given (a score that starts full and only loses); the worst answer; a
# level that is not reached; or a reason to give no number at all.
Unanswered = Literal["left_out", "best", "worst", "not_reached", "no_number"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the applicable questions are answered.

    Counts the questions that are asked: child controls, not their parent. "Not
    applicable" answers are on neither side.
    """

    answered: int
    applicable: int

    @property
    def ratio(self) -> Decimal:
        """Share answered, 0 to 1; 0 when nothing is applicable."""
        if not self.applicable:
            return Decimal(0)
        return Decimal(self.answered) / Decimal(self.applicable)


@dataclass(frozen=True, slots=True)
class Gate:
    """What one rule of the method says.

    `outcome` is "passed", "open" (depends on what is not answered yet), "no_score",
    or the label that the rule gives, such as "Conditional". `days` is how long that
    label lasts; 0 when it has no end. `effect` and `label` are those of the rule,
    `waits_for` the unanswered controls that it names.
    """

    id: str
    outcome: str
    message: str
    days: int = 0
    effect: str = ""
    label: str = ""
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """One number that went into a step. `note` says why `value` is None or assumed."""

    ref: str
    value: Decimal | None
    weight: Decimal = Decimal(1)
    option: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic: `op` over `inputs` gave `value`."""

    op: str
    ref: str
    text: str
    value: Decimal | None
    inputs: tuple[Input, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionScore:
    """The score of one section; the fields mean what they mean in `Score`."""

    ref: str
    title: str
    ours: bool
    name: str
    value: Decimal | None
    minimum: Decimal
    maximum: Decimal
    unit: str
    label: str
    status: Status
    coverage: Coverage
    low: Decimal | None
    high: Decimal | None
    excluded_na: int
    gates: tuple[Gate, ...]
    sections: tuple[SectionScore, ...]
    trace: tuple[Step, ...]
    method: str
    source: str
    official: bool


@dataclass(frozen=True, slots=True)
class Score:
    """One outcome of one edition for one set of answers.

    `value` lies between `minimum` and `maximum`, in `unit`; None where the method gives
    no overall number or nothing can be said. `low` and `high` are the score with every
    unanswered control at its worst and best option. `status` is provisional while
    anything applicable is unanswered. `official` says whether the publisher defines
    the method; when not, it is ours. `limits` are the values at which its label or a
    rule changes. `unanswered` says what the method makes of a missing answer.
    """

    name: str
    title: str
    value: Decimal | None
    minimum: Decimal
    maximum: Decimal
    unit: str
    label: str
    status: Status
    coverage: Coverage
    low: Decimal | None
    high: Decimal | None
    excluded_na: int
    gates: tuple[Gate, ...]
    sections: tuple[SectionScore, ...]
    trace: tuple[Step, ...]
    method: str
    source: str
    official: bool
    limits: tuple[Decimal, ...] = ()
    unanswered: Unanswered = "left_out"


@dataclass(frozen=True, slots=True)
class Gap:
    """A control below the target.

    `lift` is how much the overall value of the first outcome rises when this control
    alone reaches the target; 0 where the method has no overall value.
    """

    ref: str
    title: str
    section_ref: str
    level: Decimal
    target: Decimal
    lift: Decimal


@dataclass(frozen=True, slots=True)
class Problem:
    """A row of answers that cannot be taken; `line` as given, or its place from 1."""

    line: int
    ref: str
    message: str

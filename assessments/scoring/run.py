"""One computation: an outcome over one set of answers, in all the worlds it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from assessments.scoring.arithmetic import ZERO, reported, rounded
from assessments.scoring.edition import Answer
from assessments.scoring.profile import CumulativeLevel, Deduct
from assessments.scoring.program import Program
from assessments.scoring.result import Coverage
from assessments.scoring.worlds import (
    Options,
    World,
    Worlds,
    read,
    target_options,
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a score is asked for: answers, and what may change the method's numbers."""

    answers: Mapping[str, Answer]
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    baseline: Mapping[str, Answer] | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Value with its low and high bound; all full precision."""

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None


class Run:
    """Computes the worlds once; then every section only reads its slot."""

    def __init__(self, program: Program, request: Request) -> None:
        self.program = program
        self.request = request
        weights = _weights(program, request.weights)
        self.reading = read(program, request.answers)
        targets = target_options(program, request.targets)
        self.worlds = Worlds(program, self.reading, weights, targets)
        self.weights = self.worlds.weights
        self.now = self.worlds.run(self.worlds.now())
        self.low = self._bound(program.worst)
        self.high = self._bound(program.best)
        self.ends = self._ends() if program.pipe.to_date else None
        self.reach = self._reach()

    @property
    def open(self) -> bool:
        """Whether anything applicable is unanswered."""
        return self.reading.unanswered[-1] > 0

    def _bound(self, fallback: Options) -> World:
        if not self.open:
            return self.now
        return self.worlds.run(self.worlds.fill(fallback), self.now)

    def _ends(self) -> tuple[World, World] | None:
        """Baseline and target, computed the same way as the present."""
        if self.request.baseline is None:
            return None
        reading = read(self.program, self.request.baseline)
        before = Worlds(self.program, reading, self.weights, self.worlds.targets)
        return before.run(before.now()), self.worlds.run(self.worlds.at_target())

    def _reach(self) -> tuple[World, World] | None:
        """What the applicable controls can reach at worst and at best."""
        outcome, source = self.program.outcome, self.program.pipe.source
        declared = outcome.minimum is not None and outcome.section_range == "same"
        if declared and not isinstance(source, Deduct):
            return None
        worst = self.worlds.everywhere(self.program.worst)
        best = self.worlds.everywhere(self.program.best)
        return self.worlds.run(worst, self.low), self.worlds.run(best, self.high)

    def number(self, world: World, slot: int | None) -> Decimal | None:
        """The number in a slot, as progress where the outcome asks for that."""
        value = None if slot is None else world.slots[slot]
        if slot is None or value is None or not self.program.pipe.to_date:
            return value
        if self.ends is None:
            return None
        start, end = (end.slots[slot] for end in self.ends)
        if start is None or end is None or start == end:
            return None
        return (value - start) / (end - start)

    def whole(self, world: World) -> Decimal | None:
        """The overall number of a world."""
        value = self.number(world, self.program.root_slot)
        source = self.program.pipe.source
        if value is None or not isinstance(source, Deduct):
            return value
        left = source.start + value
        return left if source.floor is None else max(left, source.floor)

    def section(self, index: int) -> Bounds:
        """Value and bounds of a section."""
        slot = self.program.node_slots[index]
        worlds = (self.now, self.low, self.high)
        now, low, high = (self.number(world, slot) for world in worlds)
        return self.bounds(self.program.plan.nodes[index].leaves, now, low, high)

    def overall(self) -> Bounds:
        """Value and bounds of the whole."""
        now, low, high = (
            self.whole(world) for world in (self.now, self.low, self.high)
        )
        return self.bounds(range(len(self.reading.states)), now, low, high)

    def bounds(
        self,
        leaves: range,
        now: Decimal | None,
        low: Decimal | None,
        high: Decimal | None,
    ) -> Bounds:
        """Put value and bounds in order.

        Bounds swap when progress runs downwards. A provisional value is kept within
        its bounds: answers that some controls do not allow cannot be outrun.
        """
        if low is not None and high is not None:
            low, high = min(low, high), max(low, high)
            now = None if now is None else min(max(now, low), high)
        if self.blocked(leaves) or not self.count(self.reading.answered, leaves):
            now = None
        return Bounds(self.final(now), self.final(low), self.final(high))

    def blocked(self, leaves: range) -> bool:
        """Whether the method gives no number while something is unanswered."""
        source = self.program.pipe.source
        blocks = source.missing.unanswered == "block"
        if not blocks or isinstance(source, CumulativeLevel):
            return False
        return self.count(self.reading.unanswered, leaves) > 0

    def final(self, value: Decimal | None) -> Decimal | None:
        """Round as the method asks, else only cut the guard digits off."""
        rounding = self.program.pipe.rounding
        if value is None or rounding is None or rounding.mode == "none":
            return reported(value)
        return rounded(value, rounding.digits, truncate=rounding.mode == "truncate")

    def section_range(self, index: int) -> tuple[Decimal, Decimal]:
        """Lowest and highest number that a section can have."""
        outcome = self.program.outcome
        if self.reach is None:
            return outcome.minimum or ZERO, outcome.maximum or ZERO
        slot = self.program.node_slots[index]
        low, high = (self.final(self.number(world, slot)) for world in self.reach)
        return low or ZERO, high or ZERO

    def overall_range(self) -> tuple[Decimal, Decimal]:
        """Lowest and highest overall number."""
        outcome = self.program.outcome
        if self.reach is None or outcome.minimum is not None:
            return outcome.minimum or ZERO, outcome.maximum or ZERO
        low, high = (self.final(self.whole(world)) for world in self.reach)
        return low or ZERO, high or ZERO

    def coverage(self, leaves: range) -> Coverage:
        answered = self.count(self.reading.answered, leaves)
        return Coverage(
            answered, answered + self.count(self.reading.unanswered, leaves)
        )

    def excluded_na(self, leaves: range) -> int:
        """N/A answers that leave both sides; 0 where the method counts them."""
        if self.program.pipe.source.missing.na != "exclude":
            return 0
        return self.count(self.reading.na, leaves)

    @staticmethod
    def count(totals: list[int], leaves: range) -> int:
        return totals[leaves.stop] - totals[leaves.start]


def _weights(program: Program, changed: Mapping[str, Decimal]) -> list[Decimal]:
    """Weights per slot with those changed for this assessment; ValueError if wrong."""
    weights = list(program.weights)
    for ref, weight in changed.items():
        if ref not in program.slot_of:
            raise ValueError(f"{ref}: the edition has nothing of this ref to weigh")
        if not weight.is_finite() or weight < 0:
            raise ValueError(f"{ref}: a weight must be 0 or more, not {weight}")
        weights[program.slot_of[ref]] = weight
    return weights

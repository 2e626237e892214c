"""The arithmetic behind a score, step by step, for people to follow."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from assessments.scoring.arithmetic import reported
from assessments.scoring.plan import ROOT
from assessments.scoring.profile import Deduct
from assessments.scoring.program import Entry
from assessments.scoring.result import Gate, Input, Step
from assessments.scoring.run import Bounds, Run
from common.numbers import plain_text

_TEXTS = {
    "mean": "Mean of {n}",
    "wmean": "Weighted mean of {n}",
    "sum": "Weighted sum of {n}",
    "total": "Points lost on {n}",
    "min": "Lowest of {n}",
    "max": "Highest of {n}",
    "median": "Median of {n}",
    "rate": "Rated by its band",
    "level": "Highest level that {n} reach together with all lower ones",
}
_UNANSWERED = {
    "exclude": "{n} unanswered left out; they make the range from low to high",
    "zero": "{n} unanswered count as the worst answer: the method says so",
    "block": "{n} unanswered: the method gives nothing while any is open",
}
_NA = {
    "exclude": "{n} not applicable left out on both sides",
    "zero": "{n} not applicable count as the worst answer: the method says so",
    "met": "{n} not applicable count as the best answer: the method says so",
    "anchor_to_target": "{n} not applicable count as their target: the method says so",
}


class Tracer:
    """Collects the steps of a run, section by section."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.program = run.program
        self.entries: dict[int, list[Entry]] = {}
        self.by_slot = {entry.slot: entry for entry in self.program.entries}
        for entry in self.program.entries:
            self.entries.setdefault(entry.node, []).append(entry)
        self.inputs: dict[int, Input] = {}

    def section(self, index: int) -> tuple[Step, ...]:
        """The roll-ups inside one section."""
        return tuple(self.step(entry) for entry in self.entries.get(index, []))

    def overall(
        self, bounds: Bounds, label: str, gates: tuple[Gate, ...]
    ) -> tuple[Step, ...]:
        """The roll-ups of the whole, with notes, label, gates and rounding."""
        steps = [*self.notes(), *self.section(ROOT), *self.finish(bounds)]
        if label:
            steps.append(Step("label", "", label, bounds.value))
        steps.extend(Step("gate", gate.id, gate.message, None) for gate in gates)
        return tuple(steps)

    def notes(self) -> Iterator[Step]:
        missing = self.program.pipe.source.missing
        unanswered, na = self.run.reading.unanswered[-1], self.run.reading.na[-1]
        mode = missing.unanswered
        if mode == "block" and self.run.worlds.counts_unanswered():
            mode = "zero"
        if unanswered:
            yield Step("note", "", _UNANSWERED[mode].format(n=unanswered), None)
        if na:
            yield Step("note", "", _NA[missing.na].format(n=na), None)
        if self.program.root_slot is None:
            yield Step("note", "", "The method gives no overall number", None)

    def finish(self, bounds: Bounds) -> Iterator[Step]:
        source, pipe = self.program.pipe.source, self.program.pipe
        if isinstance(source, Deduct):
            text = f"{plain_text(source.start)} less the points lost"
            yield Step("deduct", "", text, reported(self.run.whole(self.run.now)))
        if pipe.to_date:
            text = "(Now less baseline) divided by (target less baseline)"
            yield Step("progress", "", text, bounds.value, self.progress_inputs())
        if pipe.rounding and pipe.rounding.mode != "none":
            mode = pipe.rounding.mode.replace("_", " ")
            text = f"Rounded to {pipe.rounding.digits} decimal places ({mode})"
            yield Step("round", "", text, bounds.value)

    def progress_inputs(self) -> tuple[Input, ...]:
        slot, ends = self.program.root_slot, self.run.ends
        if slot is None or ends is None:
            return ()
        worlds = {"now": self.run.now, "baseline": ends[0], "target": ends[1]}
        return tuple(
            Input(name, reported(world.slots[slot])) for name, world in worlds.items()
        )

    def step(self, entry: Entry) -> Step:
        count = sum(self.run.now.slots[slot] is not None for slot in entry.members)
        return Step(
            entry.op,
            entry.ref,
            _TEXTS[entry.op].format(n=count),
            reported(self.run.now.slots[entry.slot]),
            tuple(self.input(slot) for slot in entry.members),
        )

    def input(self, slot: int) -> Input:
        if slot not in self.inputs:
            self.inputs[slot] = self.make_input(slot)
        return self.inputs[slot]

    def make_input(self, slot: int) -> Input:
        value: Decimal | None = reported(self.run.now.slots[slot])
        weight = self.run.weights[slot]
        if slot in self.by_slot:
            return Input(self.by_slot[slot].ref, value, weight)
        reading, control = self.run.reading, self.program.plan.leaves[slot].control
        option = reading.options[slot]
        state = reading.states[slot]
        note = {"unanswered": "unanswered", "na": "not applicable"}.get(state, "")
        return Input(control.ref, value, weight, option.code if option else None, note)

"""An outcome compiled for one edition: a straight list of roll-ups.

Numbers live in slots: one per leaf, then one per roll-up. An entry reads the slots of
its members and writes its own, and members always come before what reads them, so that
one pass over the entries computes every section and the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assessments.scoring.arithmetic import ONE, OPERATIONS
from assessments.scoring.credits import Case, Credit
from assessments.scoring.edition import Option
from assessments.scoring.grammar import Pipeline
from assessments.scoring.plan import ROOT, Plan
from assessments.scoring.profile import Outcome

Slots = list[Decimal | None]
Apply = Callable[[Sequence[Decimal | None], Sequence[Decimal]], Decimal | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One roll-up; `op` names it in the trace, `ref` is its control or section.

    `node` is the section whose trace shows it.
    """

    slot: int
    op: str
    ref: str
    members: tuple[int, ...]
    apply: Apply
    node: int


@dataclass(slots=True)
class Program:
    """Everything about an outcome that does not depend on the answers.

    `worst` and `best` are the options that bounds use. `node_slots` and `root_slot` say
    where a section's number and the overall number are; None where the method gives
    none.
    """

    plan: Plan
    outcome: Outcome
    pipe: Pipeline
    credit: Credit
    active: list[bool]
    units: list[int]
    weights: list[Decimal]
    worst: list[Option | None] = field(default_factory=list)
    best: list[Option | None] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    slot_of: dict[str, int] = field(default_factory=dict)
    unit_slots: dict[int, int] = field(default_factory=dict)
    node_slots: list[int | None] = field(default_factory=list)
    root_slot: int | None = None

    def add(
        self, op: str, ref: str, members: Sequence[int], apply: Apply, node: int = ROOT
    ) -> int:
        """Append a roll-up and return its slot."""
        slot = len(self.weights)
        self.weights.append(ONE)
        self.entries.append(Entry(slot, op, ref, tuple(members), apply, node))
        return slot

    def fold(self, op: str, ref: str, members: Sequence[int], node: int = ROOT) -> int:
        return self.add(op, ref, members, FOLDS[op], node)

    def run(self, leaves: Slots, weights: Sequence[Decimal]) -> Slots:
        """Compute all slots from the leaves'."""
        slots = leaves + [None] * len(self.entries)
        for entry in self.entries:
            members = entry.members
            slots[entry.slot] = entry.apply(
                [slots[member] for member in members],
                [weights[member] for member in members],
            )
        return slots

    def case(
        self,
        index: int,
        option: Option,
        weights: Sequence[Decimal],
        target: Option | None = None,
    ) -> Case:
        """An answer to a leaf; a child counts with the weight of its whole unit."""
        leaf = self.plan.leaves[index]
        unit = self.plan.units[leaf.unit]
        ref = unit.control.ref
        return Case(leaf, option, ref, weights[self.slot_of[ref]], target)


def folding(op: str) -> Apply:
    """A fold that leaves out what has no number; None when nothing is left."""
    operation = OPERATIONS[op]

    def apply(
        values: Sequence[Decimal | None], weights: Sequence[Decimal]
    ) -> Decimal | None:
        pairs = [
            (value, weight)
            for value, weight in zip(values, weights, strict=True)
            if value is not None
        ]
        return operation(pairs) if pairs else None

    return apply


FOLDS: dict[str, Apply] = {op: folding(op) for op in OPERATIONS}

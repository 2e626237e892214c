"""Adds the roll-ups of sections and of the whole to a program.

Sections of ours never count: their controls belong to the nearest section that is not
ours. They get a roll-up of their own, for pictures only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assessments.scoring.levels import lay_out_levels
from assessments.scoring.plan import ROOT, Node
from assessments.scoring.profile import (
    BY_WORDS,
    CumulativeLevel,
    Deduct,
    Fold,
    Progress,
    Ratio,
    Source,
)
from assessments.scoring.program import Program


@dataclass(frozen=True, slots=True)
class Layout:
    """How sections are rolled up.

    Without `section` the whole is one roll-up of all controls, and so is each section.
    With it, a section is made of its controls and sections; with `lowest` only the
    lowest sections are. `whole` None: the method has no overall number.
    """

    whole: str | None
    section: str | None = None
    lowest: bool = False
    attributes: tuple[Fold, ...] = ()
    weights: dict[str, Decimal] = field(default_factory=dict)


def lay_out(program: Program) -> None:
    """Add all roll-ups above the controls."""
    source = program.pipe.source
    program.node_slots = [None] * len(program.plan.nodes)
    if isinstance(source, CumulativeLevel):
        lay_out_levels(program, source)
    else:
        _Rollups(program, _layout(source, program.pipe.folds)).add()


def _layout(source: Source, folds: Sequence[Fold]) -> Layout:
    if not isinstance(source, Fold):
        return Layout(whole=_whole(source))
    section = next((fold for fold in folds if fold.by in ("section", "process")), None)
    whole = next((fold for fold in folds if fold.by == "standard"), None)
    weights: dict[str, Decimal] = {}
    for fold in folds:
        weights.update(fold.weights)
    return Layout(
        whole=whole.op if whole else None,
        section=section.op if section else None,
        lowest=section is not None and section.by == "process",
        attributes=tuple(fold for fold in folds if fold.by not in BY_WORDS),
        weights=weights,
    )


def _whole(source: Source) -> str:
    """Statuses need no fold of their own: their method says how they add up."""
    if isinstance(source, Ratio):
        return "wmean" if source.weighted else "mean"
    if isinstance(source, Deduct):
        return "total"
    return "wmean" if isinstance(source, Progress) else "min"


class _Rollups:
    def __init__(self, program: Program, layout: Layout) -> None:
        self.program = program
        self.plan = program.plan
        self.layout = layout
        self.items: dict[int, list[int]] = {}

    def add(self) -> None:
        """Add the sections from the innermost outwards, then the whole."""
        homes: dict[int, list[int]] = {}
        for at in self.program.units:
            homes.setdefault(self.plan.units[at].home, []).append(at)
        self.items = {home: self.grouped(units, home) for home, units in homes.items()}
        for index in reversed(range(len(self.plan.nodes))):
            self.add_section(index)
        if self.layout.whole:
            members = self.members_of_whole()
            self.program.root_slot = self.program.fold(self.layout.whole, "", members)

    def grouped(self, units: Sequence[int], node: int) -> list[int]:
        """Slots of these units after the folds by attribute."""
        if isinstance(self.program.pipe.source, Progress):
            return [leaf for at in units for leaf in self.plan.units[at].leaves]
        slots = [(self.program.unit_slots[at], at) for at in units]
        for depth, fold in enumerate(self.layout.attributes):
            names = [later.by for later in self.layout.attributes[depth:]]
            slots = self.group(slots, fold.op, names, node)
        return [slot for slot, _ in slots]

    def group(
        self, slots: Sequence[tuple[int, int]], op: str, names: Sequence[str], node: int
    ) -> list[tuple[int, int]]:
        """Fold what agrees in these attributes; one unit stands for its group."""
        groups: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        for slot, at in slots:
            attributes = self.plan.units[at].control.attributes
            key = tuple(attributes.get(name, "") for name in names)
            groups.setdefault(key, []).append((slot, at))
        folded = []
        for key, members in groups.items():
            ref = " ".join(f"{n} {v}" for n, v in zip(names, key, strict=True))
            slot = self.program.fold(op, ref, [slot for slot, _ in members], node)
            folded.append((slot, members[0][1]))
        return folded

    def add_section(self, index: int) -> None:
        node = self.plan.nodes[index]
        ref = node.section.ref
        layout = self.layout
        op = layout.section or layout.whole
        if node.section.ours:
            units = [at for at in node.units if at in self.program.unit_slots]
            members: list[int] = self.grouped(units, index)
        elif not layout.section:
            members = self.items_below(node)
        elif not layout.lowest or index not in self.plan.children:
            members = self.items.get(index, []) + self.sections_of(index)
        else:
            lowest = self.plan.lowest(node.nodes)
            members, op = self.slots_of(lowest), layout.whole
        if op is None:
            return
        slot = self.program.fold(op, ref, members, index)
        self.program.weights[slot] = layout.weights.get(ref, self.program.weights[slot])
        self.program.slot_of.setdefault(ref, slot)
        self.program.node_slots[index] = slot

    def items_below(self, node: Node) -> list[int]:
        return [slot for at in node.nodes for slot in self.items.get(at, [])]

    def sections_of(self, index: int) -> list[int]:
        return self.slots_of(self.plan.children.get(index, []))

    def slots_of(self, nodes: Sequence[int]) -> list[int]:
        slots = [self.program.node_slots[at] for at in nodes]
        return [slot for slot in slots if slot is not None]

    def members_of_whole(self) -> list[int]:
        if not self.layout.section:
            return [slot for slots in self.items.values() for slot in slots]
        loose = self.items.get(ROOT, [])
        if not self.layout.lowest:
            return loose + self.sections_of(ROOT)
        return loose + self.slots_of(self.plan.lowest(range(len(self.plan.nodes))))

"""An edition laid out flat: leaves, units and nodes, prepared once per edition.

A leaf is a control that is asked. A unit is a control that counts: a leaf, or a
control with children. A node is a section. All three stand in the edition's order, so
that everything below a node is one range of leaves and one range of units.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from assessments.scoring.edition import Control, Edition, Option, Scale, Section
from assessments.scoring.profile import External, Outcome

ROOT = -1


@dataclass(frozen=True, slots=True)
class Leaf:
    """A control that is asked. `options` are those it allows, without N/A."""

    control: Control
    unit: int
    options: tuple[Option, ...]
    allowed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Parent:
    """A control with children; `members` are leaves (from 0) or parents (below 0)."""

    control: Control
    members: tuple[int, ...]
    node: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A control that counts. `member` is its leaf, or its parent when below 0.

    `home` is the nearest section that is not ours (ROOT when there is none).
    """

    control: Control
    member: int
    home: int
    node: int
    leaves: range


@dataclass(slots=True)
class Node:
    """A section. `parent` is the nearest section around it that is not ours."""

    section: Section
    parent: int
    units: range = range(0)
    leaves: range = range(0)
    nodes: range = range(0)
    sections: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """The layout of one edition.

    `children` lists, per section (ROOT: the whole), the nearest ones below that are not
    ours; a section without any has no entry.
    """

    edition: Edition
    leaves: list[Leaf] = field(default_factory=list)
    parents: list[Parent] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    top: list[int] = field(default_factory=list)
    children: dict[int, list[int]] = field(default_factory=dict)
    index: dict[str, int] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    options: dict[str, Option] = field(default_factory=dict)

    def lowest(self, nodes: range) -> list[int]:
        """Those of these sections that are not ours and have none below them."""
        return [
            at
            for at in nodes
            if not self.nodes[at].section.ours and at not in self.children
        ]


@lru_cache(maxsize=128)
def prepare(edition: Edition) -> Plan:
    """Lay an edition out. Kept per edition object, so keep using the same object.

    Raises ValueError when two controls share a ref.
    """
    plan = Plan(edition)
    plan.options = {option.code: option for option in edition.scale.options}
    plan.top = [_add_section(plan, section, ROOT) for section in edition.sections]
    return plan


def _add_section(plan: Plan, section: Section, parent: int) -> int:
    index = len(plan.nodes)
    node = Node(section, parent)
    plan.nodes.append(node)
    if not section.ours:
        plan.children.setdefault(parent, []).append(index)
    home = parent if section.ours else index
    first_unit, first_leaf = len(plan.units), len(plan.leaves)
    for control in section.controls:
        _add_unit(plan, control, home, index)
    node.sections = [_add_section(plan, inner, home) for inner in section.sections]
    node.units = range(first_unit, len(plan.units))
    node.leaves = range(first_leaf, len(plan.leaves))
    node.nodes = range(index, len(plan.nodes))
    return index


def _add_unit(plan: Plan, control: Control, home: int, node: int) -> None:
    first = len(plan.leaves)
    member = _add_control(plan, control, node)
    if member is None:
        return
    leaves = range(first, len(plan.leaves))
    plan.units.append(Unit(control, member, home, node, leaves))


def _add_control(plan: Plan, control: Control, node: int) -> int | None:
    """Add a control and what is below it; None when nothing of it is asked."""
    if control.ref in plan.known:
        raise ValueError(f"two controls have the ref {control.ref!r}")
    plan.known.add(control.ref)
    if control.controls:
        return _add_parent(plan, control, node)
    if not control.assessable:
        return None
    index = len(plan.leaves)
    plan.index[control.ref] = index
    plan.leaves.append(_leaf(plan.edition.scale, control, len(plan.units)))
    return index


def _add_parent(plan: Plan, control: Control, node: int) -> int | None:
    added = [_add_control(plan, child, node) for child in control.controls]
    members = tuple(member for member in added if member is not None)
    if not members:
        return None
    plan.parents.append(Parent(control, members, node))
    return -len(plan.parents)


def _leaf(scale: Scale, control: Control, unit: int) -> Leaf:
    options = allowed_options(scale, control)
    return Leaf(
        control=control,
        unit=unit,
        options=tuple(option for option in options if not option.na),
        allowed=frozenset(option.code for option in options),
    )


def allowed_options(scale: Scale, control: Control) -> tuple[Option, ...]:
    """The options that a control allows, N/A included, in the scale's order."""
    if not control.options:
        return scale.options
    return tuple(option for option in scale.options if option.code in control.options)


def selected_units(plan: Plan, outcome: Outcome) -> list[int]:
    """The units that an outcome looks at."""
    wanted = [step.ref for step in outcome.steps if isinstance(step, External)]
    return [
        at
        for at, unit in enumerate(plan.units)
        if _selected(unit.control, outcome, wanted)
    ]


def _selected(control: Control, outcome: Outcome, wanted: list[str]) -> bool:
    if wanted and control.ref not in wanted:
        return False
    only = outcome.only
    if only.groups and not control.groups.intersection(only.groups):
        return False
    return all(
        control.attributes.get(name) == value for name, value in only.attributes.items()
    )

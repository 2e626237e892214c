"""Cumulative levels: the highest level reached with all lower ones."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assessments.scoring.credits import PASSES, PASSES_LOWER
from assessments.scoring.plan import ROOT
from assessments.scoring.profile import CumulativeLevel
from assessments.scoring.program import Apply, Program


def lay_out_levels(program: Program, step: CumulativeLevel) -> None:
    """Add a level for each domain or process, or one for the whole."""
    plan = program.plan
    if step.scope == "standard":
        program.root_slot = _add_level(program, step, ROOT, program.units)
        return
    domains = plan.children.get(ROOT, [])
    lowest = plan.lowest(range(len(plan.nodes)))
    for index in domains if step.scope == "domain" else lowest:
        node = plan.nodes[index]
        units = [at for at in node.units if at in program.unit_slots]
        program.node_slots[index] = _add_level(program, step, index, units)


def _add_level(
    program: Program, step: CumulativeLevel, node: int, units: Sequence[int]
) -> int:
    ref = "" if node == ROOT else program.plan.nodes[node].section.ref
    members = [program.unit_slots[at] for at in units]
    levels = [
        int(program.plan.units[at].control.attributes[step.level_attr]) for at in units
    ]
    return program.add("level", ref, members, level_of(step, levels), node)


def level_of(step: CumulativeLevel, levels: Sequence[int]) -> Apply:
    """Return the rule as a roll-up of credits; `levels` belong to its members.

    None when no member says anything. With `require_items` a level without a single
    passing control is not reached; without it, an empty level is passed over.
    """
    places = {
        level: [at for at, own in enumerate(levels) if own == level]
        for level in step.levels
    }

    def apply(
        credits: Sequence[Decimal | None], weights: Sequence[Decimal]
    ) -> Decimal | None:
        if all(credit is None for credit in credits):
            return None
        reached = step.base
        for level in step.levels:
            here = [credits[at] for at in places[level]]
            known = [credit for credit in here if credit is not None]
            if any(credit < PASSES for credit in known):
                break
            if step.require_items and not known:
                break
            reached = level
            if any(credit < PASSES_LOWER for credit in known):
                break
        return Decimal(reached)

    return apply

"""Compiles an outcome of an edition into a `Program`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from assessments.scoring.arithmetic import ZERO
from assessments.scoring.checking import attribute_number, check_outcome
from assessments.scoring.credits import Case, Credit, credit_of, rated
from assessments.scoring.edition import Control, Edition, Option
from assessments.scoring.grammar import Pipeline, pipeline
from assessments.scoring.layout import lay_out
from assessments.scoring.plan import Plan, prepare, selected_units
from assessments.scoring.profile import (
    Bands,
    CumulativeLevel,
    Deduct,
    Fold,
    Progress,
)
from assessments.scoring.program import Apply, Program
from assessments.scoring.scale_check import check_scale


@lru_cache(maxsize=256)
def compile_outcome(edition: Edition, name: str | None = None) -> Program:
    """Compile one outcome (None: the first). Kept per edition object.

    Raises KeyError for an unknown outcome, ProfileError when the profile names options,
    refs or attributes that the edition lacks, ValueError when two controls share a ref.
    """
    outcome = edition.profile.outcome(name)
    plan = prepare(edition)
    pipe = pipeline(outcome.steps)
    check_scale(edition.profile, edition.scale)
    check_outcome(plan, outcome)
    units = selected_units(plan, outcome)
    program = Program(
        plan=plan,
        outcome=outcome,
        pipe=pipe,
        credit=credit_of(pipe.source, edition.scale, pipe.rating),
        active=_active(plan, units),
        units=units,
        weights=[_weight(leaf.control, pipe) for leaf in plan.leaves],
    )
    _add_parents(program)
    _place_units(program)
    lay_out(program)
    _add_bounds(program)
    return program


def _active(plan: Plan, units: Sequence[int]) -> list[bool]:
    active = [False] * len(plan.leaves)
    for unit in units:
        for leaf in plan.units[unit].leaves:
            active[leaf] = True
    return active


def _weight(control: Control, pipe: Pipeline) -> Decimal:
    """The weight that the profile asks for: one for all, an attribute, or its own."""
    if isinstance(pipe.source, Deduct) and pipe.source.each is not None:
        return pipe.source.each
    if isinstance(pipe.source, Deduct | Fold) and pipe.source.weight_attr:
        return attribute_number(control, pipe.source.weight_attr, control.weight)
    return control.weight


def _add_parents(program: Program) -> None:
    """One roll-up per control with children; parents stand after their children."""
    plan = program.plan
    program.slot_of = {leaf.control.ref: at for at, leaf in enumerate(plan.leaves)}
    count = len(plan.leaves)
    for parent in plan.parents:
        members = [at if at >= 0 else count - at - 1 for at in parent.members]
        control, op = parent.control, program.pipe.children
        slot = program.fold(op, control.ref, members, parent.node)
        program.weights[slot] = _weight(control, program.pipe)
        program.slot_of[control.ref] = slot


def _place_units(program: Program) -> None:
    """Say where the number of each unit is; rate it first where the method does."""
    source, rating = program.pipe.source, program.pipe.rating
    for at in program.units:
        unit = program.plan.units[at]
        ref = unit.control.ref
        slot = program.slot_of[ref]
        if rating and isinstance(source, CumulativeLevel):
            rule = _rating(source, rating)
            slot = program.add("rate", ref, [slot], rule, unit.node)
        program.unit_slots[at] = slot


def _rating(source: CumulativeLevel, rating: Bands) -> Apply:
    def apply(
        values: Sequence[Decimal | None], weights: Sequence[Decimal]
    ) -> Decimal | None:
        (value,) = values
        return None if value is None else rated(source, rating, value)

    return apply


def _add_bounds(program: Program) -> None:
    """Find each leaf's worst and best option, as this outcome sees them."""
    credit = program.credit
    if isinstance(program.pipe.source, Progress):
        credit = _own_value
    for at in range(len(program.plan.leaves)):
        ranked = _ranked(program, at, credit) if program.active[at] else []
        program.worst.append(ranked[0] if ranked else None)
        program.best.append(ranked[-1] if ranked else None)


def _own_value(case: Case) -> Decimal | None:
    return case.option.value


def _ranked(program: Program, at: int, credit: Credit) -> list[Option]:
    """Options of a leaf from worst to best; those that say nothing are left out.

    Equal credits are told apart by the flags and the value, since gates look at the
    option itself: a control without points still can be met or not.
    """
    worth: list[tuple[Decimal, bool, bool, Decimal, Option]] = []
    for option in program.plan.leaves[at].options:
        value = credit(program.case(at, option, program.weights))
        if value is not None:
            own = option.value or ZERO
            worth.append((value, option.met, option.partial, own, option))
    return [entry[-1] for entry in sorted(worth, key=lambda entry: entry[:4])]

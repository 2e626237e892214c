"""Answers turned into worlds: as they stand, at worst, at best, at target.

A world says for each leaf which option holds; None leaves the leaf out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Literal

from assessments.scoring.arithmetic import ZERO
from assessments.scoring.edition import Answer, AnswerError, Option
from assessments.scoring.plan import ROOT, Plan
from assessments.scoring.profile import CumulativeLevel, Progress
from assessments.scoring.program import Program, Slots

State = Literal["answered", "na", "unanswered", "inactive"]
Options = list[Option | None]


@dataclass(slots=True)
class Reading:
    """The answers as given, leaf by leaf; counts are running totals from the left."""

    options: Options
    states: list[State]
    answered: list[int]
    na: list[int]
    unanswered: list[int]


def read(program: Program, answers: Mapping[str, Answer]) -> Reading:
    """Read the answers of the controls that are asked.

    Raises AnswerError for an unknown ref, for an option that the scale lacks or the
    control does not allow, and for N/A where the method forbids it.
    """
    plan = program.plan
    if not plan.known.issuperset(answers):
        ref = next(ref for ref in answers if ref not in plan.known)
        raise AnswerError(ref, "the edition has no such control")
    options: Options = []
    states: list[State] = []
    for at in range(len(plan.leaves)):
        option, state = _read_leaf(program, at, answers)
        options.append(option)
        states.append(state)
    return Reading(
        options=options,
        states=states,
        answered=_running(states, "answered"),
        na=_running(states, "na"),
        unanswered=_running(states, "unanswered"),
    )


def _running(states: Sequence[State], wanted: State) -> list[int]:
    return [0, *accumulate(state == wanted for state in states)]


def _read_leaf(
    program: Program, at: int, answers: Mapping[str, Answer]
) -> tuple[Option | None, State]:
    leaf = program.plan.leaves[at]
    answer = answers.get(leaf.control.ref)
    if answer is None or answer.option is None:
        return None, "unanswered" if program.active[at] else "inactive"
    option = _option(program.plan, at, answer.option)
    if not program.active[at]:
        return None, "inactive"
    if not option.na:
        return option, "answered"
    if program.pipe.source.missing.na == "forbid":
        raise AnswerError(leaf.control.ref, "this method knows no not-applicable")
    return option, "na"


def _option(plan: Plan, at: int, code: str) -> Option:
    leaf = plan.leaves[at]
    option = plan.options.get(code)
    if option is None:
        raise AnswerError(leaf.control.ref, f"the scale has no option {code!r}")
    if code not in leaf.allowed:
        raise AnswerError(leaf.control.ref, f"option {code!r} is not allowed here")
    return option


def target_options(program: Program, targets: Mapping[str, str]) -> Options:
    """The option each leaf aims at; None without a target.

    A target given for the control goes before one for its section, that before one for
    the edition (by its code), that before the edition's own. Raises AnswerError for an
    option that the scale lacks.
    """
    plan = program.plan
    return [_target(plan, at, targets) for at in range(len(plan.leaves))]


def _target(plan: Plan, at: int, targets: Mapping[str, str]) -> Option | None:
    leaf = plan.leaves[at]
    unit = plan.units[leaf.unit]
    refs = [leaf.control.ref, unit.control.ref]
    node = unit.node
    while node != ROOT:
        refs.append(plan.nodes[node].section.ref)
        node = plan.nodes[node].parent
    refs.append(plan.edition.code)
    code = next((targets[ref] for ref in refs if ref in targets), leaf.control.target)
    if code is None:
        return None
    if code not in plan.options:
        raise AnswerError(leaf.control.ref, f"the scale has no option {code!r}")
    return plan.options[code]


@dataclass(frozen=True, slots=True)
class World:
    """One world: which option holds for each leaf, and all numbers that follow."""

    options: Options
    slots: Slots


@dataclass(slots=True)
class Worlds:
    """Builds and computes the worlds of one set of answers."""

    program: Program
    reading: Reading
    weights: list[Decimal]
    targets: Options

    def __post_init__(self) -> None:
        # A control that does not apply aims at whatever it counts as today.
        if self.program.pipe.source.missing.na != "anchor_to_target":
            self.targets = [
                self.not_applicable(at) if state == "na" else target
                for at, (state, target) in enumerate(
                    zip(self.reading.states, self.targets, strict=True)
                )
            ]
        # Progress to target weighs each control by how much it aims at.
        if isinstance(self.program.pipe.source, Progress):
            self.weights = list(self.weights)
            for at, target in enumerate(self.targets):
                self.weights[at] = (target and target.value) or ZERO

    def now(self) -> Options:
        """As the answers stand."""
        return self.fill(self.program.worst if self.counts_unanswered() else None)

    def counts_unanswered(self) -> bool:
        """Whether the method itself takes an unanswered control as the worst answer."""
        source = self.program.pipe.source
        mode = source.missing.unanswered
        levels = isinstance(source, CumulativeLevel)
        return mode == "zero" or (mode == "block" and levels)

    def fill(self, unanswered: Options | None) -> Options:
        """Answers, with N/A as the method takes it and unanswered ones as given."""
        options = list(self.reading.options)
        for at in self.places("na"):
            options[at] = self.not_applicable(at)
        if unanswered:
            for at in self.places("unanswered"):
                options[at] = unanswered[at]
        return options

    def places(self, wanted: State) -> list[int]:
        return [at for at, state in enumerate(self.reading.states) if state == wanted]

    def everywhere(self, given: Options) -> Options:
        """The given options for every applicable control."""
        options = list(given)
        for at in self.places("na"):
            options[at] = self.not_applicable(at)
        for at in self.places("inactive"):
            options[at] = None
        return options

    def at_target(self) -> Options:
        """Every control at its target; one without a target stays as it is."""
        wanted = [
            target or option
            for target, option in zip(self.targets, self.now(), strict=True)
        ]
        return self.everywhere(wanted)

    def not_applicable(self, at: int) -> Option | None:
        mode = self.program.pipe.source.missing.na
        if mode == "zero":
            return self.program.worst[at]
        if mode == "met":
            return self.program.best[at]
        return self.targets[at] if mode == "anchor_to_target" else None

    def run(self, options: Options, near: World | None = None) -> World:
        """Compute one world; what agrees with a world near it is taken from there."""
        leaves: Slots = [None] * len(options)
        for at, option in enumerate(options):
            if option is None:
                continue
            if near is not None and near.options[at] is option:
                leaves[at] = near.slots[at]
            else:
                leaves[at] = self.credit(at, option)
        return World(options, self.program.run(leaves, self.weights))

    def credit(self, at: int, option: Option) -> Decimal | None:
        """What an option of a leaf is worth."""
        case = self.program.case(at, option, self.weights, self.targets[at])
        return self.program.credit(case)

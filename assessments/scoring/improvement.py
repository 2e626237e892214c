"""Where improvement pays: controls below a target, and what each would lift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, localcontext

from assessments.scoring.arithmetic import ONE, REPORTED, WORKING, ZERO
from assessments.scoring.compiler import compile_outcome
from assessments.scoring.edition import Answer, Edition, Option
from assessments.scoring.plan import Leaf
from assessments.scoring.profile import Fold
from assessments.scoring.program import Entry
from assessments.scoring.result import Gap
from assessments.scoring.run import Request, Run
from assessments.scoring.worlds import World

LINEAR = ("mean", "wmean", "sum", "total")
_HALF = Decimal("0.5")


def gaps(
    edition: Edition,
    answers: Mapping[str, Answer],
    target: Decimal,
    *,
    weights: Mapping[str, Decimal] | None = None,
    targets: Mapping[str, str] | None = None,
) -> tuple[Gap, ...]:
    """List answered controls below the target, greatest lift first, then in order.

    `target` is a level on the edition's scale; `targets` overrules it by ref, as in
    `score`. Options without a value count as 1 when met, 0.5 when partial, else 0. A
    control that cannot reach the target aims at the best it allows. Unanswered and N/A
    controls are no gaps. `lift` is exact for any method of one number; each lift only
    recomputes the roll-ups above its control. Raises what `score` raises.
    """
    with localcontext(WORKING):
        program = compile_outcome(edition, None)
        lifts = _Lifts(Run(program, Request(answers, weights or {}, targets or {})))
        found = [lifts.gap(at, target) for at in range(len(program.plan.leaves))]
        present = [gap for gap in found if gap is not None]
        return tuple(sorted(present, key=lambda gap: -gap.lift))


def level(option: Option) -> Decimal:
    """An option as a number: its value, or 1 met, 0.5 partial, 0 neither."""
    if option.value is not None:
        return option.value
    if option.met:
        return ONE
    return _HALF if option.partial else ZERO


class _Lifts:
    """Follows one changed control upwards to the overall value."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.program = run.program
        self.slots = run.now.slots
        self.readers: dict[int, Entry] = {}
        useful = {self.program.root_slot}
        for entry in reversed(self.program.entries):
            if entry.slot in useful:
                useful.update(entry.members)
                self.readers.update(dict.fromkeys(entry.members, entry))
        self.sizes: dict[int, Decimal] = {}

    def gap(self, at: int, target: Decimal) -> Gap | None:
        option = self.run.reading.options[at]
        if option is None or option.na:
            return None
        wanted = self.run.worlds.targets[at]
        goal = target if wanted is None else level(wanted)
        leaf = self.program.plan.leaves[at]
        aim = self.aim(leaf, goal)
        if level(aim) <= level(option) or level(option) >= goal:
            return None
        section = self.program.plan.nodes[self.program.plan.units[leaf.unit].node]
        return Gap(
            ref=leaf.control.ref,
            title=leaf.control.title,
            section_ref=section.section.ref,
            level=level(option),
            target=goal,
            lift=REPORTED.plus(self.lift(at, aim)),
        )

    def aim(self, leaf: Leaf, goal: Decimal) -> Option:
        """The least option that reaches the goal, or the best; at the goal exactly."""
        ranked = sorted(leaf.options, key=level)
        aim = next((one for one in ranked if level(one) >= goal), ranked[-1])
        # Only a fold takes numbers between the options.
        if isinstance(self.program.pipe.source, Fold) and aim.value is not None:
            return replace(aim, value=min(aim.value, goal))
        return aim

    def lift(self, at: int, aim: Option) -> Decimal:
        root, now = self.program.root_slot, self.run.now
        before, value = self.run.whole(now), self.run.worlds.credit(at, aim)
        if root is None or before is None or value is None or self.slots[at] is None:
            return ZERO
        slot = at
        while slot != root:
            entry = self.readers[slot]
            value, slot = self.raised(entry, slot, value), entry.slot
        raised = World(now.options, [*now.slots[:root], value, *now.slots[root + 1 :]])
        after = self.run.whole(raised)
        return ZERO if after is None else after - before

    def raised(self, entry: Entry, slot: int, value: Decimal) -> Decimal:
        """The number of a roll-up once one of its members has a new value."""
        old, before = self.slots[slot], self.slots[entry.slot]
        if entry.op in LINEAR and old is not None and before is not None:
            return before + (value - old) * self.share(entry, slot)
        changed = [value if at == slot else self.slots[at] for at in entry.members]
        weights = [self.run.weights[at] for at in entry.members]
        return entry.apply(changed, weights) or ZERO

    def share(self, entry: Entry, slot: int) -> Decimal:
        """How much of a member's rise its roll-up rises by."""
        if entry.op == "total":
            return ONE
        weight = self.run.weights[slot]
        if entry.op == "sum":
            return weight
        if entry.slot not in self.sizes:
            self.sizes[entry.slot] = self.size(entry)
        return (ONE if entry.op == "mean" else weight) / self.sizes[entry.slot]

    def size(self, entry: Entry) -> Decimal:
        known = [at for at in entry.members if self.slots[at] is not None]
        if entry.op == "mean":
            return Decimal(len(known))
        return sum((self.run.weights[at] for at in known), ZERO)

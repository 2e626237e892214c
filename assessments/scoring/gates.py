"""Gates: the rules of a method beside its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assessments.scoring.arithmetic import band
from assessments.scoring.edition import Option
from assessments.scoring.profile import (
    Answers,
    Combined,
    Condition,
    GateStep,
    Undecided,
    Value,
)
from assessments.scoring.program import Program
from assessments.scoring.result import Gate
from assessments.scoring.worlds import Reading, World
from common.numbers import plain_text

UNDECIDED = "Not decided yet"
# The label of a profile's gate that says: no status is reached.
NO_STATUS = "none"
_LISTED = 10


@dataclass(frozen=True, slots=True)
class Scene:
    """What gates look at: one world, the answers behind it, its overall value."""

    program: Program
    reading: Reading
    world: World
    value: Decimal | None


@dataclass(slots=True)
class Verdict:
    """What the gates make of one world; `fired` maps a gate to the controls in it."""

    label: str = ""
    blocked: bool = False
    failed: bool = False
    decided: bool = False
    fired: dict[str, list[str]] = field(default_factory=dict)


def judge(scene: Scene) -> Verdict:
    """Take the gates in their order and settle the label."""
    verdict = Verdict()
    cap: int | None = None
    bands = scene.program.pipe.bands
    for gate in scene.program.pipe.gates:
        hits = _hits(gate.when, scene, verdict)
        if hits is None:
            continue
        verdict.fired[gate.id] = hits
        if gate.effect == "cap_label" and bands:
            rank = bands.labels.index(gate.label)
            cap = rank if cap is None else min(cap, rank)
        else:
            _settle(verdict, gate)
    if bands and scene.value is not None and not verdict.decided:
        verdict.label = band(bands, scene.value)
        if cap is not None:
            rank = min(cap, bands.labels.index(verdict.label))
            verdict.label = bands.labels[rank]
    return verdict


def _settle(verdict: Verdict, gate: GateStep) -> None:
    """The first label stays, unless the method fails or blocks altogether."""
    if gate.effect == "no_score":
        verdict.blocked = True
        verdict.label = gate.label
    elif gate.effect == "fail" and not (verdict.blocked or verdict.failed):
        verdict.failed = True
        verdict.label = gate.label
    elif not verdict.decided:
        verdict.label = gate.label
    verdict.decided = True


def _hits(condition: Condition, scene: Scene, verdict: Verdict) -> list[str] | None:
    """Controls that make the condition hold (maybe none); None: it does not hold."""
    if isinstance(condition, Answers):
        return _answer_hits(condition, scene)
    if isinstance(condition, Combined):
        return _combined_hits(condition, scene, verdict)
    if isinstance(condition, Undecided):
        return None if verdict.decided else []
    return [] if _value_holds(condition, scene.value) else None


def _value_holds(condition: Value, value: Decimal | None) -> bool:
    if value is None:
        return False
    if condition.below is not None:
        return value < condition.below
    return condition.at_least is not None and value >= condition.at_least


def _combined_hits(
    condition: Combined, scene: Scene, verdict: Verdict
) -> list[str] | None:
    results = [_hits(part, scene, verdict) for part in condition.parts]
    found = [hits for hits in results if hits is not None]
    if condition.how == "none":
        return None if found else []
    if not found or (condition.how == "all" and len(found) < len(results)):
        return None
    return [ref for hits in found for ref in hits]


def _answer_hits(condition: Answers, scene: Scene) -> list[str] | None:
    hits: list[str] = []
    others = 0
    for at, ref in _looked_at(condition, scene):
        option = scene.world.options[at] or scene.reading.options[at]
        if option is not None and _counts(condition, scene, at, option, ref):
            hits.append(ref)
        else:
            others += 1
    holds = not others if condition.every else bool(hits)
    return hits if holds else None


def _looked_at(condition: Answers, scene: Scene) -> list[tuple[int, str]]:
    """Leaves that the condition names; a parent stands for its children.

    N/A that leaves both sides matters to a condition that asks for it, and to no other.
    """
    plan = scene.program.plan
    named = []
    for at, state in enumerate(scene.reading.states):
        if state == "inactive" or _is_out(condition, scene, at):
            continue
        leaf = plan.leaves[at]
        refs = {leaf.control.ref, plan.units[leaf.unit].control.ref}
        if condition.refs and refs.isdisjoint(condition.refs):
            continue
        if refs.isdisjoint(condition.except_refs):
            named.append((at, leaf.control.ref))
    return named


def _is_out(condition: Answers, scene: Scene, at: int) -> bool:
    given = scene.reading.options[at]
    if given is None or scene.world.options[at] is not None:
        return False
    return given.code not in condition.options


def _counts(
    condition: Answers, scene: Scene, at: int, option: Option, ref: str
) -> bool:
    if option.code in condition.tolerated.get(ref, ()):
        return False
    if condition.below is not None:
        return option.value is not None and option.value < condition.below
    if condition.lost_over is not None:
        credit = scene.world.slots[at]
        return credit is not None and -credit > condition.lost_over
    return option.code in condition.options


def describe(scene: Scene, now: Verdict, low: Verdict, high: Verdict) -> list[Gate]:
    """Say what each gate means now; open when worst and best answers disagree."""
    gates = []
    for gate in scene.program.pipe.gates:
        in_low, in_high = gate.id in low.fired, gate.id in high.fired
        if in_low != in_high:
            message = _open(gate, scene, now)
            waits_for = tuple(_waits_for(gate.when, scene))
            gates.append(
                Gate(
                    gate.id,
                    "open",
                    message,
                    effect=gate.effect,
                    label=gate.label,
                    waits_for=waits_for,
                )
            )
        elif in_low:
            hits = now.fired.get(gate.id, low.fired[gate.id])
            outcome = "no_score" if gate.effect == "no_score" else gate.label
            message = _fill(gate.message, scene, hits)
            gates.append(
                Gate(gate.id, outcome, message, gate.days, gate.effect, gate.label)
            )
        elif gate.passed:
            message = _fill(gate.passed, scene, [])
            gates.append(Gate(gate.id, "passed", message, effect=gate.effect))
    return gates


def _waits_for(condition: Condition, scene: Scene) -> Iterator[str]:
    """The unanswered controls that a condition names one by one."""
    if not isinstance(condition, Answers) or not condition.refs:
        return
    for at, ref in _looked_at(condition, scene):
        if scene.reading.states[at] == "unanswered":
            yield ref


def _open(gate: GateStep, scene: Scene, now: Verdict) -> str:
    text = gate.label
    if gate.effect != "set_status":
        text = _fill(gate.message, scene, now.fired.get(gate.id, []))
    return f"Still open, depends on what is not answered yet: {text}"


def _fill(message: str, scene: Scene, refs: Sequence[str]) -> str:
    outcome = scene.program.outcome
    listed = ", ".join(refs[:_LISTED])
    if len(refs) > _LISTED:
        listed += f" and {len(refs) - _LISTED} more"
    pipe = scene.program.pipe
    value = plain_text(scene.value, 1, limits=pipe.limits())
    if pipe.unanswered() == "best" and scene.reading.unanswered[-1]:
        value = f"at most {value}"
    text = (
        message.replace("{value}", value)
        .replace("{min}", plain_text(outcome.minimum))
        .replace("{max}", plain_text(outcome.maximum))
        .replace("{controls}", listed)
    )
    return text[:1].upper() + text[1:]

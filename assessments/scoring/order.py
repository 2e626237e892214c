"""Checks the order in which the steps of an outcome stand.

    [fold by parent] [bands on control] SOURCE {fold} [progress to_date]
    {bands, gates} [round]

SOURCE turns answers into numbers: a fold, or ratio, deduct, cumulative_level,
severity, external, progress to_target. Only a fold is followed by more folds:
attributes first, then process or section, then standard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assessments.scoring.grammar import is_source
from assessments.scoring.profile import (
    BY_WORDS,
    Answers,
    Bands,
    Combined,
    Condition,
    CumulativeLevel,
    Deduct,
    Fold,
    GateStep,
    Missing,
    ProfileError,
    ProfileStep,
    Progress,
    Round,
)

_STAGES = {"parent": 0, "rating": 1, "source": 2, "to_date": 3, "after": 4, "round": 5}
_ONCE = ("parent", "rating", "to_date", "round")


def check_order(steps: Sequence[ProfileStep], key: str) -> None:
    """Refuse steps in an order that means nothing; raises ProfileError."""
    sources = [step for step in steps if is_source(step)]
    if not sources:
        raise ProfileError(
            key,
            "needs a fold, ratio, deduct, cumulative_level, severity, external or "
            "progress to_target: something that turns answers into a number",
        )
    _check_stages(steps, key)
    _check_sources(steps, key)
    _check_folds(steps, key)
    _check_companions(steps, sources[0], key)
    _check_gates(steps, sources[0], key)


def _role(step: ProfileStep) -> str:
    if isinstance(step, Fold) and step.by == "parent":
        return "parent"
    if isinstance(step, Bands):
        return "rating" if step.of == "control" else "after"
    if isinstance(step, GateStep):
        return "after"
    if isinstance(step, Round):
        return "round"
    return "source" if is_source(step) else "to_date"


def _check_stages(steps: Sequence[ProfileStep], key: str) -> None:
    reached = "parent"
    met: set[str] = set()
    for at, step in enumerate(steps):
        role = _role(step)
        if _STAGES[role] < _STAGES[reached]:
            raise ProfileError(f"{key}[{at}]", "stands too late among the steps")
        if role in met and role in _ONCE:
            raise ProfileError(f"{key}[{at}]", "may stand only once")
        met.add(role)
        reached = role


def _check_sources(steps: Sequence[ProfileStep], key: str) -> None:
    sources = [(at, step) for at, step in enumerate(steps) if is_source(step)]
    if all(isinstance(step, Fold) for _, step in sources):
        return
    if len(sources) > 1:
        raise ProfileError(
            f"{key}[{sources[1][0]}]", "the answers are already turned into a number"
        )


def _fold_rank(fold: Fold) -> int:
    if fold.by == "standard":
        return 2
    return 1 if fold.by in BY_WORDS else 0


def _check_folds(steps: Sequence[ProfileStep], key: str) -> None:
    rank, first = -1, True
    for at, step in enumerate(steps):
        if not isinstance(step, Fold):
            continue
        here = f"{key}[{at}].fold"
        later = step.missing != Missing() or step.normalise != "no"
        if later and (step.by == "parent" or not first):
            raise ProfileError(
                here, "na, unanswered and normalise belong to the first fold"
            )
        if step.by == "parent":
            continue
        next_rank = _fold_rank(step)
        if next_rank < rank or next_rank == rank > 0:
            raise ProfileError(
                f"{here}.by", "attributes first, then process or section, then standard"
            )
        rank, first = next_rank, False
    if rank == 0:
        raise ProfileError(key, "needs a fold by process, section or standard as well")


def _check_companions(
    steps: Sequence[ProfileStep], source: ProfileStep, key: str
) -> None:
    rated = False
    for at, step in enumerate(steps):
        if isinstance(step, Bands) and step.of == "control":
            rated = True
            if not isinstance(source, CumulativeLevel):
                raise ProfileError(
                    f"{key}[{at}].bands.of",
                    "control works before cumulative_level only",
                )
        to_date = isinstance(step, Progress) and step.measure == "to_date"
        if to_date and not isinstance(source, Fold):
            raise ProfileError(
                f"{key}[{at}].progress", "to_date works after folds only"
            )
    if rated and isinstance(source, CumulativeLevel) and not source.passing:
        raise ProfileError(key, "cumulative_level needs pass: labels of the bands")
    if sum(isinstance(step, Bands) and step.of == "value" for step in steps) > 1:
        raise ProfileError(key, "may hold only one bands on value")


def _conditions(condition: Condition) -> Iterator[Condition]:
    yield condition
    if isinstance(condition, Combined):
        for part in condition.parts:
            yield from _conditions(part)


def answers_conditions(condition: Condition) -> list[Answers]:
    """All conditions on answers inside a condition."""
    return [part for part in _conditions(condition) if isinstance(part, Answers)]


def _check_gates(steps: Sequence[ProfileStep], source: ProfileStep, key: str) -> None:
    ids: set[str] = set()
    labels: tuple[str, ...] = ()
    for at, step in enumerate(steps):
        if isinstance(step, Bands):
            labels = step.labels
        if not isinstance(step, GateStep):
            continue
        here = f"{key}[{at}].gate"
        if step.id in ids:
            raise ProfileError(f"{here}.id", f"{step.id!r} is used twice")
        ids.add(step.id)
        if step.effect == "cap_label" and step.label not in labels:
            raise ProfileError(
                f"{here}.label", "must be a label of the bands before it"
            )
        for part in answers_conditions(step.when):
            if part.lost_over is not None and not isinstance(source, Deduct):
                raise ProfileError(f"{here}.when", "lost_over needs a deduct step")

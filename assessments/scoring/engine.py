"""Scores an edition: the only way to a score, for pages, reports and exports alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from assessments.scoring.arithmetic import WORKING, band
from assessments.scoring.compiler import compile_outcome
from assessments.scoring.edition import Answer, Edition
from assessments.scoring.gates import (
    NO_STATUS,
    UNDECIDED,
    Scene,
    Verdict,
    describe,
    judge,
)
from assessments.scoring.result import Gate, Score, SectionScore, Status, Step
from assessments.scoring.run import Bounds, Request, Run
from assessments.scoring.trace import Tracer
from assessments.scoring.worlds import World


def score(
    edition: Edition,
    answers: Mapping[str, Answer],
    *,
    outcome: str | None = None,
    weights: Mapping[str, Decimal] | None = None,
    targets: Mapping[str, str] | None = None,
    baseline: Mapping[str, Answer] | None = None,
    with_trace: bool = True,
) -> Score:
    """Score one outcome of an edition (default: the first of its profile).

    `answers` maps refs of controls to answers; a control without one is unanswered.
    `weights` replaces weights of controls or sections by ref. `targets` maps a ref of a
    control or section, or the edition's code, to the code of an option; it and
    `baseline`, the answers of an earlier assessment, serve outcomes of progress.
    `with_trace` False leaves the traces empty and is faster.

    Low and high are bounds of the number alone: where an unanswered control decides
    whether there is a score at all, the gate is "open" and the bounds still stand.

    Raises KeyError for an unknown outcome, AnswerError for an unknown ref or an option
    that is not allowed, ProfileError when profile and edition do not fit, ValueError
    for an impossible weight. Results do not depend on the order of answers.
    """
    with localcontext(WORKING):
        program = compile_outcome(edition, outcome)
        request = Request(answers, weights or {}, targets or {}, baseline)
        run = Run(program, request)
        return _Report(run, Tracer(run) if with_trace else None).score()


def score_all(
    edition: Edition,
    answers: Mapping[str, Answer],
    *,
    weights: Mapping[str, Decimal] | None = None,
    targets: Mapping[str, str] | None = None,
    baseline: Mapping[str, Answer] | None = None,
    with_trace: bool = True,
) -> tuple[Score, ...]:
    """Score every outcome of the profile, in its order; see `score`."""
    return tuple(
        score(
            edition,
            answers,
            outcome=outcome.name,
            weights=weights,
            targets=targets,
            baseline=baseline,
            with_trace=with_trace,
        )
        for outcome in edition.profile.outcomes
    )


def has_overall(edition: Edition, outcome: str) -> bool:
    """Whether the outcome gives a number for the whole, or for its sections only.

    Raises KeyError for an unknown outcome.
    """
    return compile_outcome(edition, outcome).root_slot is not None


@dataclass(frozen=True, slots=True)
class _Judged:
    bounds: Bounds
    label: str
    gates: tuple[Gate, ...]
    status: Status


class _Report:
    """Turns a run into the result objects."""

    def __init__(self, run: Run, tracer: Tracer | None) -> None:
        self.run = run
        self.tracer = tracer
        self.program = run.program
        self.outcome = run.program.outcome
        self.method = run.program.plan.edition.profile.title
        self.everything = range(len(run.reading.states))

    def score(self) -> Score:
        run, outcome = self.run, self.outcome
        judged = self.judged(run.overall())
        trace: tuple[Step, ...] = ()
        if self.tracer:
            trace = self.tracer.overall(judged.bounds, judged.label, judged.gates)
        minimum, maximum = run.overall_range()
        return Score(
            name=outcome.name,
            title=outcome.title,
            value=judged.bounds.value,
            minimum=minimum,
            maximum=maximum,
            unit=outcome.unit,
            label=judged.label,
            status=judged.status,
            coverage=run.coverage(self.everything),
            low=judged.bounds.low,
            high=judged.bounds.high,
            excluded_na=run.excluded_na(self.everything),
            gates=judged.gates,
            sections=self.sections(self.program.plan.top),
            trace=trace,
            method=self.method,
            source=outcome.source,
            official=outcome.official,
            limits=self.program.pipe.limits(),
            unanswered=self.program.pipe.unanswered(),
        )

    def judged(self, bounds: Bounds) -> _Judged:
        """Apply the gates: they give the label and may take the score away."""
        run = self.run
        status = self.status(self.everything, bounds, self.program.root_slot)
        if status == "no_score" and not run.open:
            return _Judged(bounds, "", (), status)
        scene = Scene(self.program, run.reading, run.now, bounds.value)
        now = low = high = judge(scene)
        if run.open:
            low, high = self.verdict(run.low), self.verdict(run.high)
        gates = tuple(describe(scene, now, low, high))
        if low.blocked and high.blocked:
            return _Judged(Bounds(None, None, None), low.label, gates, "no_score")
        label = "" if status == "no_score" else self.label(now, low, high)
        return _Judged(bounds, label, gates, status)

    def verdict(self, world: World) -> Verdict:
        run = self.run
        value = run.final(run.whole(world))
        return judge(Scene(self.program, run.reading, world, value))

    def label(self, now: Verdict, low: Verdict, high: Verdict) -> str:
        """Bands label the value so far; a status waits until nothing can turn it.

        Without a score there is no status either: where the best answers give none, or
        the method knows none, the worst ones cannot turn that.
        """
        if not (low.decided or high.decided):
            return now.label
        is_settled = low.blocked and high.label in {"", NO_STATUS}
        return high.label if is_settled or low.label == high.label else UNDECIDED

    def status(self, leaves: range, bounds: Bounds, slot: int | None) -> Status:
        coverage = self.run.coverage(leaves)
        if not coverage.answered or (slot is not None and bounds.value is None):
            return "no_score"
        if coverage.answered < coverage.applicable:
            return "provisional"
        return "final"

    def sections(self, nodes: Sequence[int]) -> tuple[SectionScore, ...]:
        return tuple(self.section(at) for at in nodes)

    def section(self, index: int) -> SectionScore:
        run, outcome = self.run, self.outcome
        node = self.program.plan.nodes[index]
        bounds = run.section(index)
        minimum, maximum = run.section_range(index)
        return SectionScore(
            ref=node.section.ref,
            title=node.section.title,
            ours=node.section.ours,
            name=outcome.name,
            value=bounds.value,
            minimum=minimum,
            maximum=maximum,
            unit=outcome.unit,
            label=self.section_label(bounds),
            status=self.status(node.leaves, bounds, self.program.node_slots[index]),
            coverage=run.coverage(node.leaves),
            low=bounds.low,
            high=bounds.high,
            excluded_na=run.excluded_na(node.leaves),
            gates=(),
            sections=self.sections(node.sections),
            trace=self.tracer.section(index) if self.tracer else (),
            method=self.method,
            source=outcome.source,
            official=outcome.official,
        )

    def section_label(self, bounds: Bounds) -> str:
        """Bands are about the outcome's own range; other ranges have no label."""
        bands = self.program.pipe.bands
        if bands is None or bounds.value is None or self.run.reach is not None:
            return ""
        return band(bands, bounds.value)

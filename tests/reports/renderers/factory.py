"""Builds a whole, plausible report of any size; equal arguments give equal reports."""

import hashlib
from collections.abc import Iterator
from decimal import Decimal

from reports.documents import (
    AssessmentReport,
    Change,
    Control,
    Finding,
    Gap,
    Grade,
    HistoryEntry,
    Move,
    Number,
    ScaleLevel,
    ScoreView,
    Section,
    Signature,
    State,
    TraceRow,
)
from tests.reports.renderers.parts import (
    CONTENT,
    TARGET,
    evidence,
    level,
    number,
    sections,
)


def make_report(
    count: int = 93,
    *,
    provisional: bool = False,
    sealed: bool = False,
    unanswered: bool = False,
) -> AssessmentReport:
    """Return a report of `count` controls; reviewed, unless answers are missing."""
    register = evidence(count)
    open_sections = CONTENT["open_sections"] if provisional else ()
    tree = sections(count, register, ["*"] if unanswered else open_sections)
    controls = [control for leaf in _leaves(tree) for control in leaf.controls]
    levels = [int(control.level.text) for control in controls if control.level]
    reviewed = not (provisional or unanswered)
    return AssessmentReport(
        organization="Northwind Pharma",
        title="Information security, IT operations",
        standard="ISO/IEC 27001",
        edition="ISO/IEC 27001:2022",
        prepared_at="21 November 2026, 14:03",
        code="K7QM-42",
        team="IT operations",
        scope=CONTENT["scope"],
        period="1 January to 31 October 2026",
        status="Sealed" if sealed else "In review" if reviewed else "In progress",
        marking="Confidential",
        is_final=sealed,
        engine="Scoring engine 1.0",
        zone="Times in Europe/Lisbon",
        summary=() if unanswered else tuple(CONTENT["summary"]),
        self_score=_score(controls, levels),
        audited_score=_score(controls, [max(n - 1, 0) for n in levels])
        if reviewed
        else None,
        target=Number(Decimal(TARGET), str(TARGET)),
        change=None if unanswered else _change(),
        sections=tree,
        gaps=tuple(_gaps(controls)),
        findings=tuple(_findings(controls)),
        trace=_trace(len(controls), levels),
        decisions=() if unanswered else tuple(CONTENT["decisions"]),
        evidence=() if unanswered else register,
        scale=tuple(
            ScaleLevel(level(step), text)
            for step, (_, text) in enumerate(CONTENT["levels"])
        ),
        history=tuple(HistoryEntry(*entry) for entry in CONTENT["history"]),
        people=(("Manager", "Ines Duarte"), ("Auditor", "Jonas Weber")),
        signatures=_signatures(sealed=sealed, reviewed=reviewed),
    )


def make_bare_report() -> AssessmentReport:
    """Return a report with nothing but what is required."""
    return AssessmentReport("Northwind", "Bare", "GMP", "GMP 2026", "21 November 2026")


def _leaves(tree: tuple[Section, ...]) -> Iterator[Section]:
    for section in tree:
        yield from section.sections


def _score(controls: list[Control], levels: list[int]) -> ScoreView:
    excluded = sum(control.state == State.NOT_APPLICABLE for control in controls)
    applicable = len(controls) - excluded
    total, missing = sum(levels), applicable - len(levels)
    score = number(Decimal(total) / len(levels) if levels else None)
    low = number(Decimal(total) / applicable)
    high = number(Decimal(total + 5 * missing) / applicable)
    return ScoreView(
        number=score,
        headline=score.text,
        unit="of 5",
        ends=f"range {low.text} to {high.text}" if missing else "",
        low=low,
        high=high,
        answered=len(levels),
        applicable=applicable,
        coverage=f"{round(100 * len(levels) / applicable)} %",
        excluded_na=excluded,
        provisional=missing > 0,
        missing=f"{missing} of {applicable} controls are open." if missing else "",
        method=CONTENT["method"],
        source=CONTENT["source"],
    )


def _change() -> Change:
    return Change(
        text="0.3 better than in November 2025",
        last=Number(Decimal("2.3"), "2.3"),
        last_label="November 2025",
        risen=(
            Move("Endpoints and privileges", "2.2", "2.8", "+0.6"),
            Move("Governance and roles", "2.6", "3.1", "+0.5"),
        ),
        fallen=(Move("Suppliers and cloud", "1.9", "1.7", "−0.2"),),
    )


def _gaps(controls: list[Control]) -> Iterator[Gap]:
    below = [c for c in controls if c.level and int(c.level.text) < TARGET]
    below.sort(key=lambda control: int(control.level.text))
    for rank, control in enumerate(below, start=1):
        yield Gap(
            rank=rank,
            ref=control.ref,
            title=control.title,
            now=control.level,
            target=control.target,
            lift=f"+0.0{4 - int(control.level.text)}",
            next_step=CONTENT["criteria"][1 + rank % 2]["text"],
            action=CONTENT["action"] if rank % 3 else "",
        )


def _findings(controls: list[Control]) -> Iterator[Finding]:
    order = list(Grade)
    found = [c for c in controls if c.verdict and c.verdict.grade != Grade.CONFORMS]
    found.sort(key=lambda control: order.index(control.verdict.grade))
    for i, control in enumerate(found, start=1):
        verdict = control.verdict
        yield Finding(
            number=f"F{i}",
            grade=verdict.grade,
            label=verdict.label,
            ref=control.ref,
            title=control.title,
            reason=verdict.reason,
            self_level=control.level,
            audited_level=verdict.level,
            changes_requested=control.changes_requested,
            owner=control.owner,
            by=verdict.by,
            at=verdict.at,
        )


def _trace(count: int, levels: list[int]) -> tuple[TraceRow, ...]:
    if not levels:
        return ()
    total, many = sum(levels), len(levels)
    return (
        TraceRow("Count the controls in scope", f"{count} controls", str(count)),
        TraceRow("Add the levels answered", f"{many} answers", str(total)),
        TraceRow("Score", f"{total} ÷ {many}", f"{Decimal(total) / many:.2f}"),
    )


def _signatures(*, sealed: bool, reviewed: bool) -> tuple[Signature, ...]:
    if not reviewed:
        return (Signature("Submitted by"), Signature("Approved by"))
    seal = Signature("Sealed by")
    if sealed:
        digest = hashlib.sha256(b"sealed").hexdigest()
        at = "21 November 2026, 14:03"
        seal = Signature("Sealed by", "Jonas Weber", at, digest=digest)
    return (
        Signature(
            "Submitted by",
            "Ines Duarte",
            "19 November 2026, 16:40",
            CONTENT["declaration"],
        ),
        Signature("Approved by", "Jonas Weber", "21 November 2026, 09:12"),
        seal,
    )

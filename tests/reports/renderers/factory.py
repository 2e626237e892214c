"""Builds a whole, plausible report of any size; equal arguments give equal reports."""

import hashlib
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from reports.documents import (
    AssessmentReport,
    Change,
    Control,
    Criterion,
    Evidence,
    Finding,
    Gap,
    Grade,
    HistoryEntry,
    Level,
    Move,
    Number,
    ScaleLevel,
    ScoreView,
    Section,
    Signature,
    State,
    TraceRow,
    Verdict,
)
from tests.reports.renderers import content

LABELS = ("Absent", "Initial", "Managed", "Defined", "Measured", "Optimizing")
DESCRIPTORS = (
    "Nothing is done, or nobody knows.",
    "Done now and then, when somebody thinks of it.",
    "Done on purpose, by the people who are responsible; not the same everywhere.",
    "Written down, known, and done the same way at every site in scope.",
    "Measured: figures show how well it works, and somebody looks at them.",
    "Improved because of the figures; others learn from it.",
)
TARGET = 3
OPEN_SECTIONS = ("Logging and monitoring", "Development and change")


def level(step: int) -> Level:
    return Level(str(step), LABELS[step], step)


def number(value: Decimal | None) -> Number:
    if value is None:
        return Number()
    return Number(value, str(value.quantize(Decimal("0.1"), ROUND_HALF_UP)))


def make_report(
    count: int = 93, *, provisional: bool = False, sealed: bool = False
) -> AssessmentReport:
    """Return a report of `count` controls, reviewed unless it is provisional."""
    evidence = _evidence(count)
    sections = tuple(_sections(count, evidence, provisional=provisional))
    controls = [
        c for s in sections for leaf in (s.sections or (s,)) for c in leaf.controls
    ]
    levels = [int(c.level.text) for c in controls if c.level]
    score = _score(controls, levels)
    audited = None if provisional else _score(controls, [max(n - 1, 0) for n in levels])
    return AssessmentReport(
        organization="Northwind Pharma",
        title="Information security, IT operations",
        standard="ISO/IEC 27001",
        edition="ISO/IEC 27001:2022",
        prepared_at="21 November 2026, 14:03",
        code="K7QM-42",
        team="IT operations",
        scope="Sites Porto and Vila do Conde with all systems that plan, make, test or release medicinal products.",
        period="1 January to 31 October 2026",
        status="Sealed" if sealed else "In progress" if provisional else "In review",
        marking="Confidential",
        is_final=sealed,
        engine="Scoring engine 1.0",
        zone="Times in Europe/Lisbon",
        summary=(
            "Governance, access and physical security hold. Suppliers and cloud services are weakest: agreements exist, but nobody checks whether they are kept. Restores are tested and faster than required.",
            "Reaching the target needs work on a small number of controls, most of it with owners and dates already agreed.",
        ),
        self_score=score,
        audited_score=audited,
        target=Number(Decimal(TARGET), "3"),
        change=_change(),
        sections=sections,
        gaps=tuple(_gaps(controls)),
        findings=tuple(_findings(controls)),
        trace=_trace(score, levels),
        decisions=(
            "Name one owner for all supplier reviews, with two days a month for it.",
            "Accept the shared accounts of packaging line 2 until the controller is replaced in June, or bring the replacement forward (about 38,000 EUR).",
            "Agree the target for cloud services: level 3 by March, or level 2 with the risk accepted in writing.",
        ),
        evidence=evidence,
        scale=tuple(ScaleLevel(level(n), DESCRIPTORS[n]) for n in range(6)),
        history=_history(),
        people=(
            ("Manager", "Ines Duarte"),
            ("Auditor", "Jonas Weber"),
            ("Sponsor", "Mei Tanaka"),
        ),
        signatures=_signatures(sealed=sealed, provisional=provisional),
    )


def make_empty_report() -> AssessmentReport:
    """Return an assessment in which nothing happened yet."""
    themes = tuple(Section(ref, title, count=0) for ref, title, _ in content.THEMES)
    return AssessmentReport(
        organization="Northwind Pharma",
        title="Information security",
        standard="ISO/IEC 27001",
        edition="ISO/IEC 27001:2022",
        prepared_at="21 November 2026",
        sections=themes,
        self_score=ScoreView(
            unit="of 5",
            low=Number(Decimal(0), "0.0"),
            high=Number(Decimal(5), "5.0"),
            applicable=93,
            coverage="0 %",
            provisional=True,
        ),
        target=Number(Decimal(TARGET), "3"),
    )


def _evidence(count: int) -> tuple[Evidence, ...]:
    items = []
    for i in range(max(8, count * 2 // 3)):
        title, location = content.EVIDENCE[i % len(content.EVIDENCE)]
        is_link = location.startswith("https:")
        items.append(
            Evidence(
                number=f"E{i + 1}",
                title=title,
                location=location,
                is_link=is_link,
                sha256="" if is_link else hashlib.sha256(str(i).encode()).hexdigest(),
                size="" if is_link else f"{120 + i} KB",
                period="Jan to Oct 2026" if i % 3 else "2026, third quarter",
                owner=content.PEOPLE[i % len(content.PEOPLE)],
                added="12 November 2026",
                refs=tuple(
                    f"A.{5 + i % 4}.{1 + (i + k) % 8}" for k in range(1 + i % 3)
                ),
            )
        )
    return tuple(items)


def _sections(
    count: int, evidence: tuple[Evidence, ...], *, provisional: bool
) -> Iterator[Section]:
    """Yield the themes; beyond 93 controls, more themes of the same kind."""
    made = 0
    lap = 0
    while made < count:
        for ref, title, parts in content.THEMES:
            leaves = []
            position = 1
            name = ref if not lap else f"B{lap}.{ref[2:]}"
            for part in parts:
                titles = part[2].split("|")[: count - made]
                if not titles:
                    break
                start = made
                controls = tuple(
                    _control(
                        start + k,
                        f"{name}.{position + k}",
                        text,
                        evidence,
                        provisional and part[0] in OPEN_SECTIONS,
                    )
                    for k, text in enumerate(titles)
                )
                made += len(titles)
                leaves.append(
                    _section(
                        f"{name}.{position}–{name}.{position + len(titles) - 1}",
                        part[0],
                        part[1],
                        controls,
                    )
                )
                position += len(titles)
            if leaves:
                whole = tuple(c for leaf in leaves for c in leaf.controls)
                top = _section(name, title, title.removesuffix(" controls"), whole)
                yield _nest(top, tuple(leaves))
        lap += 1


def _nest(top: Section, leaves: tuple[Section, ...]) -> Section:
    values = {name: getattr(top, name) for name in Section.__slots__}
    return Section(**{**values, "controls": (), "sections": leaves})


def _section(
    ref: str, title: str, short: str, controls: tuple[Control, ...]
) -> Section:
    levels = [Decimal(c.level.text) for c in controls if c.level]
    applicable = sum(c.state != State.NOT_APPLICABLE for c in controls)
    value = sum(levels, Decimal(0)) / len(levels) if levels else None
    low = sum(levels, Decimal(0)) / applicable if applicable else None
    high = (
        (sum(levels, Decimal(0)) + 5 * (applicable - len(levels))) / applicable
        if applicable
        else None
    )
    gap = None if value is None else number(Decimal(TARGET)).value - number(value).value
    return Section(
        ref=ref,
        title=title,
        short=short,
        self_score=number(value),
        audited_score=number(None if value is None else value - Decimal("0.2")),
        low=number(low),
        high=number(high),
        target=Number(Decimal(TARGET), "3"),
        last=number(None if value is None else value - Decimal("0.3")),
        to_target="–" if gap is None else "Met" if gap <= 0 else f"+{gap:.1f}",
        coverage=f"{round(100 * len(levels) / applicable) if applicable else 100} %",
        count=len(controls),
        controls=controls,
    )


def _control(
    i: int, ref: str, title: str, evidence: tuple[Evidence, ...], unanswered: bool
) -> Control:
    question = content.QUESTIONS[i % len(content.QUESTIONS)]
    owner = content.PEOPLE[i % 3]
    base = {"ref": ref, "title": title, "question": question, "owner": owner}
    if i % 47 == 30:
        return Control(
            **base,
            state=State.NOT_APPLICABLE,
            state_label="Not applicable",
            justification="No software is developed by or for the sites in scope; checked with purchasing on 4 September 2026.",
        )
    if unanswered:
        unknown = i % 4 == 0
        return Control(
            **base,
            state=State.UNKNOWN if unknown else State.UNANSWERED,
            state_label="Don't know" if unknown else "Not answered",
            target=level(TARGET),
        )
    step = (3, 2, 3, 4, 1, 3, 2, 5, 3, 3, 0, 3, 4)[i % 13]
    own = evidence[i * 2 // 3 % len(evidence) :][: i % 4]
    return Control(
        **base,
        state=State.ANSWERED,
        level=level(step),
        target=level(TARGET),
        last=level(max(step - 1, 0)),
        note=content.NOTES[i % len(content.NOTES)],
        criteria=tuple(
            Criterion(level(at), text, ticked=at <= step)
            for _, at, text in content.CRITERIA
        ),
        evidence=own,
        verdict=_verdict(i, step),
        changes_requested="Please add the record of the second site."
        if i % 17 == 4
        else "",
        answered_by=owner,
        answered_at="12 November 2026",
        revision=1 + i % 3,
    )


def _verdict(i: int, step: int) -> Verdict:
    grades = {
        4: (Grade.MINOR, "Minor shortfall"),
        10: (Grade.MAJOR, "Major shortfall"),
        6: (Grade.OBSERVATION, "Observation"),
        7: (Grade.OPPORTUNITY, "Opportunity"),
    }
    grade, label = grades.get(i % 13, (Grade.CONFORMS, "Conforms"))
    finding = grade in {Grade.MINOR, Grade.MAJOR}
    return Verdict(
        grade,
        label,
        level=level(max(step - 1, 0)) if finding else level(step),
        reason=content.REASONS[i % 3] if grade != Grade.CONFORMS else "",
        by="Jonas Weber",
        at="18 November 2026",
        revision=f"answer revision {1 + i % 3}",
    )


def _score(controls: list[Control], levels: list[int]) -> ScoreView:
    excluded = sum(c.state == State.NOT_APPLICABLE for c in controls)
    applicable = len(controls) - excluded
    total, missing = sum(levels), applicable - len(levels)
    return ScoreView(
        number=number(Decimal(total) / len(levels)),
        unit="of 5",
        label="",
        low=number(Decimal(total) / applicable),
        high=number(Decimal(total + 5 * missing) / applicable),
        answered=len(levels),
        applicable=applicable,
        coverage=f"{round(100 * len(levels) / applicable)} %",
        excluded_na=excluded,
        provisional=missing > 0,
        method="The score is the mean of the levels of all answered controls; each counts the same.",
        source="The average of levels is Plumbline's own method; ISO/IEC 27001 defines no score.",
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
    below.sort(key=lambda c: (int(c.level.text), c.ref))
    for rank, control in enumerate(below, 1):
        yield Gap(
            rank=rank,
            ref=control.ref,
            title=control.title,
            now=control.level,
            target=control.target,
            lift=f"+0.0{4 - int(control.level.text)}",
            criterion=content.CRITERIA[1 + rank % 2][2],
            owner=control.owner if rank % 4 else "",
            due="31 March 2027" if rank % 4 else "",
            action="Write down who owns it, and check the records of the last year."
            if rank % 3
            else "",
        )


def _findings(controls: list[Control]) -> Iterator[Finding]:
    found = [c for c in controls if c.verdict and c.verdict.grade != Grade.CONFORMS]
    order = list(Grade)
    found.sort(key=lambda c: order.index(c.verdict.grade))
    for i, control in enumerate(found, 1):
        yield Finding(
            number=f"F{i}",
            grade=control.verdict.grade,
            label=control.verdict.label,
            ref=control.ref,
            title=control.title,
            reason=control.verdict.reason,
            self_level=control.level,
            audited_level=control.verdict.level,
            changes_requested=control.changes_requested,
            owner=control.owner,
            by=control.verdict.by,
            at=control.verdict.at,
        )


def _trace(score: ScoreView, levels: list[int]) -> tuple[TraceRow, ...]:
    total, many, all_ = sum(levels), len(levels), score.applicable
    return (
        TraceRow(
            "Count the controls in scope",
            f"{all_ + score.excluded_na} controls, less {score.excluded_na} not applicable",
            str(all_),
        ),
        TraceRow("Add the levels answered", f"{many} answers", str(total)),
        TraceRow("Score", f"{total} ÷ {many}", f"{Decimal(total) / many:.2f}"),
        TraceRow(
            "Low: every open control at 0",
            f"({total} + {all_ - many} × 0) ÷ {all_}",
            score.low.text,
        ),
        TraceRow(
            "High: every open control at 5",
            f"({total} + {all_ - many} × 5) ÷ {all_}",
            score.high.text,
        ),
        TraceRow("Coverage", f"{many} ÷ {all_}", score.coverage),
    )


def _history() -> tuple[HistoryEntry, ...]:
    return (
        HistoryEntry("21 Nov 2026, 09:12", "Jonas Weber", "Approved"),
        HistoryEntry(
            "19 Nov 2026, 16:40",
            "Ines Duarte",
            "Submitted again",
            "All four changes were made.",
        ),
        HistoryEntry(
            "18 Nov 2026, 11:05",
            "Jonas Weber",
            "Asked for changes",
            "Four answers, see the findings.",
        ),
        HistoryEntry("14 Nov 2026, 17:58", "Ines Duarte", "Submitted"),
        HistoryEntry("2 Sep 2026, 08:30", "Ines Duarte", "Started"),
    )


def _signatures(*, sealed: bool, provisional: bool) -> tuple[Signature, ...]:
    declaration = "I declare that the answers describe the true state at the end of the period, and that the evidence is genuine."
    if provisional:
        return (Signature("Submitted by"), Signature("Approved by"))
    return (
        Signature(
            "Submitted by", "Ines Duarte", "19 November 2026, 16:40", declaration
        ),
        Signature("Approved by", "Jonas Weber", "21 November 2026, 09:12"),
        Signature(
            "Sealed by",
            "Jonas Weber",
            "21 November 2026, 14:03",
            "Nothing can be changed after this.",
            hashlib.sha256(b"sealed").hexdigest(),
        )
        if sealed
        else Signature("Sealed by"),
    )

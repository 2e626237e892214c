"""The sheets of the workbook, as plain rows."""

from collections.abc import Iterator

from reports.documents import AssessmentReport, ScoreView, Section
from reports.documents.values import Printed, value_of
from reports.renderers.answer_table import answer_table
from reports.renderers.cells import Table, Value, level_cell, number_cell
from reports.renderers.words import WORDS


def tables(document: AssessmentReport) -> tuple[Table, ...]:
    words = {**WORDS, **document.texts}
    return (
        _summary(document, words),
        answer_table(document, words),
        _gaps(document, words),
        _evidence(document, words),
        _scale(document, words),
        _history(document, words),
    )


def _score(score: ScoreView) -> Value:
    """The number, or in words what is no single number yet."""
    return number_cell(score.number) if score.has_marker else score.headline


def _summary(document: AssessmentReport, words: dict[str, str]) -> Table:
    score, audited = document.self_score, document.audited_score
    facts: list[tuple[Value, ...]] = [
        *_draft(document, words),
        (words["organization"], document.organization),
        (words["summary"], document.title),
        (words["edition"], document.edition),
        (words["edition_code"], document.edition_code),
        (words["assessment"], document.code),
        (words["team"], document.team),
        (words["scope"], document.scope),
        *zip(
            (words["period_start"], words["period_end"]),
            _days(document.period),
            strict=True,
        ),
        (words["status"], document.status),
        (words["marking"], document.marking),
        (words["prepared"], document.prepared_at),
        (words["made"], document.made_at),
        (words["self_score"], _score(score)),
        (words["missing"], score.missing),
        (words["low"], number_cell(score.low)),
        (words["high"], number_cell(score.high)),
        (words["audited_score"], number_cell(audited.number) if audited else None),
        (words["target"], number_cell(document.target)),
        (words["answered"], score.answered),
        (words["applicable"], score.applicable),
        (words["excluded"], score.excluded_na),
        (words["coverage"], score.coverage),
        (words["method"], f"{score.method} {score.source}".strip()),
        (words["change"], document.change.text if document.change else None),
        *_outcomes(document, words),
        *((role, name) for role, name in document.people),
        (None, None),
        _section_head(words),
    ]
    rows = [row for section in document.sections for row in _section_rows(section)]
    columns = ((words["summary"], 34), ("", 44), *((("", 12),) * 8))
    return Table(words["summary"], columns, facts + rows, is_list=False)


def _draft(
    document: AssessmentReport, words: dict[str, str]
) -> Iterator[tuple[Value, ...]]:
    if not document.is_final:
        yield (words["draft"], words["draft_text"])


def _days(period: str) -> tuple[Value, Value]:
    """First and last day of a period, each for a cell of its own."""
    days = value_of(period)
    if not isinstance(days, tuple):
        return (period, None)
    start, end = (Printed(day.isoformat(), day) if day else None for day in days)
    return (start, end)


def _outcomes(
    document: AssessmentReport, words: dict[str, str]
) -> Iterator[tuple[Value, ...]]:
    """Each outcome with its exact number, its label and its rules."""
    if len(document.outcomes) > 1 or any(one.rules for one in document.outcomes):
        yield (None, None)
        yield (words["outcomes"], None, words["low"], words["high"], words["target"])
        for one in document.outcomes:
            score = one.score
            is_point = score.number.value is not None and score.has_marker
            exact = score.number if is_point else one.figure
            ends = number_cell(score.low), number_cell(score.high)
            yield (one.title, exact, *ends, number_cell(one.target), one.label)
            for rule in one.rules:
                yield (None, rule)


def _section_head(words: dict[str, str]) -> tuple[Value, ...]:
    keys = ("section", "ref", "self", "audited", "low", "high", "target", "last")
    return (*(words[key] for key in keys), words["coverage"], words["controls"])


def _section_rows(section: Section, indent: str = "") -> Iterator[tuple[Value, ...]]:
    yield (
        indent + section.title,
        section.ref,
        number_cell(section.self_score),
        number_cell(section.audited_score),
        number_cell(section.low),
        number_cell(section.high),
        number_cell(section.target),
        number_cell(section.last),
        section.coverage,
        section.count,
    )
    for child in section.sections:
        yield from _section_rows(child, indent="    ")


SCALE_COLUMNS = (("code", 10), ("level", 8), ("name", 30), ("meaning", 80))
GAP_COLUMNS = (
    ("number", 7),
    ("ref", 9),
    ("control", 34),
    ("now", 8),
    ("target", 8),
    ("lift", 10),
    ("criterion", 60),
    ("after", 60),
    ("reason", 30),
    ("action", 50),
)
EVIDENCE_COLUMNS = (
    ("number", 8),
    ("document", 40),
    ("place", 44),
    ("sha256", 68),
    ("size", 12),
    ("period_start", 14),
    ("period_end", 14),
    ("owner", 22),
    ("added", 20),
    ("controls", 30),
)


def _gaps(document: AssessmentReport, words: dict[str, str]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (
            gap.rank,
            gap.ref,
            gap.title,
            level_cell(gap.now),
            level_cell(gap.target),
            gap.lift,
            gap.next_step,
            gap.after,
            gap.reason,
            gap.action or words["not_planned"],
        )
        for gap in document.gaps
    ]
    columns = tuple((words[key], width) for key, width in GAP_COLUMNS)
    return Table(words["gaps_sheet"], columns, rows)


def _evidence(document: AssessmentReport, words: dict[str, str]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (
            item.number,
            item.title,
            item.location,
            item.sha256,
            item.size,
            *_days(item.period),
            item.owner,
            item.added,
            ", ".join(item.refs),
        )
        for item in document.evidence
    ]
    columns = tuple((words[key], width) for key, width in EVIDENCE_COLUMNS)
    return Table(words["evidence"], columns, rows)


def _scale(document: AssessmentReport, words: dict[str, str]) -> Table:
    """What each level means: the key to the numbers of the other sheets."""
    rows: list[tuple[Value, ...]] = [
        (line.level.code, line.level.value, line.level.label, line.descriptor)
        for line in document.scale
    ]
    columns = tuple((words[key], width) for key, width in SCALE_COLUMNS)
    return Table(words["scale_sheet"], columns, rows)


def _history(document: AssessmentReport, words: dict[str, str]) -> Table:
    columns = (
        (words["when"], 22),
        (words["who"], 26),
        (words["what"], 30),
        (words["detail"], 70),
    )
    rows: list[tuple[Value, ...]] = [
        (entry.at, entry.who, entry.what, entry.detail) for entry in document.history
    ]
    return Table(words["history"], columns, rows)

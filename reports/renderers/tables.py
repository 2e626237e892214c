"""The sheets of the workbook, as plain rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.documents import (
    AssessmentReport,
    Control,
    Level,
    Number,
    ScoreView,
    Section,
)
from reports.renderers.words import WORDS

Value = str | int | Number | None


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: tuple[tuple[str, int], ...]  # heading and width in characters
    rows: list[tuple[Value, ...]]
    frozen: str = "A2"  # the first cell that scrolls


def tables(document: AssessmentReport) -> tuple[Table, ...]:
    words = {**WORDS, **document.texts}
    return (
        _summary(document, words),
        _answers(document, words),
        _gaps(document, words),
        _evidence(document, words),
        _history(document, words),
    )


def _number(number: Number) -> Value:
    """A number that has a value; its text where there is none."""
    return number.text if number.value is None else number


def _score(score: ScoreView) -> Value:
    """The number, or in words what is no single number yet."""
    return _number(score.number) if score.has_marker else score.headline


def _level(level: Level | None) -> Value:
    if level is None:
        return None
    plain = level.text.isascii() and level.text.isdecimal()
    return int(level.text) if plain else level.text


def _summary(document: AssessmentReport, words: dict[str, str]) -> Table:
    score, audited = document.self_score, document.audited_score
    facts: list[tuple[Value, ...]] = [
        (words["organization"], document.organization),
        (words["summary"], document.title),
        (words["edition"], document.edition),
        (words["team"], document.team),
        (words["scope"], document.scope),
        (words["period"], document.period),
        (words["status"], document.status),
        (words["marking"], document.marking),
        (words["prepared"], document.prepared_at),
        (words["self_score"], _score(score)),
        (words["missing"], score.missing),
        (words["low"], _number(score.low)),
        (words["high"], _number(score.high)),
        (words["audited_score"], _number(audited.number) if audited else None),
        (words["target"], _number(document.target)),
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
    return Table(words["summary"], columns, facts + rows)


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
            ends = _number(score.low), _number(score.high)
            yield (one.title, exact, *ends, _number(one.target), one.label)
            for rule in one.rules:
                yield (None, rule)


def _section_head(words: dict[str, str]) -> tuple[Value, ...]:
    keys = ("section", "ref", "self", "audited", "low", "high", "target", "last")
    return (*(words[key] for key in keys), words["coverage"], words["controls"])


def _section_rows(section: Section, indent: str = "") -> Iterator[tuple[Value, ...]]:
    yield (
        indent + section.title,
        section.ref,
        _number(section.self_score),
        _number(section.audited_score),
        _number(section.low),
        _number(section.high),
        _number(section.target),
        _number(section.last),
        section.coverage,
        section.count,
    )
    for child in section.sections:
        yield from _section_rows(child, indent="    ")


ANSWER_COLUMNS = (
    ("section", 24),
    ("ref", 9),
    ("control", 30),
    ("question", 40),
    ("status", 14),
    ("level", 8),
    ("target", 8),
    ("last", 8),
    ("note", 60),
    ("justification", 40),
    ("met", 50),
    ("not_met", 50),
    ("evidence", 40),
    ("verdict", 18),
    ("audited", 10),
    ("reason", 50),
    ("auditor", 20),
    ("change_asked", 40),
    ("owner", 20),
    ("answered_who", 20),
    ("answered_when", 20),
    ("revision", 10),
)
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
    ("speaks_of", 24),
    ("owner", 22),
    ("added", 20),
    ("controls", 30),
)


def _answers(document: AssessmentReport, words: dict[str, str]) -> Table:
    rows = [
        _answer(leaf, control, words)
        for leaf in document.leaves()
        for control in leaf.controls
    ]
    columns = tuple((words[key], width) for key, width in ANSWER_COLUMNS)
    return Table(words["answers"], columns, rows, frozen="D2")


def _answer(
    section: Section, control: Control, words: dict[str, str]
) -> tuple[Value, ...]:
    verdict = control.verdict
    return (
        section.title,
        control.ref,
        control.title,
        control.question,
        control.state_label or words["answered"],
        _level(control.level),
        _level(control.target),
        _level(control.last),
        control.note,
        control.justification,
        _criteria(control, ticked=True),
        _criteria(control, ticked=False),
        "\n".join(f"{item.number} {item.title}" for item in control.evidence),
        verdict.label if verdict else None,
        _level(verdict.level) if verdict else None,
        verdict.reason if verdict else None,
        verdict.by if verdict else None,
        control.changes_requested,
        control.owner,
        control.answered_by,
        control.answered_at,
        control.revision or None,
    )


def _criteria(control: Control, *, ticked: bool) -> str:
    return "\n".join(
        f"{criterion.level.text}  {criterion.text}"
        for criterion in control.criteria
        if criterion.ticked == ticked
    )


def _gaps(document: AssessmentReport, words: dict[str, str]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (
            gap.rank,
            gap.ref,
            gap.title,
            _level(gap.now),
            _level(gap.target),
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
            item.period,
            item.owner,
            item.added,
            ", ".join(item.refs),
        )
        for item in document.evidence
    ]
    columns = tuple((words[key], width) for key, width in EVIDENCE_COLUMNS)
    return Table(words["evidence"], columns, rows)


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

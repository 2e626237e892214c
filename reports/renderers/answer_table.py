"""The sheet of answers: every control in a row. It can be brought back in.

Columns that an import reads have the names, or synonyms, that
assessments/services/answer_files/columns.py knows; a test holds the two together.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from reports.documents import AssessmentReport, Control, Level, Section, State
from reports.renderers.cells import Table, Value, level_cell

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
    ("ticks", 14),
    ("flagged", 9),
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
    ("assessment", 12),
    ("edition", 22),
)


def answer_table(document: AssessmentReport, words: dict[str, str]) -> Table:
    stored = {str(row["ref"]): row for row in document.answers}
    rows = [
        _row(leaf, control, document, words, stored.get(control.ref, {}))
        for leaf in document.leaves()
        for control in leaf.controls
    ]
    columns = tuple((words[key], width) for key, width in ANSWER_COLUMNS)
    return Table(words["answers"], columns, rows, frozen="D2")


def _row(
    section: Section,
    control: Control,
    document: AssessmentReport,
    words: dict[str, str],
    stored: Mapping[str, str | int | bool],
) -> tuple[Value, ...]:
    verdict = control.verdict
    return (
        section.title,
        control.ref,
        control.title,
        control.question,
        control.state_label or words["answered"],
        _answer(control, document, words),
        level_cell(control.target),
        level_cell(control.last),
        control.note,
        stored.get("justification", control.justification),
        stored.get("ticks"),
        stored.get("flagged") or None,
        _criteria(control, ticked=True),
        _criteria(control, ticked=False),
        "\n".join(f"{item.number} {item.title}" for item in control.evidence),
        verdict.label if verdict else None,
        level_cell(verdict.level) if verdict else None,
        verdict.reason if verdict else None,
        verdict.by if verdict else None,
        control.changes_requested,
        control.owner,
        control.answered_by,
        control.answered_at,
        control.revision or None,
        document.code,
        document.edition_code,
    )


def _answer(
    control: Control, document: AssessmentReport, words: dict[str, str]
) -> Value:
    """The number of the level, or the words by which an import knows the answer."""
    if control.state == State.UNKNOWN:
        return words["dont_know"]
    if control.state == State.NOT_APPLICABLE:
        return control.state_label
    if control.level and control.level.value in _shared(document):
        return control.level.label
    return level_cell(control.level)


def _shared(document: AssessmentReport) -> set[Decimal]:
    """Values that several answers of the scale have; they don't name one."""
    levels: list[Level] = [line.level for line in document.scale]
    counts = Counter(level.value for level in levels if level.value is not None)
    return {value for value, count in counts.items() if count > 1}


def _criteria(control: Control, *, ticked: bool) -> str:
    return "\n".join(
        f"{criterion.code or criterion.level.text}  {criterion.text}"
        for criterion in control.criteria
        if criterion.ticked == ticked
    )

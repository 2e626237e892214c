"""The table in a sheet: which line names the columns, and what belongs to each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from django.utils.translation import gettext as _

from assessments.services.answer_files.cells import (
    MOST_ROWS,
    Cell,
    FileContents,
    FileRow,
    Kind,
    Line,
    Sheet,
    UnreadableFileError,
)

COLUMNS = (
    "ref",
    "title",
    "section",
    "option",
    "justification",
    "note",
    "ticks",
    "flagged",
    "version",
    "answered_by",
    "answered_at",
    "assessment",
    "edition",
)
# Further names: those that reports print, and those that people write.
SYNONYMS = {
    "ref.": "ref",
    "reference": "ref",
    "control": "title",
    "answer": "option",
    "why not": "justification",
    "notes": "note",
    "comment": "note",
    "revision": "version",
    "answered by": "answered_by",
    "answered at": "answered_at",
}
# Columns of a report that say something about an answer without being part of it.
INFORMATION = frozenset(
    {
        *("question", "status", "target", "last time", "met", "not yet met"),
        *("evidence", "verdict", "audited", "reason", "auditor", "change asked"),
        *("owner", "weight"),
    }
)
ANSWER_PARTS = frozenset(
    {"option", "level", "justification", "note", "ticks", "flagged"}
)
KNOWN = INFORMATION.union(COLUMNS, ANSWER_PARTS)
HEADER_WITHIN = 20  # lines; above the header stand a title and a few words at most
ZERO_AT_THE_END = re.compile(r"[0-9]+\.[0-9]*0")


@dataclass(frozen=True, slots=True)
class Header:
    """The line that names the columns: names by column, and what stands above it."""

    line: Line
    names: Mapping[int, str]
    above: int
    rest: Iterator[Line]

    @property
    def has_answers(self) -> bool:
        return not ANSWER_PARTS.isdisjoint(self.names.values())


def find_header(sheet: Sheet) -> Header | None:
    """The header of the table of answers, None for a sheet without one."""
    lines = iter(sheet.lines)
    above = 0
    for line in lines:
        if line.is_blank:
            continue
        names = _names(line)
        if "ref" in names.values():
            return Header(line, names, above, lines)
        above += 1
        if above == HEADER_WITHIN:
            break
    return None


def _names(line: Line) -> dict[int, str]:
    return {
        column: column_name(cell.text)
        for column, cell in line.cells.items()
        if not cell.is_blank
    }


def column_name(text: str) -> str:
    """The name of a column as it is known here, or as it is written."""
    name = " ".join(text.replace("\ufeff", "").split()).lower()
    return SYNONYMS.get(name, name)


def check_names(
    names: Mapping[int, str], places: Mapping[int, str], *, strict: bool = True
) -> None:
    """Refuse columns that stand twice, and with `strict` those that nobody knows."""
    columns: dict[str, int] = {}
    for column, name in names.items():
        if name in columns:
            message = _(
                "Column “%(name)s” stands in the file twice: %(first)s, %(second)s."
            )
            marks = {
                "name": name,
                "first": places[columns[name]],
                "second": places[column],
            }
            raise UnreadableFileError(message % marks)
        columns[name] = column
        if strict and name not in KNOWN:
            message = _(
                "Column “%(name)s” (%(place)s) is not known. Take it out, or give it "
                "one of these names: %(known)s."
            )
            marks = {
                "name": name[:40],
                "place": places[column],
                "known": ", ".join(COLUMNS),
            }
            raise UnreadableFileError(message % marks)


def read_table(header: Header, *, typed: bool, strict: bool = True) -> FileContents:
    """The rows below a header. Raises UnreadableFileError.

    `typed` says that the format keeps text apart from numbers; `strict` refuses columns
    that nobody knows.
    """
    places = {column: cell.place for column, cell in header.line.cells.items()}
    check_names(header.names, places, strict=strict)
    if not header.has_answers:
        message = _("The file has no column of answers, such as “option” or “note”.")
        raise UnreadableFileError(message)
    filled = (line for line in header.rest if not line.is_blank)
    # One more than allowed, so that it is refused without reading on.
    rows = [_row(header.names, line) for line in islice(filled, MOST_ROWS + 1)]
    remarks = []
    if header.above:
        remarks.append(_("What stands above the line with “ref” was not read."))
    return contents(rows, remarks, typed=typed)


def contents(
    rows: Sequence[FileRow], remarks: Sequence[str], *, typed: bool
) -> FileContents:
    """The rows of a file and what holds for all of them. Raises UnreadableFileError."""
    if not rows:
        raise UnreadableFileError(_("The file has no rows of answers."))
    if len(rows) > MOST_ROWS:
        raise UnreadableFileError(_("The file has more rows than any standard."))
    names = set(chain.from_iterable(row.cells for row in rows))
    aside = [name for name in sorted(names & INFORMATION) if _is_filled(rows, name)]
    said = list(remarks)
    if aside:
        message = _("Not taken, as these only inform: %(names)s.")
        said.append(message % {"names": ", ".join(aside)})
    keeps = any(ZERO_AT_THE_END.fullmatch(row.text("ref")) for row in rows)
    return FileContents(list(rows), said, typed or keeps)


def _is_filled(rows: Sequence[FileRow], name: str) -> bool:
    return any(not row.cell(name).is_blank for row in rows)


def _row(names: Mapping[int, str], line: Line) -> FileRow:
    cells = {
        name: line.cells.get(column, Cell(place=_place(line)))
        for column, name in names.items()
    }
    stray = next(
        (c for n, c in line.cells.items() if n not in names and not c.is_blank), None
    )
    fault = ""
    if stray:
        message = _(
            "“%(text)s” in %(place)s stands under no column name. A sign that "
            "separates columns may stand inside a text."
        )
        fault = message % {"text": stray.text[:40], "place": stray.place}
    return FileRow(line.number, cells, fault or _broken(cells))


def _broken(cells: Mapping[str, Cell]) -> str:
    """What is wrong with a cell that holds no value, in a column that is read."""
    for name, cell in cells.items():
        if name in INFORMATION:
            continue
        marks = {"place": cell.place, "text": cell.text[:40]}
        if cell.kind is Kind.FORMULA:
            message = _(
                "%(place)s is a formula without a result. Replace it by its value."
            )
            return message % marks
        if cell.kind is Kind.ERROR:
            return _("%(place)s holds the error %(text)s of a formula.") % marks
        if cell.kind is Kind.OBJECT:
            return _("%(place)s must be a text.") % marks
    return ""


def _place(line: Line) -> str:
    return _("line %(number)d") % {"number": line.number}

"""Answers as a file, and back: JSON, CSV and XLSX with the same columns.

A spreadsheet runs text that starts like a formula. On the way out such text gets an
apostrophe before it in CSV and is marked as text in XLSX; on the way in that apostrophe
goes again, and a formula is taken as the text it is written with.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

SCHEMA = "plumbline.answers"
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
)
FORMATS = ("json", "csv", "xlsx")
MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 20_000
# What spreadsheets take for the start of a formula; the apostrophe itself, so that
# nothing that was written comes back changed.
RISKY = re.compile(r"^'*[=+\-@\t\r|%]")
SHEET = "Answers"

Value = str | int | bool
Row = Mapping[str, Value]


class UnreadableFileError(Exception):
    """The file as a whole can't be read; the message says why."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row as it stands in the file: only the columns that the file has."""

    line: int
    values: Mapping[str, str]


def neutral(text: str) -> str:
    """Text that no spreadsheet runs."""
    return f"'{text}" if RISKY.match(text) else text


def original(text: str) -> str:
    """The text before `neutral`."""
    return text[1:] if text.startswith("'") and RISKY.match(text[1:]) else text


def write_file(form: str, rows: Sequence[Row], about: Mapping[str, str]) -> bytes:
    """The bytes of a file in one of FORMATS; `about` names assessment and edition."""
    writers = {"json": _to_json, "csv": _to_csv, "xlsx": _to_xlsx}
    return writers[form](rows, about)


def _to_json(rows: Sequence[Row], about: Mapping[str, str]) -> bytes:
    data = {"schema": SCHEMA, "version": 1, **about, "answers": list(rows)}
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return f"{text}\n".encode("utf-8", "replace")


def _to_csv(rows: Sequence[Row], _about: Mapping[str, str]) -> bytes:
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([neutral(_text(row[name])) for name in COLUMNS])
    # Excel takes a file without the mark for its own code page.
    return buffer.getvalue().encode("utf-8-sig", "replace")


def _to_xlsx(rows: Sequence[Row], _about: Mapping[str, str]) -> bytes:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = SHEET
    sheet.append(COLUMNS)
    sheet.freeze_panes = "B2"
    for number, row in enumerate(rows, start=2):
        for column, name in enumerate(COLUMNS, start=1):
            cell = sheet.cell(number, column)
            text = ILLEGAL_CHARACTERS_RE.sub("", _text(row[name]))
            cell.value = text or None
            if text:
                cell.data_type = "s"
                cell.quotePrefix = bool(RISKY.match(text))
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value)


def read_file(path: Path) -> tuple[list[FileRow], dict[str, str]]:
    """The rows of a file, and what it says about itself. Raises UnreadableFileError."""
    readers = {".json": _from_json, ".csv": _from_csv, ".xlsx": _from_xlsx}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFileError(
            _("The name must end in .json, .csv or .xlsx: %(name)s")
            % {"name": path.name}
        )
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableFileError(_("The file is larger than 20 MB."))
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror}") from error
    rows, about = reader(content)
    if len(rows) > MOST_ROWS:
        raise UnreadableFileError(_("The file has more rows than any standard."))
    return rows, about


def _from_json(content: bytes) -> tuple[list[FileRow], dict[str, str]]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = _("This is not JSON: %(error)s") % {"error": error}
        raise UnreadableFileError(message) from error
    answers = data.get("answers") if isinstance(data, dict) else data
    if not isinstance(answers, list):
        raise UnreadableFileError(_("The file has no list “answers”."))
    rows = []
    for number, entry in enumerate(answers, start=1):
        if not isinstance(entry, dict):
            message = _("Answer %(number)d is no object.") % {"number": number}
            raise UnreadableFileError(message)
        _check_columns(entry)
        try:
            rows.append(FileRow(number, {k: _plain(v) for k, v in entry.items()}))
        except RecursionError as error:
            message = _("Answer %(number)d is nested too deeply.") % {"number": number}
            raise UnreadableFileError(message) from error
    about = data if isinstance(data, dict) else {}
    texts = {k: v for k, v in about.items() if isinstance(v, str)}
    return rows, texts


def _from_csv(content: bytes) -> tuple[list[FileRow], dict[str, str]]:
    return list(_table(csv_lines(content))), {}


def csv_lines(
    content: bytes, *, skip_spaces: bool = False
) -> list[tuple[int, list[str]]]:
    """The cells of a CSV file, each line with the number at which it starts.

    `skip_spaces` drops those after a delimiter. Raises UnreadableFileError.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = _("The file is not UTF-8. In Excel, save it as “CSV UTF-8”.")
        raise UnreadableFileError(message) from error
    header = text.partition("\n")[0]
    # Strict, because a quote that nobody closes would swallow all rows after it.
    reader = csv.reader(
        StringIO(text, newline=""),
        delimiter=max(",;\t", key=header.count),
        skipinitialspace=skip_spaces,
        strict=True,
    )
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            lines.append((start, [original(cell) for cell in cells]))
            start = reader.line_num + 1
    except csv.Error as error:
        message = _("Line %(line)d: %(error)s") % {"line": start, "error": error}
        raise UnreadableFileError(message) from error
    return lines


def _from_xlsx(content: bytes) -> tuple[list[FileRow], dict[str, str]]:
    try:
        _check_size(content)
        workbook = load_workbook(BytesIO(content), read_only=True)
        named = SHEET in workbook.sheetnames
        sheet = workbook[SHEET] if named else workbook.worksheets[0]
        lines = [
            (number, [_plain(value) for value in cells])
            for number, cells in enumerate(
                islice(sheet.iter_rows(values_only=True), MOST_ROWS + 2), start=1
            )
        ]
    except UnreadableFileError:
        raise
    except Exception as error:  # a broken workbook breaks its reader in many ways
        message = _("This is no workbook that can be read.")
        raise UnreadableFileError(message) from error
    return list(_table(lines)), {}


def _check_size(content: bytes) -> None:
    """A small archive may unpack to more than the memory holds."""
    with ZipFile(BytesIO(content)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > 10 * MOST_BYTES:
        raise UnreadableFileError(_("The workbook unpacks to more than 200 MB."))


def _table(lines: Iterable[tuple[int, list[str]]]) -> Iterator[FileRow]:
    """Rows by the names in the first line; empty lines are passed over."""
    rest = iter(lines)
    _line, header = next(rest, (1, []))
    names = [name.strip().lower() for name in header]
    while names and not names[-1]:
        names.pop()
    _check_columns(names)
    for line, cells in rest:
        if any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * len(names)]
            yield FileRow(line, dict(zip(names, padded, strict=False)))


def _check_columns(names: Iterable[str]) -> None:
    names = list(names)
    if "ref" not in names:
        raise UnreadableFileError(_("The column “ref” is missing."))
    known = ", ".join(COLUMNS)
    for name in names:
        if names.count(name) > 1:
            message = _("Column “%(name)s” stands in the file twice.")
            raise UnreadableFileError(message % {"name": name})
        if name not in COLUMNS:
            message = _("Column “%(name)s” is not known; known are %(known)s.")
            raise UnreadableFileError(message % {"name": name, "known": known})


def _plain(value: object) -> str:
    """A cell or a JSON value as text: 3 and 3.0 are "3", a list joins its parts."""
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return " ".join(_plain(item) for item in value)
    # JSON can name halves of a character, which nothing can store or print.
    return str(value).encode("utf-8", "replace").decode()

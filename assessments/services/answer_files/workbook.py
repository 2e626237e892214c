"""XLSX: the sheet that holds the answers, with the kind of each cell."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from datetime import time as time_of_day
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile, ZipInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

# Its public reader drops rows beyond a wrong size, rows out of order and merged ranges.
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from assessments.services.answer_files.cells import (
    Cell,
    FileContents,
    Kind,
    Line,
    Sheet,
    UnreadableFileError,
)
from assessments.services.answer_files.columns import Header, find_header, read_table
from common.spreadsheets import text_of_cell

SHEET = "Answers"
MOST_UNPACKED = 60 * 1024 * 1024  # bytes; 20,000 rows have about 10 MB
MOST_PARTS = 1000
MOST_TAGS = 1_500_000  # 20,000 rows of 13 cells have about a million
CHUNK = 1024 * 1024
MOST_SECONDS = 20
OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and every protected workbook
STRING_TAG = f"{{{SHEET_MAIN_NS}}}si"
KINDS = {
    "n": Kind.NUMBER,
    "d": Kind.DATE,
    "b": Kind.BOOLEAN,
    "f": Kind.FORMULA,
    "e": Kind.ERROR,
}


def read_xlsx(content: bytes) -> FileContents:
    """The answers in a workbook. Raises UnreadableFileError."""
    if content.startswith(OLD_FORMAT):
        message = _(
            "This is an old .xls file, or one with a password. Save it as .xlsx "
            "without a password."
        )
        raise UnreadableFileError(message)
    try:
        return _read(content)
    except UnreadableFileError:
        raise
    except Exception as error:  # a broken workbook breaks its reader in many ways
        message = _("This is no workbook that can be read.")
        raise UnreadableFileError(message) from error


def _read(content: bytes) -> FileContents:
    _check_archive(content)
    reader = _Reader(BytesIO(content), read_only=True, keep_links=False)
    reader.read()
    sheets = _Sheets(reader.wb)
    name, header = sheets.choose()
    found = read_table(header, typed=True)
    sheets.check_merged(name, header)
    remarks = [*sheets.unread(name), *found.remarks, *sheets.results(name)]
    return FileContents(found.rows, remarks, found.keeps_zeros)


def _check_archive(content: bytes) -> None:
    """A small archive may unpack to more than the memory holds."""
    with ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS:
            message = _("The workbook unpacks to more than %(size)d MB.")
            size = {"size": MOST_UNPACKED // 1024 // 1024}
            raise UnreadableFileError(message % size)
        if any(part.flag_bits & 1 for part in parts):
            raise UnreadableFileError(_("The workbook is protected with a password."))
        if sum(_tags(archive, part) for part in parts) > MOST_TAGS:
            raise UnreadableFileError(
                _("The workbook has more cells than any standard.")
            )


def _tags(archive: ZipFile, part: ZipInfo) -> int:
    """How many tags a part has: they, not its bytes, cost time and memory to read."""
    with archive.open(part) as source:
        return sum(chunk.count(b"<") for chunk in iter(lambda: source.read(CHUNK), b""))


class _Reader(ExcelReader):
    """Reads texts as they stand; openpyxl's own drops "x005F_" wherever it is met."""

    def read_strings(self) -> None:
        package: Any = self.package
        part = package.find(SHARED_STRINGS)
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            for _event, node in iterparse(source):
                if node.tag == STRING_TAG:
                    text: Any = Text.from_tree(node)
                    self.shared_strings.append(text.content)
                    node.clear()


class _Sheets:
    """The sheets of one workbook, read as far as needed, for a bounded time."""

    def __init__(self, workbook: Workbook) -> None:
        self.sheets = {
            sheet.title: sheet
            for sheet in workbook.worksheets
            if isinstance(sheet, ReadOnlyWorksheet)
        }
        self.parsers: dict[str, _Parser] = {}
        self.deadline = time.monotonic() + MOST_SECONDS

    def choose(self) -> tuple[str, Header]:
        """The sheet with answers; the one called “Answers” where several have some."""
        headers = {}
        for name in self.sheets:
            header = find_header(Sheet(name, self._lines(name)))
            if header:
                headers[name] = header
        if not headers:
            raise UnreadableFileError(_("The column “ref” is missing."))
        full = [name for name, header in headers.items() if header.has_answers]
        names = full or list(headers)
        name = SHEET if SHEET in names else names[0]
        if len(names) > 1 and name != SHEET:
            message = _(
                "Several sheets hold answers: %(names)s. Call the right one “Answers”."
            )
            raise UnreadableFileError(message % {"names": ", ".join(names)})
        return name, headers[name]

    def unread(self, chosen: str) -> Iterator[str]:
        others = [name for name in self.sheets if name != chosen]
        if others:
            message = _("Read: the sheet %(name)s. Not read: %(others)s.")
            yield message % {"name": chosen, "others": ", ".join(others)}

    def results(self, name: str) -> Iterator[str]:
        count = self.parsers[name].results
        if count:
            yield ngettext(
                "%(n)d cell is a formula; its last result was taken.",
                "%(n)d cells are formulas; their last results were taken.",
                count,
            ) % {"n": count}

    def check_merged(self, name: str, header: Header) -> None:
        """Refuse merged cells among the answers: they keep only one of their values."""
        merged = self.parsers[name].merged_cells
        for part in merged.mergeCell if merged else ():
            _left, _top, _right, bottom = part.bounds
            if bottom >= header.line.number:
                message = _("The cells %(cells)s are merged. Separate them first.")
                raise UnreadableFileError(message % {"cells": part.coord})

    def _lines(self, name: str) -> Iterator[Line]:
        sheet = self.sheets[name]
        parser = self.parsers[name] = _Parser(sheet)
        for row, cells in parser.parse():
            if time.monotonic() > self.deadline:
                message = _("The workbook takes longer than %(n)d seconds to read.")
                raise UnreadableFileError(message % {"n": MOST_SECONDS})
            yield Line(row, _cells(cells))


class _Parser(WorkSheetParser):
    """Reads results of formulas, and tells which cells are formulas without one."""

    def __init__(self, sheet: Any) -> None:
        book = sheet.parent
        super().__init__(
            sheet._get_source(),
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        self.results = 0  # formulas whose stored result was read

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if element.find(FORMULA_TAG) is None:
            return cell
        # A formula that gives no text has the type "str" and nothing in its value.
        if not element.findtext(VALUE_TAG) and element.get("t") != "str":
            return {**cell, "data_type": "f", "value": "="}
        self.results += 1
        return cell


def _cells(cells: Iterable[dict[str, Any]]) -> dict[int, Cell]:
    read: dict[int, Cell] = {}
    for cell in cells:
        if cell["value"] is None:
            continue
        place = f"{get_column_letter(cell['column'])}{cell['row']}"
        column = cell["column"] - 1
        if column in read:
            message = _("The cell %(place)s stands in the workbook twice.")
            raise UnreadableFileError(message % {"place": place})
        kind = KINDS.get(cell["data_type"], Kind.TEXT)
        read[column] = Cell(_text(cell["value"]), kind, place)
    return read


def _text(value: object) -> str:
    """A value as a spreadsheet shows it: 3.0 is "3", a day has no time."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"
    if isinstance(value, datetime):
        midnight = value.time() == time_of_day()
        return value.date().isoformat() if midnight else value.isoformat(" ")
    # Half a character can be named in a workbook, but stored nowhere.
    return text_of_cell(str(value)).encode("utf-8", "replace").decode()

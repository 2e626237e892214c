"""Answers to bytes, in one of FORMATS. Refs are written as text in every one."""

import csv
import json
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from assessments.services.answer_files.columns import COLUMNS
from assessments.services.answer_files.workbook import SHEET
from common.spreadsheets import cell_text, is_risky, neutral

SCHEMA = "plumbline.answers"
FORMATS = ("xlsx", "csv", "json")
WRAP = Alignment(vertical="top", wrap_text=True)
WIDTHS = {"title": 34, "section": 24, "justification": 40, "note": 60}

Value = str | int | bool
Row = Mapping[str, Value]


def write_file(form: str, rows: Sequence[Row], about: Mapping[str, str]) -> bytes:
    """The bytes of a file in one of FORMATS; `about` names assessment and edition."""
    writers = {"json": _to_json, "csv": _to_csv, "xlsx": _to_xlsx}
    return writers[form](rows, about)


def _to_json(rows: Sequence[Row], about: Mapping[str, str]) -> bytes:
    data = {"schema": SCHEMA, "version": 1, **about, "answers": list(rows)}
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return f"{text}\n".encode("utf-8", "replace")


def _to_csv(rows: Sequence[Row], about: Mapping[str, str]) -> bytes:
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([neutral(text) for text in _texts(row, about)])
    # Excel takes a file without the mark for its own code page.
    return buffer.getvalue().encode("utf-8-sig", "replace")


def _to_xlsx(rows: Sequence[Row], about: Mapping[str, str]) -> bytes:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = SHEET
    sheet.append(COLUMNS)
    sheet.freeze_panes = "B2"
    for column, name in enumerate(COLUMNS, start=1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = WIDTHS.get(name, 14)
    for number, row in enumerate(rows, start=2):
        for column, text in enumerate(_texts(row, about), start=1):
            cell = sheet.cell(number, column)
            # Text also where nothing stands: a ref or a level that is typed later
            # stays what was typed.
            cell.number_format = "@"
            cell.alignment = WRAP
            text = cell_text(text)
            if text:
                cell.value = text
                cell.data_type = "s"  # openpyxl takes a leading "=" for a formula
                cell.quotePrefix = is_risky(text)
    sheet.auto_filter.ref = sheet.dimensions
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _texts(row: Row, about: Mapping[str, str]) -> list[str]:
    values = {**about, **row}
    return [_text(values[name]) for name in COLUMNS]


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value)

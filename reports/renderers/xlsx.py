"""A report as a workbook: Summary, Answers, Gaps, Evidence, Scale, History.

Cells have types: days are days, sizes bytes, shares numbers, with formats that show
what pages show.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from common.spreadsheets import cell_text, is_risky
from reports.documents import AssessmentReport, Number
from reports.documents.values import Printed, value_of
from reports.renderers.cells import Table, Value
from reports.renderers.tables import tables
from reports.renderers.words import WORDS

Typed = date | datetime | Decimal | int | str | None

LONGEST = 32_767  # characters in one cell
MOST_PLACES = 9  # digits after the point in one cell
HEAD = Font(bold=True, color="FFFFFF")
HEAD_FILL = PatternFill("solid", fgColor="0B5C5C")
WRAP = Alignment(wrap_text=True, vertical="top")
FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def render_xlsx(document: AssessmentReport, *, timestamp: int) -> bytes:
    """Return `document` as a workbook; equal input gives equal bytes.

    No cell is a formula, whatever people wrote: such text is kept word for word and
    marked as text (Excel's quote prefix). `timestamp`, in seconds since 1970, is the
    date inside the file.
    """
    at = datetime.fromtimestamp(timestamp, UTC)
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    draft = "" if document.is_final else document.texts.get("draft", WORDS["draft"])
    for table in tables(document):
        sheet = workbook.create_sheet(FORBIDDEN_IN_TITLE.sub(" ", table.title)[:31])
        sheet.oddHeader.center.text = draft or None
        _fill(sheet, table)
    workbook.properties.creator = _printable(document.organization)
    title = f"{document.title}: {document.edition}"
    marked = f"{draft}. {title}" if draft else title
    workbook.properties.title = _printable(marked)
    workbook.properties.created = at.replace(tzinfo=None)
    buffer = BytesIO()
    workbook.save(buffer)
    return _dated(buffer.getvalue(), at)


def _fill(sheet: Worksheet, table: Table) -> None:
    for column, (name, width) in enumerate(table.columns, start=1):
        cell = sheet.cell(1, column, name)
        cell.font, cell.fill, cell.alignment = HEAD, HEAD_FILL, WRAP
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, values in enumerate(table.rows, start=2):
        _fill_row(sheet, row, values)
    sheet.freeze_panes = table.frozen
    if table.rows and table.is_list:
        sheet.auto_filter.ref = sheet.dimensions


def _fill_row(sheet: Worksheet, row: int, values: Sequence[Value]) -> None:
    for column, value in enumerate(values, start=1):
        if value is None or value == "":
            continue
        cell = sheet.cell(row, column)
        cell.alignment = WRAP
        if isinstance(value, str) and not isinstance(value, Printed):
            cell.value = _printable(value)
            cell.data_type = "s"  # openpyxl takes a leading "=" for a formula
            cell.quotePrefix = is_risky(value)
            cell.number_format = "@"  # a ref that is typed anew stays text
            continue
        cell.value, cell.number_format = _typed(value)


def _typed(value: Value) -> tuple[Typed, str]:
    """What a cell holds, and the format in which it shows what pages show."""
    if isinstance(value, Number):
        return value.value, number_format(value)
    if not isinstance(value, Printed):
        return value, "General"
    kept = value_of(value)
    if isinstance(kept, datetime):  # Excel knows no zones
        return kept.replace(tzinfo=None, microsecond=0), "yyyy-mm-dd hh:mm"
    if isinstance(kept, date):
        return kept, "yyyy-mm-dd"
    if isinstance(kept, Decimal):
        sign = '"+"' if value.startswith("+") else ""
        return kept, sign + number_format(Number(kept, str(value)))
    return (kept if isinstance(kept, int) else str(value)), '#,##0" B"'


def number_format(number: Number) -> str:
    """The digits that every page shows, for a cell that holds the exact number."""
    digits = "".join(sign for sign in number.text if sign.isdecimal() or sign == ".")
    exact, shown = abs(number.value or Decimal(0)), Decimal(digits)
    # A share from 0 to 1, which everybody reads as per cent: Excel can do that.
    is_share = abs(exact * 100 - shown) < abs(exact - shown)
    places = _places(exact * 100 if is_share else exact, shown)
    zeros = f"0.{'0' * places}" if places else "0"
    if is_share:
        return f'{zeros}" "%'
    return f'{zeros}" %"' if "%" in number.text else zeros


def _places(exact: Decimal, shown: Decimal) -> int:
    """Places at which rounding, all that Excel can do, shows no more than the text."""
    places = max(0, -int(shown.as_tuple().exponent))
    step = Decimal(1).scaleb(-places)
    while places < MOST_PLACES:
        rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if rounded.quantize(step, ROUND_DOWN) == shown:
            break
        places += 1
    return places


def _printable(text: str) -> str:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    clean = cell_text(whole)
    return clean if len(clean) <= LONGEST else f"{clean[: LONGEST - 1]}…"


def _dated(workbook: bytes, at: datetime) -> bytes:
    """Return the same archive with `at` in place of the clock's time."""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    when = max(at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))  # zip knows no earlier day
    fresh = BytesIO()
    with ZipFile(BytesIO(workbook)) as old, ZipFile(fresh, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", old.read(name))
            info = ZipInfo(name, when)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, content)
    return fresh.getvalue()

"""The workbook: readable, reproducible, and without a single formula."""

import time
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from reports.documents import (
    AssessmentReport,
    Evidence,
    Gap,
    HistoryEntry,
    Level,
    Number,
    ScoreView,
)
from reports.documents.values import Printed
from reports.renderers.xlsx import render_xlsx
from tests.reports.renderers.conftest import TIMESTAMP
from tests.reports.renderers.factory import make_bare_report, make_report

FORMULAS = (
    "=cmd|'/C calc'!A0",
    "|x",
    "%x",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "=HYPERLINK(1)",
)


def opened(document: AssessmentReport) -> openpyxl.Workbook:
    content = render_xlsx(document, timestamp=TIMESTAMP)
    return openpyxl.load_workbook(BytesIO(content))


def test_workbook_has_a_row_for_everything() -> None:
    document = make_report()

    workbook = opened(document)

    sheets = {sheet.title: sheet.max_row - 1 for sheet in workbook}
    summary = sheets.pop("Summary")
    assert summary > 30
    assert sheets == {
        "Answers": 93,
        "Gaps": len(document.gaps),
        "Evidence": len(document.evidence),
        "Scale": len(document.scale),
        "History": len(document.history),
    }
    assert [sheet.freeze_panes for sheet in workbook] == ["A2", "D2", *["A2"] * 4]
    assert [bool(sheet.auto_filter.ref) for sheet in workbook] == [False, *[True] * 5]


def test_numbers_are_numbers() -> None:
    sheet = opened(make_report())["Summary"]
    facts = {row[0].value: row[1].value for row in sheet.iter_rows(max_col=2)}

    assert facts["Self score"] == pytest.approx(float(Decimal(252) / 91), abs=0.01)
    assert facts["Answered"] == 91


@pytest.mark.parametrize(
    ("value", "text", "shown_as"),
    [
        ("2.769230769230769230769230769", "2.8", "0.0"),
        ("2.125", "2.13", "0.00"),
        ("92", "92", "0"),
        ("91.5", "91.5", "0.0"),
        ("-40", "−40", "0"),
        ("-0.04", "0.0", "0.0"),
        ("66.66666666666666666666666667", "66.7 %", '0.0" %"'),
        ("0", "0 %", '0" %"'),
        ("0.3571428571428571428571428571", "36 %", '0" "%'),
        ("0.3571428571428571428571428571", "36", '0" "%'),
        ("1", "100 %", '0" "%'),
    ],
)
def test_cells_show_the_digits_of_the_page_and_keep_the_exact_number(
    value: str, text: str, shown_as: str
) -> None:
    document = replace(make_bare_report(), target=Number(Decimal(value), text))
    sheet = opened(document)["Summary"]
    [cell] = [row[1] for row in sheet.iter_rows() if row[0].value == "Target"]
    assert cell.number_format == shown_as
    # A workbook holds floats: as exact as those are.
    assert cell.value == pytest.approx(float(value), rel=1e-15, abs=0)


def test_a_score_that_is_missing_is_a_dash() -> None:
    sheet = opened(make_bare_report())["Summary"]
    facts = {row[0].value: row[1] for row in sheet.iter_rows(max_col=2)}
    assert (facts["Self score"].value, facts["Self score"].data_type) == ("–", "s")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_becomes_a_formula(formula: str) -> None:
    document = replace(
        make_bare_report(),
        title=formula,
        history=(HistoryEntry(formula, formula, formula, formula),),
    )

    cells = [c for sheet in opened(document) for row in sheet for c in row if c.value]
    written = [cell for cell in cells if cell.value == formula]

    assert len(written) == 5
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert all(cell.quotePrefix for cell in written)


def test_what_excel_cannot_hold_is_left_out() -> None:
    detail = "\x00bell\x07 \ud800" + "x" * 40_000
    document = replace(
        make_bare_report(), history=(HistoryEntry("1", "2", "3", detail),)
    )

    value = opened(document)["History"]["D2"].value

    assert value.startswith("bell \ufffdxxx")
    assert len(value) == 32_767


def test_values_have_types_and_formats() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    moment = Printed("21 Nov", datetime(2026, 11, 21, 14, 3, tzinfo=lisbon))
    item = Evidence(
        number="E1",
        title="List",
        size=Printed("529 bytes", 529),
        period=Printed("from 2 Jan 2026", (date(2026, 1, 2), None)),
        added=moment,
    )
    level = Level("0.25", "Yes, for some", 1, "0.25", Decimal("0.25"))
    gap = Gap(1, "1.1", "x", level, level, Printed("+0.03", Decimal("0.0312")))
    workbook = opened(replace(make_bare_report(), evidence=(item,), gaps=(gap,)))

    cells = {cell.column_letter: cell for cell in workbook["Evidence"][2]}
    shown = {x: (cells[x].value, cells[x].number_format) for x in "EFGI"}
    assert shown == {
        "E": (529, '#,##0" B"'),
        "F": (datetime(2026, 1, 2), "yyyy-mm-dd"),  # noqa: DTZ001 -- as Excel has it
        "G": (None, "General"),
        "I": (datetime(2026, 11, 21, 14, 3), "yyyy-mm-dd hh:mm"),  # noqa: DTZ001
    }
    values = [(c.value, c.number_format) for c in workbook["Gaps"][2]][3:6]
    assert values == [
        (0.25, "General"),
        (0.25, "General"),
        (pytest.approx(0.0312), '"+"0.00'),
    ]


def test_a_share_is_a_number_that_reads_as_per_cent() -> None:
    share = Printed("58 %", Decimal(7) / 12)
    document = replace(make_bare_report(), self_score=ScoreView(coverage=share))
    sheet = opened(document)["Summary"]
    [cell] = [row[1] for row in sheet.iter_rows() if row[0].value == "Coverage"]

    assert cell.value == pytest.approx(7 / 12)
    assert cell.number_format.endswith("%")


@pytest.mark.parametrize("sealed", [True, False])
def test_a_draft_says_so_on_its_first_line_and_on_paper(sealed: bool) -> None:
    workbook = opened(make_report(4, sealed=sealed))

    first = workbook["Summary"]["A2"].value
    headers = {sheet.oddHeader.center.text for sheet in workbook}
    assert (first == "Draft", headers) == (not sealed, {None if sealed else "Draft"})
    assert workbook.properties.title.startswith("Draft. ") is not sealed


def test_equal_input_gives_equal_bytes() -> None:
    first = render_xlsx(make_report(4), timestamp=TIMESTAMP)
    time.sleep(2.1)  # a zip file's clock ticks every two seconds

    assert render_xlsx(make_report(4), timestamp=TIMESTAMP) == first
    with ZipFile(BytesIO(first)) as archive:
        assert b"2026-11-21T14:03:00Z" in archive.read("docProps/core.xml")


def test_bare_report_opens() -> None:
    assert opened(make_bare_report()).sheetnames[0] == "Summary"

"""The workbook: readable, reproducible, and without a single formula."""

import time
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from reports.documents import AssessmentReport, HistoryEntry, Number
from reports.renderers.xlsx import render_xlsx
from tests.reports.renderers.conftest import TIMESTAMP
from tests.reports.renderers.factory import make_bare_report, make_report

FORMULAS = ("=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "=HYPERLINK(1)")


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
        "History": len(document.history),
    }
    assert [sheet.freeze_panes for sheet in workbook] == ["A2", "D2", "A2", "A2", "A2"]


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
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.quotePrefix for cell in written)


def test_what_excel_cannot_hold_is_left_out() -> None:
    detail = "\x00bell\x07 \ud800" + "x" * 40_000
    document = replace(
        make_bare_report(), history=(HistoryEntry("1", "2", "3", detail),)
    )

    value = opened(document)["History"]["D2"].value

    assert value.startswith("bell \ufffdxxx")
    assert len(value) == 32_767


def test_equal_input_gives_equal_bytes() -> None:
    first = render_xlsx(make_report(4), timestamp=TIMESTAMP)
    time.sleep(2.1)  # a zip file's clock ticks every two seconds

    assert render_xlsx(make_report(4), timestamp=TIMESTAMP) == first
    with ZipFile(BytesIO(first)) as archive:
        assert b"2026-11-21T14:03:00Z" in archive.read("docProps/core.xml")


def test_bare_report_opens() -> None:
    assert opened(make_bare_report()).sheetnames[0] == "Summary"

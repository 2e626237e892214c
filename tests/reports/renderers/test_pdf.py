"""The PDF reports: what they promise to readers, archives and auditors."""

import hashlib
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from reports.documents import AssessmentReport, Number, Section
from tests.reports.renderers.conftest import Opened, Render
from tests.reports.renderers.factory import make_bare_report, make_report
from tests.reports.renderers.inspection import (
    elements,
    failures,
    is_sound,
    squeezed,
    text,
)

PROBE = '`#import #read("/etc/passwd") <script> {{7*7}} *x* $x$`'
FORMULA = "=cmd|'/C calc'!A0"
LONG = "Wir prüfen das jedes Quartal und legen das Ergebnis ab. " * 400


def with_note(document: AssessmentReport, note: str) -> AssessmentReport:
    """Return `document` with `note` as the note of its first control."""
    return with_first(document, note=note)


def with_first(document: AssessmentReport, **changes: Any) -> AssessmentReport:
    """Return `document` with its first control changed."""
    first, *others = document.sections
    leaf, *leaves = first.sections
    control, *controls = leaf.controls
    leaf = replace(leaf, controls=(replace(control, **changes), *controls))
    first = replace(first, sections=(leaf, *leaves))
    return replace(document, sections=(first, *others))


@pytest.mark.parametrize("profile", ["ua1", "2a"])
@pytest.mark.parametrize("name", ["full", "executive"])
def test_pdf_keeps_the_standards(
    name: str, profile: str, request: pytest.FixtureRequest
) -> None:
    opened: Opened = request.getfixturevalue(name)

    assert failures(opened.content, profile) == []
    assert is_sound(opened.content)


@pytest.mark.parametrize("kind", ["full", "executive"])
def test_reports_without_answers_or_anything_keep_the_standards(
    kind: str, render: Render
) -> None:
    for document in (make_report(unanswered=True), make_bare_report()):
        content = Opened.of(render(document, kind)).content

        assert failures(content, "ua1") == []
        assert failures(content, "2a") == []


@pytest.mark.parametrize("mode", ["-nopgbrk", "-layout", "-raw"])
@pytest.mark.parametrize(("name", "times"), [("full", 2), ("executive", 1)])
def test_the_score_and_its_unit_are_read_as_one_line(
    name: str, times: int, mode: str, request: pytest.FixtureRequest
) -> None:
    """On the cover and in the summary, whatever takes the text out of the page."""
    opened: Opened = request.getfixturevalue(name)
    printed = text(opened.content, last=3, mode=mode)

    assert len(re.findall(r"(?m)^ *2\.8 of 5\b", printed)) == times


def test_pdf_says_language_and_title(full: Opened) -> None:
    assert full.pdf.Root.Lang == "en"
    title = "Information security, IT operations: ISO/IEC 27001:2022"
    assert full.pdf.docinfo["/Title"] == title
    assert full.pdf.docinfo["/Author"] == "Northwind Pharma"
    assert full.pdf.Root.ViewerPreferences.DisplayDocTitle is True


@pytest.mark.parametrize("name", ["full", "executive"])
def test_every_figure_has_a_description(
    name: str, request: pytest.FixtureRequest
) -> None:
    opened: Opened = request.getfixturevalue(name)

    figures = [e for e in elements(opened.pdf) if e.S == "/Figure"]

    assert len(figures) == {"full": 5, "executive": 2}[name]
    assert all("Governance" in str(f.Alt) or "of 5" in str(f.Alt) for f in figures)


def test_contents_name_the_right_pages(full: Opened) -> None:
    pages = len(full.pdf.pages)
    contents = text(full.content, first=2, last=2, mode="-layout")
    entries = re.findall(r"^ *(\S.*?)  +(\d+)$", contents, re.M)

    assert len(entries) == sum(e.S == "/TOCI" for e in elements(full.pdf)) == 32
    for heading, number in entries:
        there = squeezed(text(full.content, first=int(number), last=int(number)))
        assert squeezed(heading) in there
        assert int(number) <= pages


def test_bookmarks_lead_to_every_control(full: Opened) -> None:
    with full.pdf.open_outline() as outline:
        section = next(x for x in outline.root if x.title.endswith(" A.5"))

    assert section.title == "Organizational controls A.5"
    assert section.children[0].title == "Governance and roles A.5.1–A.5.8"
    assert [control.title for control in section.children[0].children][:2] == [
        "A.5.1 Policies for information security",
        "A.5.2 Roles and responsibilities",
    ]
    assert sum(e.S == "/H3" for e in elements(full.pdf)) == 93


def test_every_page_but_the_cover_is_numbered(full: Opened, executive: Opened) -> None:
    for opened, cover in ((full, 1), (executive, 0)):
        pages = len(opened.pdf.pages)
        numbered = [
            f"Page {number} of {pages}"
            in text(opened.content, first=number, last=number)
            for number in range(1, pages + 1)
        ]
        assert numbered == [number > cover for number in range(1, pages + 1)]


def test_full_report_says_everything(full: Opened) -> None:
    words = squeezed(text(full.content))

    for expected in (
        "Audited score\n1.8 of 5",
        "coverage 100 %",
        "The average of levels is Plumbline's own method",
        "0.3 better than in November 2025",
        "Name one owner for all supplier reviews",
        "A.8.34 Protection during audit tests",
        "Major shortfall",
        "No software is developed by or for the sites in scope",
        hashlib.sha256(b"0").hexdigest(),
        "I declare that the answers describe the true state",
        "Confidential",
    ):
        assert squeezed(expected) in words, expected
    assert "Draft" not in words


def test_executive_report_says_what_matters(executive: Opened) -> None:
    score = make_report(provisional=True).self_score
    words = squeezed(text(executive.content))

    for expected in (
        "Provisional",
        f"range {score.low.text} to {score.high.text}, coverage {score.coverage}",
        f"{score.applicable - score.answered} of {score.applicable} controls are open",
        "0.3 better than in November 2025",
        "Decisions asked",
        "Not planned yet",
        "Draft",
    ):
        assert squeezed(expected) in words, expected


def test_executive_report_has_two_pages_whatever_people_wrote(render: Render) -> None:
    document = make_report(1200, provisional=True)
    long = replace(
        document,
        title=LONG[:500],
        organization=LONG[:300],
        scope=LONG,
        summary=(LONG, LONG, LONG),
        decisions=(LONG,) * 9,
        gaps=tuple(
            replace(gap, title=LONG, next_step=LONG, after=LONG)
            for gap in document.gaps
        ),
    )
    wide = replace(long, scope="质量" * 900, summary=("安全" * 900,) * 3)

    for version in (document, long, wide, make_report(unanswered=True)):
        opened = Opened.of(render(version, "executive"))
        assert len(opened.pdf.pages) == 2


@pytest.mark.parametrize("kind", ["full", "executive"])
def test_markup_prints_as_it_was_written(kind: str, render: Render) -> None:
    document = replace(make_report(4), summary=(PROBE, FORMULA))
    document = with_note(document, f"{PROBE}\n{FORMULA}")

    words = squeezed(text(render(document, kind).content))

    assert squeezed(PROBE) in words
    assert squeezed(FORMULA) in words
    assert "root:x" not in words


def test_other_scripts_are_in_the_text(full: Opened) -> None:
    words = squeezed(text(full.content))

    assert "我们每季度审查一次访问权限" in words
    assert "バックアップの復元試験" in words
    assert "Ηδιαδικασίαεφαρμόζεται" in words
    assert "Процедуравыполняется" in words
    assert "✅" in words
    # Right to left, pdftotext may part Arabic words differently; the letters count.
    assert set("المراجعةالأخيرة") <= set(words)


def test_foreign_text_is_marked_with_its_language(full: Opened) -> None:
    languages = {str(e.Lang) for e in elements(full.pdf) if "/Lang" in e}

    assert {"zh", "ja", "ar", "el"} <= languages


def test_long_words_stay_in_their_column(render: Render) -> None:
    address = "https://intranet.example/" + "a1b2c3d4e5f6" * 20
    document = with_note(make_report(4), address)

    words = squeezed(text(render(document).content))

    assert address in words


@pytest.mark.parametrize(
    ("ref", "between"), [("THIRD-PARTIES-1a", "  +"), ("RISK-MANAGEMENT-12.34.a", " ")]
)
def test_a_ref_that_is_too_long_for_the_margin_stands_before_its_title(
    ref: str, between: str, render: Render
) -> None:
    document = with_first(make_report(4), ref=ref, title="Owners are known")

    printed = text(render(document).content, mode="-layout")

    assert re.search(rf"(?m)^ *{ref}{between}Owners are known$", printed)


def test_a_very_long_note_runs_over_pages(render: Render) -> None:
    opened = Opened.of(render(with_note(make_report(4), f"{LONG} Ende.")))

    assert len(opened.pdf.pages) == 16
    assert "Ergebnisab.Ende." in squeezed(text(opened.content))


def test_equal_input_gives_equal_bytes(render: Render) -> None:
    first, second = (
        hashlib.sha256(render(make_report(12)).content).hexdigest() for _ in range(2)
    )

    assert first == second


def test_page_texts_can_be_translated(render: Render) -> None:
    texts = {"summary": "Zusammenfassung", "page": "Seite {page} von {pages}"}
    document = replace(make_report(4), language="de-AT", texts=texts)

    opened = Opened.of(render(document))

    assert opened.pdf.Root.Lang == "de"
    words = text(opened.content, first=3, last=3)
    assert "Zusammenfassung" in words
    assert f"Seite 3 von {len(opened.pdf.pages)}" in words


def test_paper_can_be_letter(render: Render) -> None:
    opened = Opened.of(render(replace(make_report(4), paper="us-letter")))

    assert [int(side) for side in opened.pdf.pages[0].mediabox] == [0, 0, 612, 792]


def test_percent_scale_and_many_sections_are_drawn(render: Render) -> None:
    sections = tuple(
        Section(
            f"S{i}",
            f"Section {i}",
            self_score=Number(Decimal(i), str(i)),
            target=Number(Decimal(80), "80"),
        )
        for i in range(40)
    )
    document = make_bare_report()
    score = replace(document.self_score, maximum=Decimal(100))
    document = replace(document, sections=sections, self_score=score)

    words = text(render(document, "executive").content)

    assert "The 14 sections furthest from target" in words
    assert "Section 13" in words
    assert "Section 14" not in words

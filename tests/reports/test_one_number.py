"""One function, one number: page, PDFs, workbook, JSON and command say the same."""

import csv
import json
import subprocess
from decimal import Decimal
from html import unescape
from io import BytesIO

import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from pytest_django.asserts import assertContains

from reports.builders.assessment import build
from reports.renderers.json import render_json
from reports.renderers.pdf import render_pdf
from reports.renderers.xlsx import render_xlsx
from tests.factories.assessments import (
    JUSTIFICATION,
    AssessmentFactory,
    answer,
    tree_of,
)
from tests.factories.standards import built_in_edition

# By edition: target, the options in turn, and how often a control stays open.
EDITIONS = {
    "iso-27001/2022": (3, ("3", "4", "2", "na", "5", "1"), 7),
    "nist-800-171/r2": (1, ("met", "met", "met", "not_met", "met", "na"), 9),
    "samm/2": (Decimal("0.5"), ("0", "0.25", "0.5", "1"), 8),
    "c2m2/2.1": (1, ("LI", "FI", "FI", "PI"), 50),
    "cis-controls/8.1": (1, ("all", "most", "na", "none"), 11),
}
# By edition: what the command must know besides, and what all was a year before.
PROGRESS = {"samm/2": ("0.5", "0.25")}


@pytest.fixture
def answered(request, northwind, team, cast, tmp_path):
    """An assessment, and the same answers as a file for the command."""
    target, options, gap = EDITIONS[request.param]
    edition = built_in_edition(request.param)

    def begin(**more):
        return AssessmentFactory(
            organization=northwind,
            team=team,
            edition=edition,
            manager=cast.manager.user,
            target=Decimal(target),
            **more,
        )

    arguments = []
    found = begin()
    controls = tree_of(found).assessable()
    if request.param in PROGRESS:
        goal, before = PROGRESS[request.param]
        arguments = [f"--target={goal}", f"--baseline={tmp_path / 'before.csv'}"]
        earlier = {control.ref: before for control in controls}
        give(found, earlier, tmp_path / "before.csv")
        found = begin(previous=found)
    chosen = {}
    for number, control in enumerate(controls):
        option = options[number % len(options)]
        if number % gap and option in (control.options or options):
            chosen[control.ref] = option
    give(found, chosen, tmp_path / "answers.csv")
    return request.param, found, [str(tmp_path / "answers.csv"), *arguments]


def give(assessment, options: dict[str, str], path):
    """Answer in the assessment and in a file alike."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["ref", "option", "justification"])
        for ref, option in options.items():
            answer(assessment, ref, option)
            rows.writerow([ref, option, JUSTIFICATION])


def text_of(pdf: bytes, order: str = "-layout") -> str:
    command = ["pdftotext", order, "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


@pytest.mark.parametrize("answered", EDITIONS, indirect=True, ids=str)
def test_the_command_and_every_report_agree(answered, cast, fonts, sign_in, capsys):
    code, assessment, arguments = answered
    call_command("score", code, *arguments, "--format=json")
    outcomes = json.loads(capsys.readouterr().out)["outcomes"]

    built = build(assessment.pk, "en")
    document = json.loads(render_json(built.document), parse_float=Decimal)
    book = load_workbook(
        BytesIO(render_xlsx(built.document, timestamp=built.timestamp))
    )
    cells = [[cell.value for cell in row] for row in book.worksheets[0].rows]
    page = sign_in(cast.manager).get(f"/assessments/{assessment.code}/results/")
    files = [
        render_pdf(built.document, kind, fonts=fonts, timestamp=built.timestamp).content
        for kind in ("executive", "full")
    ]
    pdfs = [text_of(file) for file in files]

    assert [one["name"] for one in outcomes] == [
        one["name"] for one in document["outcomes"]
    ]
    for said, printed in zip(outcomes, document["outcomes"], strict=True):
        same(said, printed)
        assert said["missing"] == printed["score"]["missing"]
        assert said["text"].startswith(printed["figure"]) or said["value"] is None
        assert printed["figure"] in page.content.decode() or len(outcomes) == 1
        if len(outcomes) > 1:
            assert all(printed["figure"] in pdf for pdf in pdfs)
            assert in_cells(cells, printed)
    first = built.document.self_score
    if first.number.value is not None or len(outcomes) > 1:
        shown = first.headline if first.number.value is not None else first.instead
        assert shown in page.content.decode()
        assert all(shown in pdf for pdf in pdfs)
    if first.missing:
        assert first.missing in unescape(page.content.decode())
        assert all(first.missing in text_of(file, "-raw") for file in files)
        assert [first.missing] in [row[1:2] for row in cells]
    if first.number.value is None and len(outcomes) == 1:
        lines = first.instead.splitlines()
        assert lines
        assert all(line in pdf for line in lines for pdf in pdfs)
        for line in lines:
            count, level = line.split(" at ")
            assertContains(page, f"<dt>{level}</dt><dd>{count}</dd>")


def same(said: dict, printed: dict) -> None:
    """The command's outcome and the report's, digit by digit."""
    score = printed["score"]
    for name, number in (("value", "number"), ("low", "low"), ("high", "high")):
        mine, theirs = said[name], score[number]["value"]
        assert (mine is None) == (theirs is None)
        assert mine is None or Decimal(mine) == Decimal(theirs)
    assert said["coverage"] == {
        "answered": score["answered"],
        "applicable": score["applicable"],
    }
    assert said["excluded_na"] == score["excluded_na"]


def in_cells(cells: list, printed: dict) -> bool:
    """Whether the workbook has the outcome with its number."""
    exact = printed["score"]["number"]["value"]
    for row in cells:
        if row[0] == printed["title"]:
            if exact is None or not printed["score"]["has_marker"]:
                return row[1] == printed["figure"]
            return abs(Decimal(str(row[1])) - Decimal(exact)) < Decimal("1e-9")
    return False


def test_a_conditional_status_names_its_day(northwind, team, cast, sign_in):
    """18 points below the top, nothing worth more than 1: Conditional, for 180 days."""
    found = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=built_in_edition("nist-800-171/r2"),
        manager=cast.manager.user,
        target=Decimal(1),
    )
    left = 18
    held = ("3.1.20", "3.1.22", "3.10.3", "3.10.4", "3.10.5", "3.12.4")
    for control in tree_of(found).assessable():
        fails = left and control.weight == 1 and control.ref not in held
        left -= bool(fails)
        answer(found, control, "not_met" if fails else "met")

    document = build(found.pk, "en").document

    points, status = document.outcomes
    assert (points.figure, points.target.text) == ("92 of 110", "110")
    assert status.label == "Conditional"
    assert status.rules[-1].startswith(
        "Conditional: 92 of 110; close out within 180 days. Counted from "
    )
    page = sign_in(cast.manager).get(f"/assessments/{found.code}/results/")
    assert "Conditional: 92 of 110; close out within 180 days." in page.content.decode()
    # What a control costs stands beside each gap.
    assert "+1 point<" in page.content.decode()


@pytest.mark.parametrize(
    ("level", "last", "target", "shown", "says"),
    [
        ("3", "2", "3", "2.99", "0.01 below target."),
        ("5", "4", "5", "4.99", "0.01 below target."),
        ("3", "4", "3", "3.0", "On target."),
    ],
)
def test_one_answer_of_many_decides_and_no_surface_rounds_it_away(
    northwind, team, cast, sign_in, fonts, level, last, target, shown, says
):
    found = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=built_in_edition("iso-27001/2022"),
        manager=cast.manager.user,
        target=Decimal(target),
    )
    *most, one = tree_of(found).assessable()
    for control in most:
        answer(found, control, level)
    answer(found, one, last)
    client = sign_in(cast.manager)

    built = build(found.pk, "en")
    pdf = render_pdf(built.document, "full", fonts=fonts, timestamp=built.timestamp)
    tasks = client.get(f"/assessments/{found.code}/").content.decode()
    results = client.get(f"/assessments/{found.code}/results/").content.decode()
    rows = client.get("/assessments/").content.decode()

    assert built.document.self_score.number.text == shown
    assert all(f"<b>{shown}</b>" in page for page in (tasks, results))
    assert f">{shown}" in rows
    assert says in results
    assert f"{shown} of 5" in text_of(pdf.content)
    assert says in text_of(pdf.content)
    assert says in built.document.summary[0]

"""What a report says: exact values, the same number everywhere, its cost."""

import json
import subprocess
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from assessments.models import Answer, Assessment
from assessments.services.evidence import attach_link
from reports.builders.assessment import build
from reports.builders.sentences import texts
from reports.documents import Level, State
from reports.renderers.json import render_json
from reports.renderers.pdf import render_pdf
from reports.renderers.words import WORDS
from reports.renderers.xlsx import render_xlsx
from tests.factories.assessments import (
    AssessmentFactory,
    answer,
    answer_all,
    conclude,
    seal,
    submit,
    tree_of,
)
from tests.reports.conftest import make_plant


@pytest.fixture
def small(northwind, team, cast) -> Assessment:
    """Weights 2, 3, 1 and levels 5, 1, n/a: 13 ÷ 5 = 2.6, against a target of 3."""
    found = AssessmentFactory(
        organization=northwind,
        team=team,
        manager=cast.manager.user,
        auditor=cast.auditor.user,
    )
    answer(found, "C.1", "5", note="Signed in May", ticks=("1.1", "3.1"))
    answer(found, "C.2", "1", by=cast.contributor.user)
    answer(found, "C.3", "na", justification="There is no such thing here.")
    return found


def document(assessment):
    return build(assessment.pk, "en").document


def test_score_and_words(small):
    report = document(small)

    score = report.self_score
    assert (score.number.text, score.low.text, score.high.text) == ("2.6", "2.6", "2.6")
    assert (score.unit, score.label, score.coverage) == ("of 5", "Repeated", "100 %")
    assert (score.answered, score.applicable, score.excluded_na) == (2, 2, 1)
    assert not score.provisional
    assert report.target.text == "3"
    assert report.summary == ("Overall: Repeated. 0.4 below target.",)
    assert report.audited_score is None
    assert report.title == f"Maturity assessment: {small.team.name}"


def test_sections_carry_their_controls(small):
    (section,) = document(small).sections
    (page,) = section.sections

    assert (section.ref, section.self_score.text, section.controls) == ("S1", "2.6", ())
    assert (page.ref, page.title, page.count) == ("C.1–C.3", "Page 1", 3)
    assert (page.to_target, page.coverage) == ("+0.4", "100 %")
    first, _second, third = page.controls
    assert first.level == Level("5", "Improving", 5, "5", Decimal(5))
    assert (first.note, first.revision, first.weight) == ("Signed in May", 1, "2")
    assert [c.ticked for c in first.criteria] == [True, True, False, False]
    assert third.state == State.NOT_APPLICABLE
    assert third.level is None
    assert third.justification == "There is no such thing here."


def test_unanswered_and_unknown_are_told_apart(small, cast):
    answer(small, "C.2", "unknown", ask=cast.colleague.user)
    Answer.objects.filter(assessment=small, control__ref="C.1").update(option="")

    first, second, _third = document(small).controls()

    assert (first.state, first.state_label) == (State.UNANSWERED, "Not answered")
    assert second.state == State.UNKNOWN
    assert second.state_label == "Don’t know; Mei Tanaka may know"


def test_gap_with_criterion_and_lift(small):
    (gap,) = document(small).gaps

    assert (gap.rank, gap.ref, gap.now.text, gap.target.text) == (1, "C.2", "1", "3")
    assert gap.lift == "+1.20"  # 3 × 2 ÷ 5
    assert gap.next_step == (
        "Next step (level 3): An approved procedure says how topic 2 is done."
    )
    assert (gap.after, gap.action) == ("", "")


def test_arithmetic(small):
    rows = [(row.label, row.inputs, row.result) for row in document(small).trace]
    assert rows == [
        ("Count the controls in scope", "3 controls, less 1 not applicable", "2"),
        ("Add level × weight", "2 answers", "13"),
        ("Add the weights", "2 answers", "5"),
        ("Score", "13 ÷ 5", "2.60"),
        ("Coverage", "2 ÷ 2", "100 %"),
        ("Label", "the band that 2.60 falls into", "Repeated"),
    ]


def test_verdicts_findings_and_audited_score(small, cast):
    submit(small)
    by = cast.auditor.user
    conclude(small, "C.1", by=by, grade="minor", option="3", reason="One site only.")
    conclude(small, "C.2", by=by, grade="major", option="0", reason="Nobody does it.")

    report = document(small)

    # 3 × 2 + 0 × 3 over 5
    assert report.audited_score.number.text == "1.2"
    assert "answered" not in report.audited_score.ends + report.audited_score.so_far
    assert report.audited_score.ends == "until the last one has a verdict"
    assert report.self_score.number.text == "2.6"
    found = [(f.number, f.ref, f.label, f.audited_level.text) for f in report.findings]
    assert found == [
        ("F1", "C.2", "Major nonconformity", "0"),
        ("F2", "C.1", "Minor nonconformity", "3"),
    ]
    assert report.controls()[0].verdict.revision == "answer version 1"
    assert report.decisions[0] == (
        "Say who corrects what is graded “Major nonconformity” (1), and by when."
    )


def test_an_audited_section_without_all_verdicts_is_marked(small, cast):
    submit(small)
    by = cast.auditor.user
    conclude(small, "C.1", by=by, grade="minor", option="3", reason="One site only.")
    partly = document(small).sections[0].audited_score
    conclude(small, "C.2", by=by, grade="major", option="0", reason="Nobody does it.")
    conclude(small, "C.3", by=by)
    fully = document(small).sections[0].audited_score

    assert (partly.value, partly.text) == (3, "3.0 so far")
    assert fully.text == "1.5"  # (3 × 2 + 0 × 3 + 3 × 1) ÷ 6


def test_a_verdict_on_an_older_answer_says_so(small, cast):
    submit(small)
    conclude(small, "C.1", by=cast.auditor.user, grade="minor", option="3", reason="x")
    Assessment.objects.filter(pk=small.pk).update(state="changes")
    small.refresh_from_db()
    answer(small, "C.1", "4")

    report = document(small)

    verdict = report.controls()[0].verdict
    assert verdict.revision == "answer version 1, changed since"
    assert report.audited_score is None


def test_change_since_the_last_time(small, cast):
    before = AssessmentFactory(
        organization=small.organization,
        team=small.team,
        edition=small.edition,
        manager=small.manager,
    )
    answer_all(before, "1")
    seal(before, by=cast.auditor.user)
    small.previous = before
    small.save()

    change = document(small).change

    assert change.text == (
        "1.6 better than in the period to December 2026, "
        "on the 2 controls answered both times"
    )
    assert (change.last.text, change.last_label) == ("1.0", "December 2026")
    assert [(m.title, m.before, m.after, m.difference) for m in change.risen] == [
        ("Page 1", "1.0", "2.6", "+1.6")
    ]
    assert change.fallen == ()


def test_evidence_is_numbered_once(small, cast):
    control = tree_of(small).control("C.1")
    attach_link(
        assessment=small,
        control=control,
        by=cast.manager.user,
        url="https://intranet.example/records",
        title="Records",
        period=(datetime(2026, 1, 1, tzinfo=UTC).date(), None),
    )

    report = document(small)

    (line,) = report.evidence
    assert (line.number, line.refs, line.is_link) == ("E1", ("C.1",), True)
    assert line.period.startswith("from ")
    assert report.controls()[0].evidence == (line,)


def test_people_history_and_signatures(small, cast):
    seal(small, by=cast.auditor.user)

    report = document(small)

    assert report.is_final
    assert report.people == (
        ("Manager", "Ines Duarte"),
        ("Auditor", "Ruth Adler"),
        ("Answered by", "Ines Duarte, Jonas Weber"),
    )
    assert [(s.role, s.name) for s in report.signatures] == [
        ("Submitted by", "Ines Duarte"),
        ("Accepted by", "Ruth Adler"),
        ("Sealed by", "Ruth Adler"),
    ]
    assert [entry.what for entry in report.history] == [
        "Submitted the answers for review.",
        "Accepted the assessment.",
        "Sealed the assessment.",
    ]


def test_the_moment_is_the_sealing_or_the_last_change(small, cast):
    last = Answer.objects.latest("updated_at").updated_at
    assert build(small.pk, "en").timestamp == int(last.timestamp())

    seal(small, by=cast.auditor.user)
    assert build(small.pk, "en").timestamp == int(small.sealed_at.timestamp())


def test_too_few_answers_give_no_number(northwind, team, cast):
    plant = make_plant(northwind, team, cast, controls=12, answered=4)

    report = document(plant)

    assert report.self_score.number.text == "–"
    assert report.self_score.provisional
    assert (report.gaps, report.trace, report.summary) == ((), (), ())
    assert {s.self_score.value for s in report.leaves()} == {None}
    assert report.texts["no_answers"] == "A first score appears after five answers."


def test_every_word_of_the_templates_has_a_text(small):
    assert set(document(small).texts) == set(WORDS)
    assert texts.__doc__


@pytest.mark.parametrize("controls", [3, 63, 240])
def test_reading_costs_the_same_for_any_number_of_controls(
    northwind, team, cast, controls
):
    plant = make_plant(northwind, team, cast, controls=controls, answered=60)
    plant.previous = plant_before = AssessmentFactory(
        organization=northwind, team=team, edition=plant.edition
    )
    answer(plant_before, "C.1", "3")
    plant.save()

    with CaptureQueriesContext(connection) as queries:
        report = document(plant)

    assert len(queries) == 12
    assert len(report.controls()) == controls


def test_one_number_everywhere(plant, cast, fonts, sign_in):
    """The page, the PDFs, the workbook and the JSON say the same."""
    with timezone.override(plant.organization.time_zone):
        built = build(plant.pk, "en")
    shown = built.document.self_score.headline

    page = sign_in(cast.manager).get(f"/assessments/{plant.code}/results/")
    assert f"<b>{shown}</b>" in page.content.decode()
    for kind in ("executive", "full"):
        pdf = render_pdf(built.document, kind, fonts=fonts, timestamp=built.timestamp)
        assert pdf.conforms
        text = subprocess.run(
            ["pdftotext", "-raw", "-", "-"],
            input=pdf.content,
            capture_output=True,
            check=True,
        ).stdout.decode()
        assert f"Selfscore{shown}of5" in "".join(text.split())
        for section in built.document.sections:
            assert section.self_score.text in text
    data = json.loads(render_json(built.document))
    assert data["self_score"]["number"]["text"] == shown
    workbook = load_workbook(
        BytesIO(render_xlsx(built.document, timestamp=built.timestamp))
    )
    cells = {row[0].value: row[1].value for row in workbook.worksheets[0].rows}
    assert f"{cells['Self score']:.1f}" == shown

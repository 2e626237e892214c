"""Outcomes of published methods on the results page: numbers, levels, rules, words."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from assessments.display.numbers import ScoreFormat
from assessments.queries.overview import overviews
from assessments.queries.results import results_of
from assessments.queries.working import section_steps
from common.numbers import number_text, plain_text
from tests.factories.assessments import AssessmentFactory, answer, answer_all, tree_of
from tests.factories.standards import built_in_edition


@pytest.fixture
def start(northwind, team, cast):
    def make(code: str, target: str = "1", **more):
        return AssessmentFactory(
            organization=northwind,
            team=team,
            edition=built_in_edition(code),
            manager=cast.manager.user,
            target=Decimal(target),
            **more,
        )

    return make


def results(assessment):
    return results_of(assessment, tree_of(assessment), today=date(2026, 11, 22))


def page_of(assessment, client, **query):
    return client.get(reverse("assessments:results", args=[assessment.code]), query)


POINTS = ScoreFormat("points", Decimal(-203), Decimal(110))
LEVEL = ScoreFormat("level", Decimal(0), Decimal(5))
SAMM = ScoreFormat("points", Decimal(0), Decimal(3))
PERCENT = ScoreFormat("%", Decimal(0), Decimal(100))
SHARE = ScoreFormat("share", Decimal(0), Decimal(1))
MIL = ScoreFormat("MIL", Decimal(0), Decimal(3))


@pytest.mark.parametrize(
    ("form", "value", "text", "of"),
    [
        (LEVEL, "2.85", "2.9", "2.9 of 5"),
        (LEVEL, "3", "3.0", "3.0 of 5"),
        (POINTS, "92", "92", "92 of 110"),
        (POINTS, "-203", "−203", "−203 of 110"),
        (POINTS, "91.5", "91.5", "91.5 of 110"),
        (SAMM, "0.625", "0.63", "0.63 of 3"),
        (PERCENT, "66.666", "66.7 %", "66.7 %"),
        (PERCENT, "50", "50 %", "50 %"),
        (SHARE, "0.357", "36 %", "36 %"),
        (MIL, "2", "2", "2 of 3"),
        (LEVEL, None, "–", "–"),
    ],
)
def test_every_scale_has_its_digits(form, value, text, of):
    number = None if value is None else Decimal(value)

    assert (form.text(number), form.of(number)) == (text, of)


def test_ranges_and_targets_in_words():
    assert LEVEL.span(Decimal(2), Decimal("3.25")) == "2.0–3.3"
    assert LEVEL.span(Decimal(2), Decimal(2)) == "2.0"
    assert POINTS.span(Decimal(-12), Decimal(92)) == "−12 to 92"
    assert PERCENT.span(Decimal(10), Decimal("33.3")) == "10–33.3 %"
    assert [SHARE.given(Decimal(1)), LEVEL.given(Decimal("2.5")), MIL.given(None)] == [
        "100 %",
        "2.5",
        "–",
    ]
    assert (SHARE.top, POINTS.bottom, plain_text(Decimal(10))) == ("100", "−203", "10")


def test_points_lost_by_family(start, cast, sign_in):
    found = start("nist-800-171/r2")
    answer_all(found, "met")
    for ref in ("3.1.1", "3.1.3", "3.5.3"):
        answer(found, ref, "partial" if ref == "3.5.3" else "not_met")

    shown = results(found)

    assert (shown.main.figure, shown.main.target_text) == ("101 of 110", "110")
    family = {line.section.ref: line for line in shown.drawing.charted}
    assert [family[ref].value for ref in ("3.1", "3.5", "3.14")] == ["−6", "−3", "0"]
    assert (family["3.1"].worst, family["3.1"].to_target) == ("−54", "+6")
    assert shown.drawing.loses
    assert not shown.drawing.has_radar
    assert shown.says == ["9 below target.", "Access Control is weakest, at −6."]
    assert [(gap.ref, gap.lift_sentence) for gap in shown.gaps] == [
        ("3.1.1", "+5 points"),
        ("3.5.3", "+3 points"),
        ("3.1.3", "+1 point"),
    ]
    page = page_of(found, sign_in(cast.manager))
    assertContains(page, "<b>101</b>", html=True)
    assertContains(page, "the publisher’s own.")
    assertContains(page, "Points that each section loses")
    assertContains(page, '<b class="fw-semibold" data-label>No status</b>', html=True)


def test_without_a_security_plan_there_is_no_score(start, cast, sign_in):
    found = start("nist-800-171/r2")
    answer_all(found, "met")
    answer(found, "3.12.4", "not_met")

    page = page_of(found, sign_in(cast.manager))

    assertContains(page, "<b>No score</b>", html=True)
    assertContains(page, "There is no system security plan (3.12.4)")
    (row,) = overviews([found])
    assert (row.value, row.against_target) == ("No score", "")


@time_machine.travel("2026-11-22T12:00:00Z", tick=False)
def test_a_sealed_status_counts_from_its_sealing(start):
    found = start("cmmc/2.0-level-2")
    answer_all(found, "met")
    answer(found, "AC.L2-3.1.3", "not_met")

    assert results(found).main.rules[-1].text == (
        "Conditional: 109 of 110; close out within 180 days. "
        "Counted from 22 Nov 2026, that is by 21 May 2027."
    )
    found.sealed_at = datetime(2026, 10, 1, tzinfo=UTC)
    assert "by 30 Mar 2027." in results(found).main.rules[-1].text
    (row,) = overviews([found])
    assert row.value == "109, Conditional"


def test_levels_per_domain(start, cast, sign_in):
    found = start("c2m2/2.1")
    answer_all(found, "FI")
    answer(found, "ASSET-1a", "PI")  # MIL1
    third = next(
        control.ref
        for control in tree_of(found).assessable()
        if control.ref.startswith("RISK") and control.attributes["mil"] == "3"
    )
    answer(found, third, "NI")

    shown = results(found)

    assert shown.main.figure == "MIL0 to MIL3"
    assert shown.main.missing == (
        "Sections: MIL0 to MIL3. Each has a level of its own; "
        "there is no overall number."
    )
    rungs = {rung.line.section.ref: rung for rung in shown.drawing.ladder}
    assert len(rungs) == 10
    assert [step.reached for step in rungs["ASSET"].steps] == [False, False, False]
    assert rungs["ASSET"].steps[0].text == "4/5"
    assert [step.reached for step in rungs["RISK"].steps] == [True, True, False]
    assert (rungs["RISK"].climb.text, rungs["RISK"].climb.target) == ("2", 3)
    assert shown.says[0] == "8 of 10 sections are at their target."
    # The lowest level first, since it holds the domain back.
    assert [gap.ref for gap in shown.gaps] == ["ASSET-1a", third]
    page = page_of(found, sign_in(cast.manager))
    for level, count in (("MIL3", "8 sections"), ("MIL2", "1 section")):
        assertContains(page, f"<dt>{level}</dt><dd>{count}</dd>")
    assertContains(page, "Levels reached by section")
    assertContains(page, "ASSET: 0; THREAT: 3")
    assertContains(page, "a single gap there holds its section back")
    assertNotContains(page, "ASSET-1</")
    (row,) = overviews([found])
    assert (row.value, row.chart) == ("MIL0 to MIL3", "")


def test_progress_against_target_and_baseline(start, cast, sign_in):
    before = start(
        "samm/2",
        "0.5",
        period_start=date(2025, 1, 1),
        period_end=date(2025, 12, 31),
    )
    answer_all(before, "0")
    found = start("samm/2", "0.5", previous=before)
    answer_all(found, "0.25")

    shown = results(found)

    # Streams of 0.75 against 1.5; half of the way, and half of the improvement.
    assert [one.figure for one in shown.outcomes] == ["0.75 of 3", "50 %", "50 %"]
    assert [one.target_text for one in shown.outcomes] == ["1.5", "100 %", "–"]
    assert [line.section.ref for line in shown.drawing.charted][:2] == ["G-SM", "G-PC"]
    assert len(shown.drawing.charted) == 15
    page = page_of(found, sign_in(cast.manager))
    assertContains(page, "Every outcome of the method")
    assertContains(page, "data-outcome", count=3)


def test_coverage_of_implementation_groups_is_ours(start, cast, sign_in):
    found = start("cis-controls/8.1")
    answer_all(found, "all")
    first = next(c for c in tree_of(found).assessable() if "IG1" in c.groups)
    answer(found, first, "none")

    shown = results(found)

    names = ["coverage", "coverage-ig1", "coverage-ig2", "implementation-average"]
    assert [one.name for one in shown.outcomes] == names
    assert shown.outcomes[1].figure == "98.2 %"  # 55 of 56
    page = page_of(found, sign_in(cast.manager))
    assertContains(page, "<b>99.3 %</b>", html=True)
    assertContains(page, "ours and not the publisher’s own")
    assertNotContains(page, "Defined by the publisher:")


def test_profiles_of_tiers_stand_side_by_side(start, cast, sign_in):
    found = start("nist-csf/2.0", "3")
    answer_all(found, "2")

    page = page_of(found, sign_in(cast.manager))

    assertContains(page, ">Current</th>")
    assertContains(page, 'data-label="Target" class="num">3</td>')
    assertContains(page, "NIST describes tiers in words")


@pytest.mark.parametrize(
    ("code", "picked"), [("nist-800-171/r2", "met"), ("samm/2", "0.25")]
)
def test_other_pages_speak_the_same_scale(start, cast, sign_in, code, picked):
    found = start(code)
    answer_all(found, picked)
    client = sign_in(cast.manager)
    score = number_text(results(found).score.value, 0 if picked == "met" else 2)

    for name in ("tasks", "submit"):
        page = client.get(reverse(f"assessments:{name}", args=[found.code]))
        assertContains(page, f"<b>{score}</b>")
    section = tree_of(found).pages()[0].ref
    page = client.get(reverse("assessments:section", args=[found.code, section]))
    assertContains(page, "Target: Met" if picked == "met" else "Target: 1")


def test_the_arithmetic_names_rules_and_signs(start):
    found = start("nist-800-171/r2")
    for control in tree_of(found).assessable()[:60]:
        fails = control.ref in {"3.1.1", "3.1.20"}
        answer(found, control, "not_met" if fails else "met")

    points, status = results(found).outcomes

    rows = {row.label: (row.inputs, row.result) for row in status.working}
    assert rows["Points lost on 60 controls"] == ("", "−6.00")
    assert rows["Label"] == ("by the rules below", "No status")
    assert rows["Not met, and no plan of action may hold it: 3.1.20."] == (
        "",
        "No status",
    )
    assert [rule.outcome for rule in points.rules] == ["risk"]


def test_a_method_in_the_name_of_a_publisher_is_not_denied(start, cast, sign_in):
    found = start("samm/2", "1")
    answer_all(found, "0.5")

    page = page_of(found, sign_in(cast.manager))

    assertContains(page, "Method: OWASP SAMM, ours and not the publisher’s own.")
    assertNotContains(page, "defines no such score")
    assertContains(page, "11 of the 90 questions", count=1)


def test_an_open_status_is_said_in_words(start):
    found = start("nist-800-171/r2")
    for control in tree_of(found).assessable()[:60]:
        answer(found, control, "met")

    texts = [rule.text for rule in results(found).outcomes[1].rules]

    assert texts == [
        "3.12.4 System security plan is not answered. If it turns out not to be met, "
        "there is no score at all.",
        "Depends on what is not answered yet: anything from Final to No status.",
    ]
    assert results(found).outcomes[1].label == "Not decided yet"


@pytest.mark.parametrize(
    ("code", "outcome", "sections"),
    [
        ("samm/2", "maturity", 15),
        ("samm/2", "percent-to-target", 15),
        ("cis-controls/8.1", "coverage-ig1", 15),  # some have nothing in IG1
        ("cmmc/2.0-level-2", "status", 19),
        ("c2m2/2.1", "mil", 10),  # objectives have no level of their own
    ],
)
def test_every_outcome_is_worked_out_down_to_the_control(
    start, code, outcome, sections
):
    found = start(code)
    answer_all(found, tree_of(found).scale.options[0].code)
    lines = results(found).outcome(outcome).explained

    assert len(lines) == sections
    for line in lines:
        steps = section_steps(line.score, tree_of(found))
        assert any(one.control for step in steps for one in step.inputs)


def test_progress_without_an_assessment_before_says_what_it_lacks(start):
    found = start("samm/2")
    answer_all(found, "0.5")

    progress = results(found).outcome("progress-to-date")

    assert progress.figure == "–"
    assert progress.explained == []
    assert progress.missing == (
        "It compares with the assessment before this one, and there is none."
    )


def test_the_working_of_another_outcome_is_a_piece_of_the_page(start, cast, sign_in):
    found = start("samm/2")
    answer_all(found, "0.5")
    client = sign_in(cast.manager)
    url = reverse("assessments:results", args=[found.code])

    def piece(outcome):
        return client.get(url, {"working": "G-SM", "outcome": outcome})

    assertContains(
        page_of(found, client), "?outcome=percent-to-target&amp;working=G-SM"
    )
    assertContains(piece("percent-to-target"), "Share of the target reached")
    assert piece("nothing").status_code == 404

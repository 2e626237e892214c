"""The results page: exact numbers, its words, its cost, who sees what."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from assessments import scoring
from assessments.display.numbers import format_of
from assessments.queries.prepared import scoring_edition
from assessments.queries.results import results_of
from assessments.queries.working import Working, working
from standards.loader import ControlData, CriterionData, SectionData
from tests.factories.assessments import (
    AssessmentFactory,
    answer,
    answer_all,
    conclude,
    seal,
    submit,
    tree_of,
)
from tests.factories.standards import (
    EditionFactory,
    built_in_library,
    load_standard,
    publish,
    synthetic_edition,
    synthetic_standard,
)

HTMX = {"HX-Request": "true"}


def control(ref: str) -> ControlData:
    return ControlData(
        ref=ref,
        title=f"Title of {ref}",
        question="Is it so?",
        criteria=(
            CriterionData("1.1", 1, f"{ref} was done once."),
            CriterionData("3.1", 3, f"{ref} is written down."),
            CriterionData("3.2", 3, f"{ref} is followed."),
            CriterionData("5.1", 5, f"{ref} was bettered."),
        ),
    )


@pytest.fixture
def small(db):
    """Ten controls of equal weight: A has two pages of ours, B is one page itself."""
    load_standard(synthetic_standard("small"), built_in=False)
    sections = (
        SectionData(
            ref="A",
            title="Alpha",
            sections=(
                SectionData(
                    ref="A-1",
                    title="Front",
                    ours=True,
                    controls=tuple(control(f"A.{n}") for n in (1, 2, 3)),
                ),
                SectionData(
                    ref="A-2",
                    title="Back",
                    ours=True,
                    controls=tuple(control(f"A.{n}") for n in (4, 5, 6)),
                ),
            ),
        ),
        SectionData(
            ref="B",
            title="Beta",
            controls=tuple(control(f"B.{n}") for n in (1, 2, 3, 4)),
        ),
    )
    data = synthetic_edition(3, standard="small")
    return publish(replace(data, title="Small:2025", sections=sections))


@pytest.fixture
def plant(small, northwind, team, cast):
    """Seven levels, one not applicable, one don't know, one open.

    A.1 3, A.2 1, A.3 2; A.4 n/a, A.5 4, A.6 don't know; B.1 5, B.2 3, B.3 2, B.4 -.
    The sum is 20 over 7; applicable are 9, of which 2 are open.
    """
    found = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=small,
        manager=cast.manager.user,
        auditor=cast.auditor.user,
    )
    levels = {"A.1": "3", "A.2": "1", "A.3": "2", "A.5": "4"}
    levels |= {"B.1": "5", "B.2": "3", "B.3": "2", "A.4": "na", "A.6": "unknown"}
    for ref, option in levels.items():
        answer(found, ref, option)
    return found


@pytest.fixture
def results(plant):
    return results_of(plant, tree_of(plant))


def url(assessment) -> str:
    return reverse("assessments:results", args=[assessment.code])


def test_score_range_and_coverage(results):
    score = results.score
    exact = [round(number, 20) for number in (score.value, score.low, score.high)]
    assert exact == [round(Decimal(n) / d, 20) for n, d in ((20, 7), (20, 9), (30, 9))]
    assert (results.answered, results.total, results.open) == (8, 10, 2)
    assert results.score.excluded_na == 1
    assert results.is_provisional


def test_sections_are_listed_on_two_levels(results):
    rows = [
        (x.section.ref, x.depth, x.is_leaf, x.point.text, x.to_target)
        for x in results.lines
    ]
    assert rows == [
        ("A", 0, False, "2.5", "Open"),  # (3 + 1 + 2 + 4) ÷ 4, one open
        ("A-1", 1, True, "2.0", "+1.0"),
        ("A-2", 1, True, "4.0", "Open"),
        ("B", 0, True, "3.3", "Open"),  # (5 + 3 + 2) ÷ 3, one open
    ]


def test_few_top_sections_are_drawn_by_their_pages(results):
    assert [line.section.ref for line in results.drawing.charted] == ["A-1", "A-2", "B"]
    assert results.drawing.has_radar


def test_says_it_in_plain_words(results):
    assert results.says == [
        "The target of 3 can still be reached or missed. "
        "On what is answered: 0.1 below target.",
        "Front is weakest, at 2.0, of what is answered.",
    ]


def test_a_section_without_answers_is_named(small, northwind, team, cast):
    found = AssessmentFactory(organization=northwind, team=team, edition=small)
    for number in range(1, 7):
        answer(found, f"A.{number}", "3")

    results = results_of(found, tree_of(found))

    assert results.says[-1] == "Not answered yet: Beta."
    assert results.lines[-1].point.text == "–"
    assert results.lines[-1].to_target == "–"


def test_arithmetic_of_a_plain_mean(results):
    assert results.main.working == [
        Working(
            "Count the controls in scope", "10 controls, less 1 not applicable", "9"
        ),
        Working("Add the levels answered", "7 answers", "20"),
        Working("Score", "20 ÷ 7", "2.86"),
        Working("Low: every open control at its lowest", "(20 + 2 × 0) ÷ 9", "2.22"),
        Working("High: every open control at its highest", "(20 + 2 × 5) ÷ 9", "3.33"),
        Working("Coverage", "7 ÷ 9", "78 %"),
        Working("Label", "the band that 2.86 falls into", "Repeated"),
    ]


def test_a_control_asked_in_parts_counts_once_in_the_arithmetic():
    found = next(e for e in built_in_library().editions if e.code == "iso-27001/2022")
    answers = {control.ref: scoring.Answer("3") for control in found.assessable()}
    answers["6.1.2"] = scoring.Answer("1")
    score = scoring.score(scoring_edition(found), answers)

    assert working(score, format_of(score), [])[:4] == [
        Working("Count the controls in scope", "118 controls", "118"),
        Working("6.1 counts once, by its parts", "", "2.33"),
        Working("Add the levels answered", "116 numbers", "347.33"),
        Working("Score", "347.33 ÷ 116", "2.99"),
    ]


def test_arithmetic_of_a_weighted_mean(db, cast, northwind, team):
    # Weights 2, 3, 1 and levels 5, 2, 3: 19 ÷ 6.
    found = AssessmentFactory(organization=northwind, team=team)
    for ref, option in (("C.1", "5"), ("C.2", "2"), ("C.3", "3")):
        answer(found, ref, option)

    rows = results_of(found, tree_of(found)).main.working

    assert rows[1:4] == [
        Working("Add level × weight", "3 answers", "19"),
        Working("Add the weights", "3 answers", "6"),
        Working("Score", "19 ÷ 6", "3.17"),
    ]


def test_gaps_are_ranked_by_what_they_add(results):
    assert [(gap.ref, gap.lift_text) for gap in results.gaps] == [
        ("A.2", "+0.29"),  # two levels more over seven answers
        ("A.3", "+0.14"),
        ("B.3", "+0.14"),
    ]
    first = results.gaps[0]
    assert (first.now.chip, first.aim.chip, first.aim_name) == ("1", "3", "3")


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        ((), "Next step (level 3): A.1 is written down."),
        (("1.1",), "Next step (level 3): A.1 is written down."),
        (("1.1", "3.1"), "Next step (level 3): A.1 is followed."),
        (("3.1",), "Next step (level 1): A.1 was done once."),
        (
            ("1.1", "3.1", "3.2"),
            "Every criterion up to the target is ticked. Check whether the level is "
            "still right.",
        ),
    ],
)
def test_the_criterion_that_lifts_a_gap(small, northwind, team, cast, ticks, expected):
    found = AssessmentFactory(organization=northwind, team=team, edition=small)
    answer(found, "A.1", "2", ticks=ticks)

    (gap,) = results_of(found, tree_of(found)).gaps

    assert gap.steps.now == expected


def test_a_target_between_two_levels_has_its_own_chip(plant):
    plant.target = Decimal("2.5")

    gap = results_of(plant, tree_of(plant)).gaps[0]

    assert (gap.ref, gap.aim.option.code, gap.lift_text) == ("A.2", "2.5", "+0.21")


def test_page_shows_the_numbers(plant, cast, sign_in):
    response = sign_in(cast.manager).get(url(plant))

    assertContains(response, "<b>2.2 to 3.3</b>", html=True)
    assertContains(response, "of 5, until the last 2 are answered")
    assertContains(response, "2.9 on what is answered: Repeated, coverage 78 %")
    assertContains(
        response,
        "Provisional: 2 of 9 controls are open. Open controls are left out of the "
        "score; they make its range, from the worst answer to the best.",
    )
    assertContains(response, "How the result is worked out")
    assertContains(
        response, "Method: CMMI-style average, ours and not the publisher’s own."
    )
    assertContains(response, "No verdicts yet")
    assertContains(response, "Next step (level 3): A.2 is written down.")
    assertContains(response, "data-reload-after-drain")


def test_no_score_before_five_answers(small, northwind, team, cast, sign_in):
    found = AssessmentFactory(
        organization=northwind, team=team, edition=small, manager=cast.manager.user
    )
    for ref in ("A.1", "A.2", "A.3", "A.4"):
        answer(found, ref, "3")
    client = sign_in(cast.manager)

    response = client.get(url(found))
    assertContains(response, "A first score appears after five answers.")
    assertNotContains(response, "data-score")
    assertContains(response, 'id="report"')

    answer(found, "A.5", "3")
    assertContains(client.get(url(found)), "data-score")


def test_a_finished_small_assessment_shows_its_score(northwind, team, cast, sign_in):
    found = AssessmentFactory(
        organization=northwind, team=team, manager=cast.manager.user
    )
    answer_all(found, "3")

    response = sign_in(cast.manager).get(url(found))

    assertContains(response, "<b>3.0</b>", html=True)
    assertNotContains(response, "Provisional")


def test_audited_score_stands_beside_the_own(plant, cast, sign_in):
    submit(plant)
    conclude(plant, "B.1", by=cast.auditor.user, grade="minor", option="2", reason="x")
    conclude(plant, "B.2", by=cast.auditor.user, option="3")

    response = sign_in(cast.auditor).get(url(plant))

    assertContains(response, "<span data-audited>0.5 to 4.5</span>", html=True)
    assertContains(response, "on 2 verdicts")
    assertContains(response, "<b>2.2 to 3.3</b>", html=True)


def test_last_time(plant, cast, sign_in):
    before = AssessmentFactory(
        organization=plant.organization,
        team=plant.team,
        edition=plant.edition,
        manager=plant.manager,
        period_start=date(2025, 1, 1),
        period_end=date(2025, 12, 31),
    )
    answer_all(before, "2")
    seal(before, by=cast.auditor.user)
    plant.previous = before
    plant.save()

    response = sign_in(cast.manager).get(url(plant))

    assertContains(
        response,
        "0.9 better than in the period to December 2025, on the 7 controls answered "
        "both times.",
    )
    cell = '<td role="cell" data-label="Last time" class="num">2.0</td>'
    assertContains(response, cell, count=4, html=True)


def test_a_predecessor_under_another_edition_is_not_compared(plant, cast, sign_in):
    plant.previous = AssessmentFactory(organization=plant.organization)
    answer_all(plant.previous, "2")
    plant.save()

    response = sign_in(cast.manager).get(url(plant))

    assertContains(response, "and is not compared.")
    assertNotContains(response, "better than")


def test_all_gaps(plant, cast, sign_in):
    response = sign_in(cast.manager).get(url(plant), {"gaps": "all"})

    assertContains(response, "All 3 gaps")
    assertContains(response, '<span class="gap-rank">', count=3)


def test_many_gaps_come_in_pages(cast, northwind, team, sign_in):
    found = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=130),
        manager=cast.manager.user,
    )
    answer_all(found, "1")
    client = sign_in(cast.manager)

    first = client.get(url(found), {"gaps": "all"})
    assertContains(first, '<span class="gap-rank">', count=100)
    assertContains(first, "Page 1 of 2")
    second = client.get(url(found), {"gaps": "all", "page": 2})
    assertContains(second, '<span class="gap-rank">', count=30)


def test_working_of_a_section_is_a_piece_or_a_page(plant, cast, sign_in):
    client = sign_in(cast.manager)

    piece = client.get(url(plant), {"working": "A-1"}, headers=HTMX)
    assertNotContains(piece, "<html")
    assertContains(piece, "Mean of 3 numbers: 2.0")
    assertContains(piece, "Title of A.2")

    page = client.get(url(plant), {"working": "A-1"})
    assertContains(page, "Front: how 2.0 is worked out")
    assertContains(page, "Title of A.2")
    assert client.get(url(plant), {"working": "A-9"}).status_code == 404


def test_working_says_what_did_not_count(plant, cast, sign_in):
    piece = sign_in(cast.manager).get(url(plant), {"working": "A-2"}, headers=HTMX)

    assertContains(piece, "not applicable")
    assertContains(piece, "not answered")


@pytest.mark.parametrize("role", ["admin", "manager", "contributor", "auditor"])
def test_those_who_read_answers_are_led_to_them(plant, cast, sign_in, role):
    response = sign_in(getattr(cast, role)).get(url(plant))

    assertContains(response, reverse("assessments:control", args=[plant.code, "A.2"]))


def test_a_viewer_sees_results_without_notes(plant, cast, sign_in):
    answer(plant, "A.2", "1", note="Secret of the night shift")
    client = sign_in(cast.viewer)

    response = client.get(url(plant))
    assertContains(response, "<b>2.2 to 3.3</b>", html=True)
    assertNotContains(response, "/controls/A.2/")
    for more in ({}, {"gaps": "all"}, {"working": "A-1"}):
        page = client.get(url(plant), more)
        assertNotContains(page, "Secret of the night shift")


def test_a_stranger_finds_nothing(plant, cast, sign_in):
    assert sign_in(cast.stranger).get(url(plant)).status_code == 404


@pytest.mark.parametrize("controls", [3, 63, 400])
def test_page_costs_the_same_for_any_number_of_controls(
    controls, cast, northwind, team, sign_in
):
    edition = EditionFactory(controls=controls)
    before, found = (
        AssessmentFactory(
            organization=northwind,
            team=team,
            edition=edition,
            manager=cast.manager.user,
        )
        for _ in range(2)
    )
    found.previous = before
    found.save()
    for one in (before, found):
        answer_all(one, "2", controls=tree_of(one).assessable()[:63])
    client = sign_in(cast.manager)
    client.get(url(found))

    # Session, person, membership; assessment, answers, verdicts; the one before and its
    # answers; reports.
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url(found))

    assert len(queries) == 9
    assert len(response.content) < 150_000

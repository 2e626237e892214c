"""What missing answers mean, said by each method in its own way."""

from decimal import Decimal

import pytest

from assessments import scoring
from assessments.display.missing import headline, missing_sentence
from assessments.display.numbers import format_of
from assessments.display.rules import rules_of
from assessments.display.standing import (
    TargetState,
    against_target_text,
    standing,
    target_sentence,
    to_target_text,
    weakest_sentence,
)
from assessments.queries.prepared import scoring_edition
from tests.assessments.scoring.builders import (
    LEVELS,
    control,
    edition,
    library,
    section,
)
from tests.factories.standards import built_in_library


def library_edition(code: str):
    return next(e for e in built_in_library().editions if e.code == code)


def score_of(code: str, given: dict[str, int], outcome=None):
    """Score the first controls of a built-in edition, so many of each option."""
    whole = library_edition(code)
    controls = iter(whole.assessable())
    answers = {}
    for option, count in given.items():
        for _ in range(count):
            asked = next(c for c in controls if option in (c.options or (option,)))
            answers[asked.ref] = scoring.Answer(option)
    return scoring.score(scoring_edition(whole), answers, outcome=outcome)


def average(given: dict[str, int]):
    """The mean of sixty controls of one weight, so many answered with each level."""
    whole = edition(
        library()["maturity-average"],
        LEVELS,
        [section("A", *(control(f"A.{n}") for n in range(60)))],
    )
    levels = [level for level, count in given.items() for _ in range(count)]
    answers = {f"A.{n}": scoring.Answer(level) for n, level in enumerate(levels)}
    return scoring.score(whole, answers)


def words(score):
    form = format_of(score)
    head = headline(score, form)
    return head.text, head.note, head.so_far, head.has_marker


def test_a_score_that_starts_full_has_no_single_number():
    score = score_of("cmmc/2.0-level-2", {"met": 6, "not_met": 6})
    text, note, so_far, marker = words(score)

    assert text == f"At most {score.value}"
    low = f"{score.low}".replace("-", "−")
    assert note == f"of 110, between {low} and {score.value}"
    assert (so_far, marker) == ("", False)
    assert missing_sentence(score, format_of(score)) == (
        "98 of 110 controls are open. The score starts full, at 110, and each open "
        "control can only take points off. There is no single score before all are "
        "answered."
    )


def test_a_method_that_counts_missing_answers_as_the_worst_says_so():
    score = score_of("samm/2", {"0.5": 18})
    text, note, so_far, marker = words(score)

    assert (text, so_far, marker) == (format_of(score).text(score.value), "", True)
    assert note == f"of 3, up to {format_of(score).text(score.high)}"
    assert missing_sentence(score, format_of(score)) == (
        "72 of 90 controls are open. OWASP SAMM counts a missing answer as the worst "
        "one, so open controls can only raise the score."
    )


def test_left_out_answers_make_a_range_that_comes_first_while_much_is_open():
    score = average({"3": 30})
    assert words(score) == (
        "1.5 to 4.0",
        "of 5, until the last 30 are answered",
        "3.0 on what is answered",
        True,
    )

    score = average({"3": 59})
    assert words(score)[:3] == ("3.0", "of 5, range 2.95 to 3.0", "")

    score = average({"3": 60})
    assert words(score) == ("3.0", "of 5", "", True)
    assert missing_sentence(score, format_of(score)) == ""


def test_levels_say_what_holds_them_back():
    score = score_of("c2m2/2.1", {"FI": 20})

    assert "An open control counts as not reached" in missing_sentence(
        score, format_of(score)
    )


def test_the_open_plan_that_may_cost_the_score_is_named():
    score = score_of("cmmc/2.0-level-2", {"met": 12})
    rules = rules_of(score, lambda ref: "System security plan")

    assert rules[0].outcome == "risk"
    assert rules[0].control == "CA.L2-3.12.4"
    assert rules[0].text == (
        "CA.L2-3.12.4 System security plan is not answered. If it turns out not to be "
        "met, there is no score at all."
    )
    assert len({rule.text for rule in rules}) == len(rules)


def test_no_score_is_promised_that_a_rule_forbids():
    whole = library_edition("nist-800-171/r2")
    answers = {"3.12.4": scoring.Answer("not_met")}
    score = scoring.score(scoring_edition(whole), answers)

    assert score.status == "no_score"
    said = missing_sentence(score, format_of(score))
    assert said == "109 of 110 controls are open."


@pytest.mark.parametrize(
    ("threes", "fours", "target", "stands", "cell", "said"),
    [
        (60, 0, "3", TargetState.REACHED, "Met", "On target."),
        (59, 0, "3", TargetState.OPEN, "Open", None),
        (60, 0, "4", TargetState.MISSED, "+1.0", "1.0 below target."),
        (1, 59, "4", TargetState.MISSED, "+0.02", "0.02 below target."),
        (30, 0, "2", TargetState.OPEN, "Open", None),
        (
            30,
            0,
            "1",
            TargetState.REACHED,
            "Met",
            "The target is reached, whatever the ",
        ),
        (58, 0, "4", TargetState.MISSED, "at least +0.9", "At least 0.9 below target."),
    ],
)
def test_where_a_score_stands(threes, fours, target, stands, cell, said):
    score = average({"3": threes, "4": fours})
    form = format_of(score).against(Decimal(target))

    assert standing(score, Decimal(target)) == stands
    assert to_target_text(score, Decimal(target), form) == cell
    sentence = target_sentence(score, Decimal(target), form)
    assert sentence.startswith(said or f"The target of {target} can still be reached")
    if stands == TargetState.OPEN:
        assert against_target_text(score, Decimal(target), form) == "still open"


@pytest.mark.parametrize("code", ["iso-27001/2022", "nist-csf/2.0"])
def test_no_label_names_a_level_that_is_not_reached(code):
    scale = library_edition(code).scale
    levels = {o.label: o.value for o in scale.options if o.value is not None}
    for given in ({"2": 3, "3": 7}, {"3": 9, "2": 1}, {"3": 20, "4": 1}, {"4": 9}):
        score = score_of(code, given)
        assert levels[score.label] <= score.value


def test_a_tie_is_named():
    assert weakest_sentence(["Access"], "2.0", so_far=False) == (
        "Access is weakest, at 2.0."
    )
    assert weakest_sentence(["Access", "Audit"], "−1", so_far=False) == (
        "Access and Audit are weakest, both at −1."
    )
    assert weakest_sentence(["Policy and Law", "A", "B"], "1", so_far=True) == (
        "“Policy and Law”, “A” and “B” are weakest, all at 1, of what is answered."
    )
    assert weakest_sentence(list("ABCD"), "−1", so_far=False) == (
        "4 sections are weakest, all at −1."
    )

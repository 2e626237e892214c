"""OWASP SAMM: the published worked examples."""

from decimal import Decimal

import pytest

from assessments.scoring import Score, score
from tests.assessments.scoring.builders import (
    answered,
    close,
    edition,
    everywhere,
    find,
    library,
    numbers,
    profile,
    section,
)
from tests.assessments.scoring.published import PRACTICES, SAMM, activities, samm

QUARTERS = numbers(0, "0.25", "0.5", 1)


def practice(method=None):
    """An edition of one practice."""
    method = method or library()["samm-maturity"]
    return edition(method, QUARTERS, [section("G", section("P", *activities("P")))])


def grid(*values):
    """Answers in the order 1A, 1B, 2A, 2B, 3A, 3B."""
    refs = [f"P-{level}-{stream}" for level in (1, 2, 3) for stream in "AB"]
    return dict(zip(refs, map(str, values), strict=True))


def streams(first, second):
    """Answers by stream, as the relative scoring post lists them."""
    pairs = zip(first, second, strict=True)
    return grid(*(value for pair in pairs for value in pair))


# "The Not Applicable Question", OWASP blog, 28 February 2023
ARCHITECTURE = grid("0.5", "0.25", 0, "0.25", 0, "na")
ARCHITECTURE_TARGET = grid(1, 1, "0.5", 1, "0.5", 0)


def test_not_applicable_baseline():
    result = score(practice(), answered(ARCHITECTURE))
    assert result.value == Decimal("0.50")
    assert (result.excluded_na, result.status) == (0, "final")


def test_not_applicable_target():
    target = answered(ARCHITECTURE_TARGET | {"P-3-B": "na"})
    assert score(practice(), target).value == Decimal("2.00")


def test_not_applicable_maximum():
    steps = [
        {"fold": {"by": "stream", "op": "sum", "na": "zero"}},
        {"fold": {"by": "section", "op": "mean"}},
        {"fold": {"by": "standard", "op": "mean"}},
    ]
    result = score(practice(profile(*steps)), answered(ARCHITECTURE))
    assert (result.minimum, result.maximum) == (0, Decimal("2.50"))
    assert find(result, "P").maximum == Decimal("2.50")


def test_not_applicable_half_of_the_planned_improvement():
    halfway = answered(grid(1, "0.5", 0, "0.5", "0.5", "na"))
    assert score(practice(), halfway).value == Decimal("1.25")
    result = score(
        practice(),
        halfway,
        outcome="progress-to-date",
        targets=ARCHITECTURE_TARGET,
        baseline=answered(ARCHITECTURE),
    )
    assert result.value == Decimal("0.5")


@pytest.mark.parametrize("outcome", ["percent-to-target", "progress-to-date"])
def test_not_applicable_aims_at_zero(outcome):
    """Its advice: score 0 and set the target to 0, whatever the others aim at."""
    result = score(
        practice(),
        answered(grid(1, 1, 1, 0, 0, "na")),
        outcome=outcome,
        targets={"test/1": "1"},
        baseline=answered(grid(*"000000")),
    )
    assert result.value == Decimal(3) / 5


# "SAMM relative scoring", OWASP blog, 21 January 2025
BUILD = streams(["0.25", 0, 0], [1, 0, 0])
BUILD_TARGET = streams([1, 1, 0], [1, "0.5", 0])
BUILD_LATER = streams([1, "0.5", 0], [1, 0, 0])


@pytest.mark.parametrize(
    ("given", "expected"),
    [(BUILD, "0.625"), (BUILD_TARGET, "1.75"), (BUILD_LATER, "1.25")],
    ids=["baseline", "target", "later"],
)
def test_relative_scoring_practice(given, expected):
    result = score(practice(), answered(given))
    assert result.value == find(result, "P").value == Decimal(expected)


def relative(outcome: str, given: dict, **more) -> Score:
    return score(
        practice(), answered(given), outcome=outcome, targets=BUILD_TARGET, **more
    )


def test_relative_scoring_percent_to_target():
    result = relative("percent-to-target", BUILD)
    assert close(result.value, "0.357")
    assert close(result.value, 1 - Decimal("2.25") / Decimal("3.5"), "1e-20")


def test_relative_scoring_progress_to_date():
    result = relative("progress-to-date", BUILD_LATER, baseline=answered(BUILD))
    assert close(result.value, "0.5556")
    assert find(result, "P").value == result.value
    assert result.trace[-1].op == "progress"
    assert [one.ref for one in result.trace[-1].inputs] == ["now", "baseline", "target"]


def test_progress_without_targets_or_baseline_says_nothing():
    plain = answered(BUILD)
    for outcome in ("percent-to-target", "progress-to-date"):
        result = score(practice(), plain, outcome=outcome)
        assert (result.value, result.status) == (None, "no_score")


def test_progress_towards_the_baseline_itself_says_nothing():
    result = relative("progress-to-date", BUILD, baseline=answered(BUILD_TARGET))
    assert (result.value, result.status) == (None, "no_score")


def test_progress_is_ranged_while_answers_are_missing():
    given = BUILD | {"P-1-A": None}
    result = relative("progress-to-date", given, baseline=answered(BUILD))
    assert result.low <= result.value <= result.high
    assert result.status == "provisional"


def test_samm_wise():
    """The vector in SAMMwise's calculator.js, commented "FOR TESTING"."""
    pattern = [1, 0, "0.25", "0.5"]
    given = {
        leaf.ref: pattern[at % 4]
        for at, name in enumerate(PRACTICES)
        for leaf in activities(name)
    }
    result = score(samm(), answered(given))
    assert result.value == Decimal("1.3")
    functions = [find(result, letter).value for letter in SAMM]
    assert functions == [Decimal(v) for v in ("1.25", "1.5", "1.75", "0.75", "1.25")]
    practices = [find(result, name).value for name in PRACTICES]
    expected = [
        "3",
        "0",
        ".75",
        "1.5",
        "3",
        "0",
        ".75",
        "1.5",
        "3",
        "0",
        ".75",
        "1.5",
        "3",
        "0",
        ".75",
    ]
    assert practices == [Decimal(value) for value in expected]


@pytest.mark.parametrize(("option", "expected"), [(1, 3), (0, 0)])
def test_extremes(option, expected):
    assert score(samm(), everywhere(samm(), option)).value == expected


def test_levels_do_not_gate_each_other():
    result = score(practice(), answered(grid(0, 0, 0, 0, 1, 1)))
    assert result.value == 1


def test_blank_counts_as_zero_as_in_the_toolbox():
    result = score(samm(), answered({"G-SM-1-A": 1}))
    assert result.value == Decimal(1) / 2 / 3 / 5 or close(result.value, "0.0333")
    assert result.status == "provisional"
    assert "count as the worst answer" in result.trace[0].text


def test_percent_to_target_names_the_weights_it_used():
    result = relative("percent-to-target", BUILD)
    step = next(step for step in result.trace if step.op == "wmean")
    assert [one.weight for one in step.inputs] == [1, 1, 1, Decimal("0.5"), 0, 0]

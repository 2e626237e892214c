"""What every score keeps to, whatever the method."""

from decimal import Decimal

import pytest

from assessments.scoring import (
    Answer,
    AnswerError,
    Coverage,
    score,
    score_all,
)
from common.numbers import number_text
from tests.assessments.scoring.builders import (
    LEVELS,
    answered,
    control,
    edition,
    everywhere,
    find,
    library,
    numbers,
    profile,
    section,
    statuses,
)

AVERAGE = library()["maturity-average"]
SECTIONS = library()["section-average"]


def small(method=AVERAGE, scale=LEVELS, **more):
    return edition(method, scale, [control("1", **more), control("2"), control("3")])


def test_unanswered_makes_a_range_and_is_not_zero():
    result = score(small(), answered({"1": 3, "2": 4}))
    assert (result.value, result.high) == (Decimal("3.5"), 4)
    assert number_text(result.low) == "2.3"
    assert (result.status, result.coverage) == ("provisional", Coverage(2, 3))
    assert number_text(result.coverage.ratio * 100, 0) == "67"


def test_complete_answers_are_final():
    result = score(small(), everywhere(small(), 3))
    assert (result.value, result.low, result.high) == (3, 3, 3)
    assert (result.status, result.label) == ("final", "Defined")


def test_do_not_know_is_unanswered():
    result = score(small(), {"1": Answer(None)})
    assert (result.status, result.value, result.label) == ("no_score", None, "")
    assert (result.low, result.high) == (0, 5)


def test_all_not_applicable_is_no_score():
    result = score(small(), everywhere(small(), "na"))
    assert (result.status, result.value, result.low) == ("no_score", None, None)
    assert (result.coverage, result.excluded_na) == (Coverage(0, 0), 3)
    assert result.coverage.ratio == 0


@pytest.mark.parametrize("targets", [{}, {"test/1": "4"}])
def test_not_applicable_leaves_both_sides(targets):
    given = answered({"1": 5, "2": "na", "3": 2})
    result = score(small(), given, targets=targets)
    assert (result.value, result.status) == (Decimal("3.5"), "final")
    assert (result.coverage, result.excluded_na) == (Coverage(2, 2), 1)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("zero", "2"), ("met", "3.666667"), ("anchor_to_target", "3.333333")],
)
def test_methods_may_count_not_applicable(mode, expected):
    step = {"fold": {"by": "standard", "op": "wmean", "na": mode}}
    result = score(
        small(profile(step)),
        answered({"1": 4, "2": "na", "3": 2}),
        targets={"test/1": "4"},
    )
    assert number_text(result.value, 6).rstrip("0").rstrip(".") == expected
    assert (result.excluded_na, result.coverage) == (0, Coverage(2, 2))


def test_anchor_without_target_leaves_both_sides():
    step = {"fold": {"by": "standard", "op": "wmean", "na": "anchor_to_target"}}
    result = score(small(profile(step)), answered({"1": 4, "2": "na", "3": 2}))
    assert result.value == 3


def test_unanswered_can_block():
    step = {"fold": {"by": "standard", "op": "wmean", "unanswered": "block"}}
    result = score(small(profile(step)), answered({"1": 4}))
    assert (result.value, result.status) == (None, "no_score")
    assert number_text(result.low) == "1.3"
    assert number_text(result.high) == "4.7"
    complete = small(profile(step))
    assert score(complete, everywhere(complete, 4)).value == 4


TARGETS = [
    ({"1": "1", "A.1": "2", "A": "3", "test/1": "4"}, 1),
    ({"A.1": "2", "A": "3", "test/1": "4"}, 2),
    ({"A": "3", "test/1": "4"}, 3),
    ({"test/1": "4"}, 4),
    ({}, 5),
]


@pytest.mark.parametrize(("targets", "expected"), TARGETS)
def test_nearest_target_wins(targets, expected):
    step = {"fold": {"by": "standard", "op": "wmean", "na": "anchor_to_target"}}
    tree = section("A", section("A.1", control("1", target="5"), ours=True))
    whole = edition(profile(step), LEVELS, [tree, control("2")])
    result = score(whole, answered({"1": "na", "2": 0}), targets=targets)
    assert result.value == Decimal(expected) / 2


def test_unknown_target_is_refused():
    with pytest.raises(AnswerError, match="no option '9'"):
        score(small(), {}, targets={"1": "9"})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"9": "1"}, "9: the edition has no such control"),
        ({"1": "9"}, "1: the scale has no option '9'"),
        ({"1": "5"}, "1: option '5' is not allowed here"),
    ],
)
def test_impossible_answers_are_refused(given, message):
    whole = small(options=("0", "1", "2"))
    with pytest.raises(AnswerError) as caught:
        score(whole, answered(given))
    assert str(caught.value) == message
    assert message.endswith(caught.value.message)


@pytest.mark.parametrize(
    ("weights", "message"),
    [({"9": Decimal(1)}, "nothing of this ref"), ({"1": Decimal(-1)}, "0 or more")],
)
def test_impossible_weights_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        score(small(), {}, weights=weights)


def test_control_with_children_counts_once():
    children = (control("1.a"), control("1.b", 3), control("1.c", assessable=False))
    parent = control("1", 2, controls=children)
    whole = edition(AVERAGE, LEVELS, [parent, control("2")])
    given = answered({"1": 0, "1.a": 1, "1.b": 5, "1.c": 0, "2": 1})
    result = score(whole, given)
    assert result.value == Decimal(9) / 3  # (2 x mean(1, 5, 5, 5) + 1) / 3
    assert result.coverage == Coverage(3, 3)


def test_children_of_children_and_headings_without_any():
    deep = control("1", controls=(control("1.1", controls=(control("1.1.1"),)),))
    empty = control("2", controls=(control("2.1", assessable=False),))
    whole = edition(AVERAGE, LEVELS, [deep, empty])
    result = score(whole, answered({"1.1.1": 4}))
    assert (result.value, result.coverage) == (4, Coverage(1, 1))


def test_profile_says_how_children_make_their_parent():
    steps = [
        {"fold": {"by": "parent", "op": "max"}},
        {"fold": {"by": "standard", "op": "sum"}},
    ]
    parent = control("1", controls=(control("a"), control("b")))
    whole = edition(profile(*steps), LEVELS, [parent, control("2")])
    assert score(whole, answered({"a": 1, "b": 4, "2": 3})).value == 7


def ours(flag, method):
    parts = [section("A.x", control("1"), control("2"), ours=flag)]
    parts.append(section("A.y", control("3"), ours=flag))
    inner = parts if flag else [control("1"), control("2"), control("3")]
    return edition(method, LEVELS, [section("A", *inner), section("B", control("4"))])


@pytest.mark.parametrize(
    "name", ["maturity-average", "section-average", "staged-minimum"]
)
def test_sections_of_ours_never_change_a_score(name):
    given = answered({"1": 1, "2": 2, "3": 5, "4": 4})
    divided = score(ours(True, library()[name]), given)
    plain = score(ours(False, library()[name]), given)
    assert divided.value == plain.value
    assert find(divided, "A").value == find(plain, "A").value
    assert find(divided, "A.y").value == 5
    assert find(divided, "A.y").ours


def test_top_sections_of_ours_hold_controls_of_the_whole():
    tree = section(
        "X", section("A", control("1"), control("2")), control("3"), ours=True
    )
    whole = edition(SECTIONS, LEVELS, [tree, section("B", control("4"))])
    result = score(whole, answered({"1": 1, "2": 3, "3": 5, "4": 5}))
    assert result.value == 4  # mean of A 2, B 5 and control 3


def test_provisional_value_stays_within_what_is_possible():
    whole = edition(AVERAGE, LEVELS, [control("1"), control("2", options=("0", "3"))])
    result = score(whole, answered({"1": 5}))
    assert (result.low, result.value, result.high) == (Decimal("2.5"), 4, 4)


def test_sum_has_the_range_that_its_controls_reach():
    whole = small(profile({"fold": {"by": "standard", "op": "sum"}}), numbers(1, 4))
    result = score(whole, answered({"1": 4}))
    assert (result.minimum, result.maximum) == (3, 12)
    assert (result.low, result.value, result.high) == (6, 6, 12)
    assert (result.sections[0].minimum, result.sections[0].maximum) == (3, 12)


def test_floor_of_a_deduction():
    step = {"start": 2, "each": 5, "floor": 0, "fractions": {"met": 0, "not_met": 1}}
    whole = edition(
        profile({"deduct": step}), statuses("met", "not_met"), [control("1")]
    )
    result = score(whole, answered({"1": "not_met"}))
    assert (result.value, result.minimum, result.maximum) == (0, 0, 2)


def test_deduction_by_an_attribute():
    step = {"start": 10, "weight_attr": "points", "fractions": {"met": 0, "not_met": 1}}
    controls = [control("1", attributes={"points": "4"}), control("2", 3)]
    scale = statuses("met", "not_met")
    whole = edition(profile({"deduct": step}), scale, controls)
    assert score(whole, everywhere(whole, "not_met")).value == 3


@pytest.mark.parametrize(
    ("mode", "digits", "expected"),
    [("half_up", 1, "2.7"), ("truncate", 1, "2.6"), ("half_up", 0, "3")],
)
def test_rounding_that_the_method_asks_for(mode, digits, expected):
    fold = {"fold": {"by": "standard", "op": "mean"}}
    method = profile(fold, {"round": {"mode": mode, "digits": digits}})
    result = score(small(method), answered({"1": 4, "2": 2, "3": 2}))
    assert str(result.value) == expected
    assert result.trace[-1].op == "round"


def test_rounding_by_none_changes_nothing():
    fold = {"fold": {"by": "standard", "op": "mean"}}
    whole = small(profile(fold, {"round": {"mode": "none"}}))
    result = score(whole, answered({"1": 4, "2": 2, "3": 2}))
    assert number_text(result.value, 4) == "2.6667"


def test_two_folds_by_attribute():
    steps = [
        {"fold": {"by": "stream", "op": "sum"}},
        {"fold": {"by": "part", "op": "max"}},
        {"fold": {"by": "standard", "op": "sum"}},
    ]
    rows = [("1", "A", "x"), ("2", "A", "x"), ("3", "B", "x"), ("4", "A", "y")]
    controls = [
        control(ref, attributes={"stream": stream, "part": part})
        for ref, stream, part in rows
    ]
    whole = edition(profile(*steps), LEVELS, controls)
    result = score(whole, answered({"1": 1, "2": 2, "3": 4, "4": 5}))
    assert result.value == 9  # max(1 + 2, 4) + 5


def test_score_all_takes_every_outcome():
    scores = score_all(
        edition(library()["samm-maturity"], numbers(0, 1), [
            control("1", attributes={"stream": "A"})
        ]),
        answered({"1": 1}),
        with_trace=False,
    )  # fmt: skip
    names = [one.name for one in scores]
    assert names == ["maturity", "percent-to-target", "progress-to-date"]

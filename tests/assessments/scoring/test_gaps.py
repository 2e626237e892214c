"""Controls below the target and what they would lift."""

from decimal import Decimal

import pytest

from assessments.scoring import gaps, score
from tests.assessments.scoring.builders import (
    LEVELS,
    answered,
    close,
    control,
    edition,
    everywhere,
    leaves,
    library,
    numbers,
    profile,
    section,
)
from tests.assessments.scoring.published import c2m2, cis, samm, sp800171

FOLDS = ["mean", "wmean", "sum", "min", "max", "median"]


def tree(*steps):
    parent = control("A2", 2, controls=(control("A2.1"), control("A2.2", 3)))
    return edition(
        profile(*steps),
        LEVELS,
        [
            section("A", control("A1"), parent, control("A3", 3)),
            section("B", control("B1", 3), control("B2"), control("B3")),
        ],
    )


GIVEN = {"A1": 1, "A2.1": 0, "A2.2": 4, "A3": 2, "B1": 1, "B2": "na", "B3": None}


@pytest.mark.parametrize("inner", FOLDS)
@pytest.mark.parametrize("outer", FOLDS)
def test_lift_is_what_rescoring_finds(inner, outer):
    whole = tree(
        {"fold": {"by": "section", "op": inner}},
        {"fold": {"by": "standard", "op": outer}},
    )
    given = GIVEN | {"B3": 2}
    found = gaps(whole, answered(given), Decimal(3))
    assert {gap.ref for gap in found} == {"A1", "A2.1", "A3", "B1", "B3"}
    for gap in found:
        before = score(whole, answered(given)).value
        after = score(whole, answered(given | {gap.ref: 3})).value
        assert close(gap.lift, after - before, "1e-20")
    assert list(found) == sorted(found, key=lambda gap: -gap.lift)


def test_flat_average_ranks_by_weight_and_distance():
    whole = edition(
        library()["maturity-average"],
        LEVELS,
        [section("A", control("1"), control("2", 3), control("3"), control("4"))],
    )
    given = answered({"1": 0, "2": 2, "3": 4, "4": 0})
    found = gaps(whole, given, Decimal(3))
    assert [(gap.ref, gap.lift) for gap in found] == [
        ("1", Decimal("0.5")),
        ("2", Decimal("0.5")),
        ("4", Decimal("0.5")),
    ]
    first = found[0]
    assert (first.section_ref, first.level, first.target) == ("A", 0, 3)
    assert first.title == "Control 1"


def test_unanswered_and_not_applicable_are_no_gaps():
    whole = tree({"fold": {"by": "standard", "op": "wmean"}})
    assert {"B2", "B3"}.isdisjoint(
        gap.ref for gap in gaps(whole, answered(GIVEN), Decimal(5))
    )


def test_target_of_a_control_goes_first():
    whole = tree({"fold": {"by": "standard", "op": "wmean"}})
    found = gaps(whole, answered(GIVEN), Decimal(1), targets={"A1": "5"})
    assert [(gap.ref, gap.target) for gap in found] == [("A1", 5), ("A2.1", 1)]


def test_target_between_two_options():
    whole = edition(library()["maturity-average"], LEVELS, [control("1")])
    (gap,) = gaps(whole, answered({"1": 3}), Decimal("3.5"))
    assert gap.lift == Decimal("0.5")


def test_control_that_cannot_reach_the_target():
    whole = edition(
        library()["maturity-average"],
        LEVELS,
        [control("1", options=("0", "2")), control("2", options=("0", "2"))],
    )
    (gap,) = gaps(whole, answered({"1": 0, "2": 2}), Decimal(4))
    assert (gap.ref, gap.lift) == ("1", 1)


def test_changed_weights_change_the_lift():
    whole = edition(library()["maturity-average"], LEVELS, [control("1"), control("2")])
    given = answered({"1": 0, "2": 5})
    (gap,) = gaps(whole, given, Decimal(5), weights={"1": Decimal(4)})
    assert gap.lift == 4


def test_points_regained():
    given = everywhere(
        sp800171(),
        "met",
        **{"3.1.3": "not_met", "3.1.1": "not_met", "3.5.3": "partial"},
    )
    found = gaps(sp800171(), given, Decimal(1))
    assert [(gap.ref, gap.level, gap.lift) for gap in found] == [
        ("3.1.1", 0, 5),
        ("3.5.3", Decimal("0.5"), 3),
        ("3.1.3", 0, 1),
    ]


def test_coverage_regained():
    given = everywhere(cis(), "all", **{"1.1": "some"})
    (gap,) = gaps(cis(), given, Decimal(1))
    assert close(gap.lift, Decimal(100) / 153)


def test_samm_lift_through_streams():
    given = everywhere(samm(), 0)
    found = gaps(samm(), given, Decimal(1))
    assert len(found) == 90
    assert close(found[0].lift, Decimal(1) / 30)


def test_method_without_overall_value_lifts_nothing():
    found = gaps(c2m2(), everywhere(c2m2(), "NI"), Decimal(1))
    assert len(found) == len(leaves(c2m2()))
    assert {gap.lift for gap in found} == {0}
    assert found[0].ref == "ASSET-1a"


def test_progress_as_the_first_outcome():
    whole = edition(
        profile({"progress": {"measure": "to_target"}}),
        numbers(0, 1, 2),
        [control("1"), control("2")],
    )
    found = gaps(whole, answered({"1": 0, "2": 1}), Decimal(2), targets={"test/1": "2"})
    assert [gap.lift for gap in found] == [Decimal("0.5"), Decimal("0.25")]

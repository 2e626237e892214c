"""CMMI-style averages: published vectors of CISO Assistant.

Numbers of backend/core/tests/test_compliance_assessment_scoring.py and
test_score_aggregation_overrides.py at f990d7b.
"""

from decimal import Decimal

import pytest

from assessments.scoring import score
from tests.assessments.scoring.builders import (
    LEVELS,
    answered,
    close,
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

PERCENT = numbers(0, 40, 50, 60, 80, 100)
FLAT = {"fold": {"by": "standard", "op": "wmean"}}
SUM = {"fold": {"by": "standard", "op": "sum"}}
SECTIONS = (
    {"fold": {"by": "section", "op": "wmean"}},
    {"fold": {"by": "standard", "op": "mean"}},
)
METHODS = {
    "AVG": profile(FLAT, min=0, max=100),
    "SUM": profile(SUM),
    "AVG_OF_AVG": profile(*SECTIONS, min=0, max=100),
}


def two_sections(method, scale=PERCENT, **a2):
    return edition(
        METHODS[method] if isinstance(method, str) else method,
        scale,
        [
            section("A", control("A1"), control("A2", **a2)),
            section("B", control("B1"), control("B2", 3)),
        ],
    )


ALL = {"A1": 80, "A2": 60, "B1": 40, "B2": 100}


@pytest.mark.parametrize(
    ("method", "changed", "expected"),
    [
        ("AVG", {}, "80.0"),
        ("SUM", {}, "480.0"),
        ("AVG_OF_AVG", {}, "77.5"),
        ("AVG", {"B2": "na"}, "60.0"),
        ("SUM", {"B2": "na"}, "180.0"),
        ("AVG_OF_AVG", {"B2": "na"}, "55.0"),
        ("AVG", {"A2": None}, "84.0"),
        ("AVG_OF_AVG", {"A2": None}, "82.5"),
    ],
)
def test_two_sections(method, changed, expected):
    result = score(two_sections(method), answered(ALL | changed))
    assert result.value == Decimal(expected)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_scored(method):
    result = score(two_sections(method), {})
    assert (result.value, result.status) == (None, "no_score")
    assert (result.low, result.high) == (result.minimum, result.maximum)


TRUNCATED = {"round": {"mode": "truncate", "digits": 1}}


def deep(method):
    c1 = section(
        "C1", section("S1", control("a"), control("b")), section("S2", control("c"))
    )
    tree = [c1, section("C2", control("d")), section("C3", control("e"))]
    whole = edition(method, PERCENT, tree)
    return score(whole, answered({"a": 80, "b": 60, "c": 40, "d": 100, "e": 50}))


def test_deep_tree():
    result = deep(METHODS["AVG_OF_AVG"])
    assert close(result.value, "68.3333")
    values = {ref: find(result, ref).value for ref in ("S1", "S2", "C1", "C2")}
    assert values == {"S1": 70, "S2": 40, "C1": 55, "C2": 100}


def mixed(op, *more, normalise="scale"):
    """Framework on 0-5, A2 on 0-1."""
    first = {"by": "standard", "op": op, "normalise": normalise}
    steps = [{"fold": first}]
    if op == "sections":
        first = {"by": "section", "op": "wmean", "normalise": normalise}
        steps = [{"fold": first}, SECTIONS[1]]
    return two_sections(profile(*steps, *more), LEVELS, options=("0", "1", "na"))


MIXED = {"A1": 4, "A2": 1, "B1": 2, "B2": 5}


@pytest.mark.parametrize(
    ("whole", "given", "expected"),
    [
        pytest.param(mixed("wmean"), MIXED, "4.3333", id="AVG 4.333"),
        pytest.param(mixed("sections"), MIXED, "4.375", id="AVG_OF_AVG 4.375"),
        pytest.param(
            mixed("wmean"), {"A1": 5, "A2": 1, "B1": 5, "B2": 5}, "5.0", id="own max"
        ),
        pytest.param(mixed("sum", normalise="no"), MIXED, "22.0", id="raw SUM 22.0"),
    ],
)
def test_mixed_scales(whole, given, expected):
    assert close(score(whole, answered(given)).value, expected)


@pytest.mark.parametrize(
    ("rounding", "flat", "sections"),
    [("truncate", "4.3", "4.3"), ("half_up", "4.3", "4.4")],
)
def test_mixed_scales_as_the_tool_prints_them(rounding, flat, sections):
    step = {"round": {"mode": rounding, "digits": 1}}
    values = [
        score(mixed(op, step), answered(MIXED)).value for op in ("wmean", "sections")
    ]
    assert values == [Decimal(flat), Decimal(sections)]


def test_deep_tree_as_the_tool_prints_it():
    assert deep(profile(*SECTIONS, TRUNCATED)).value == Decimal("68.3")


def test_mixed_scales_to_percent():
    result = score(mixed("wmean", normalise="percent"), everywhere(mixed("wmean"), 1))
    assert close(result.value, Decimal(100) * (Decimal("0.2") * 5 + 1) / 6)


@pytest.mark.parametrize(
    ("normalise", "expected"),
    [("ratio", Decimal(4) / 9), ("percent", Decimal(400) / 9), ("scale", "2.333333")],
)
def test_mixed_scales_that_do_not_start_at_zero(normalise, expected):
    """A third of the way, none of it, and the only option there is: 4/9."""
    fold = {"by": "standard", "op": "mean", "normalise": normalise}
    controls = [
        control("1"),
        control("2", options=("2", "3")),
        control("3", options=("3",)),
    ]
    whole = edition(profile({"fold": fold}), numbers(1, 2, 3, 4), controls)
    result = score(whole, answered({"1": 2, "2": 2, "3": 3}))
    assert close(result.value, expected, "0.000001")


def test_mixed_scale_of_statuses_has_no_average():
    fold = {"by": "standard", "op": "mean", "normalise": "ratio"}
    whole = edition(profile({"fold": fold}), statuses("a", "b"), [control("1")])
    assert score(whole, answered({"1": "a"})).value is None


LIBRARY = library()["maturity-average"]


@pytest.mark.parametrize(
    ("options", "value", "label"),
    [
        ([0, 0], "0", "Not in place"),
        ([0, 1], "0.5", "Not in place"),
        ([1, 2], "1.5", "Ad hoc"),
        ([2, 3], "2.5", "Repeated"),
        ([3, 4], "3.5", "Defined"),
        ([4, 5], "4.5", "Measured"),
        ([4, 4], "4", "Measured"),
    ],
)
def test_labels_of_the_maturity_average(options, value, label):
    whole = edition(LIBRARY, LEVELS, [control("1"), control("2")])
    result = score(whole, answered({"1": options[0], "2": options[1]}))
    assert (result.value, result.label) == (Decimal(value), label)
    assert (result.name, result.unit, result.official) == ("maturity", "level", False)
    assert (result.minimum, result.maximum) == (0, 5)


def test_staged_minimum_lies_below_mean_and_max():
    sections = [
        section("A", control("A1"), control("A2")),
        section("B", control("B1"), control("B2")),
    ]
    given = answered({"A1": 4, "A2": 2, "B1": 3, "B2": 5})
    values = [
        score(edition(method, LEVELS, sections), given).value
        for method in (
            library()["staged-minimum"],
            library()["section-average"],
            profile({"fold": {"by": "standard", "op": "max"}}),
        )
    ]
    assert values == [2, Decimal("3.5"), 5]


def test_section_average_labels_sections_too():
    whole = edition(library()["section-average"], LEVELS, [section("A", control("A1"))])
    assert find(score(whole, answered({"A1": 3})), "A").label == "Defined"


@pytest.mark.parametrize(
    ("options", "expected"), [([1, 2, 5], "2"), ([1, 2, 4, 5], "3")]
)
def test_median(options, expected):
    whole = edition(
        profile({"fold": {"by": "standard", "op": "median"}}),
        LEVELS,
        [control(str(at)) for at in range(len(options))],
    )
    given = answered({str(at): option for at, option in enumerate(options)})
    assert score(whole, given).value == Decimal(expected)


def test_weights_can_be_changed_for_an_assessment():
    whole = two_sections("AVG")
    result = score(whole, answered(ALL), weights={"B2": Decimal(0), "A1": Decimal(2)})
    assert result.value == Decimal(260) / 4


def test_only_weightless_controls_give_no_score():
    whole = edition(METHODS["AVG"], PERCENT, [control("A1", 0)])
    result = score(whole, answered({"A1": 80}))
    assert (result.value, result.status) == (None, "no_score")


def test_csf_average_is_marked_as_ours():
    whole = edition(
        library()["csf-tier-average"],
        numbers(1, 2, 3, 4),
        [
            section("GV", control("GV.1"), control("GV.2")),
            section("ID", control("ID.1")),
        ],
    )
    result = score(whole, answered({"GV.1": 1, "GV.2": 2, "ID.1": 4}))
    assert (result.value, result.label) == (Decimal("2.75"), "Risk Informed")
    assert not result.official

"""Methods of cumulative levels: C2M2, ISO/IEC 33020, ITIL.

C2M2: rule of the model, section 4.2, and of CSET's C2M2Business.cs. ISO/IEC 33020:
tables 12 to 16 of Automotive SPICE PAM 3.1. ITIL: change enablement guide, section 7.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.scoring import AnswerError, score
from tests.assessments.scoring.builders import (
    answered,
    control,
    edition,
    everywhere,
    find,
    leaves,
    library,
    numbers,
    profile,
    section,
    statuses,
)
from tests.assessments.scoring.published import C2M2, c2m2, itil, process


def mils(result):
    return {part.ref: part.value for part in result.sections}


def test_c2m2_all_largely_implemented():
    result = score(c2m2(), everywhere(c2m2(), "LI"))
    assert mils(result) == dict.fromkeys(C2M2, 3)
    assert {part.label for part in result.sections} == {"MIL3"}
    assert (result.value, result.low, result.high) == (None, None, None)
    assert (result.status, result.coverage.answered) == ("final", 356)


@pytest.mark.parametrize("option", ["NI", "PI", None])
def test_c2m2_one_gap_at_mil1(option):
    result = score(c2m2(), everywhere(c2m2(), "FI", **{"RISK-1a": option}))
    assert mils(result) == dict.fromkeys(C2M2, 3) | {"RISK": 0}


def test_c2m2_one_gap_at_mil3():
    result = score(c2m2(), everywhere(c2m2(), "FI", **{"ACCESS-4f": "NI"}))
    assert mils(result) == dict.fromkeys(C2M2, 3) | {"ACCESS": 2}
    assert find(result, "ACCESS").label == "MIL2"


def test_c2m2_four_practices_at_mil1():
    """The model's example: MIL1 needs all four, MIL2 all of MIL1 and MIL2."""
    first = ["RISK-1a", "RISK-2a", "RISK-3a", "RISK-4a"]
    given = dict.fromkeys(first, "LI")
    assert find(score(c2m2(), answered(given)), "RISK").value == 1
    assert find(score(c2m2(), answered(given | {first[3]: "PI"})), "RISK").value == 0


def test_c2m2_three_levels_in_three_domains():
    """The model's illustration: domains do not depend on each other."""
    others = {"ASSET-2b": "PI", "RISK-5f": "NI"}  # at MIL2 and at MIL3
    result = mils(score(c2m2(), everywhere(c2m2(), "LI", **others)))
    assert (result["ASSET"], result["RISK"], result["ACCESS"]) == (1, 2, 3)


def test_c2m2_blank_blocks_but_opens_the_range():
    result = score(c2m2(), everywhere(c2m2(), "FI", **{"RISK-1a": None}))
    risk = find(result, "RISK")
    assert (risk.value, risk.low, risk.high) == (0, 0, 3)
    assert (risk.status, result.status) == ("provisional", "provisional")
    assert "count as the worst answer" in result.trace[0].text
    assert result.trace[1].text == "The method gives no overall number"


def test_c2m2_objectives_have_no_level_of_their_own():
    part = find(score(c2m2(), everywhere(c2m2(), "FI")), "RISK-1")
    assert (part.value, part.status, part.label) == (None, "final", "")
    assert part.coverage.applicable == 8


def test_c2m2_knows_no_not_applicable():
    profile_ = library()["c2m2-mil"]
    scale = statuses("NI", "PI", "LI", "FI")
    whole = edition(profile_, scale, [control("1", attributes={"mil": "1"})])
    with pytest.raises(AnswerError, match="no not-applicable"):
        score(whole, answered({"1": "na"}))


def rate(**ratings):
    given = {f"PA{ref.replace('_', '.')}": option for ref, option in ratings.items()}
    options = {leaf.ref: "N" for leaf in leaves(process())} | given
    return find(score(process(), answered(options)), "P")


@pytest.mark.parametrize(
    ("ratings", "level"),
    [
        ({"1_1": "N"}, 0),
        ({"1_1": "P"}, 0),
        ({"1_1": "L"}, 1),
        ({"1_1": "F"}, 1),
        ({"1_1": "F", "2_1": "L", "2_2": "L"}, 2),
        ({"1_1": "L", "2_1": "F", "2_2": "F"}, 1),
        ({"1_1": "F", "2_1": "F", "2_2": "P"}, 1),
        ({"1_1": "F", "2_1": "F", "2_2": "F", "3_1": "L", "3_2": "L"}, 3),
        ({"1_1": "F", "2_1": "F", "2_2": "L", "3_1": "F", "3_2": "F"}, 2),
    ],
)
def test_iso_33020_table_16(ratings, level):
    assert rate(**ratings).value == level


def test_iso_33020_all_fully_achieved():
    result = score(process(), everywhere(process(), "F"))
    assert (find(result, "P").value, find(result, "P").label) == (5, "Innovating")
    assert result.value is None


def test_iso_33020_processes_stand_in_groups():
    """Only the innermost sections are processes, each with a level of its own."""
    parts = [
        section(
            ref, *(replace(one, ref=f"{ref} {one.ref}") for one in leaves(process()))
        )
        for ref in ("SWE.1", "SWE.2")
    ]
    whole = edition(process().profile, process().scale, [section("SWE", *parts)])
    result = score(whole, everywhere(whole, "F", **{"SWE.2 PA1.1": "L"}))
    assert find(result, "SWE").value is None
    assert (find(result, "SWE.1").value, find(result, "SWE.2").value) == (5, 1)
    (step,) = find(result, "SWE.2").trace
    assert (step.ref, len(step.inputs)) == ("SWE.2", 9)


BOUNDARIES = [
    ("0", "N"),
    ("15", "N"),
    ("15.01", "P"),
    ("50", "P"),
    ("50.01", "L"),
    ("85", "L"),
    ("85.01", "F"),
    ("100", "F"),
]


@pytest.mark.parametrize(("percent", "rating"), BOUNDARIES)
def test_iso_33020_band_boundaries(percent, rating):
    bands = {"cuts": [15, 50, 85], "labels": ["N", "P", "L", "F"], "inclusive": "upper"}
    method = profile({"fold": {"by": "standard", "op": "min"}}, {"bands": bands})
    whole = edition(
        method, numbers(*(value for value, _ in BOUNDARIES)), [control("1")]
    )
    assert score(whole, answered({"1": percent})).label == rating


def rated(*indicators):
    """One attribute of level 1 made of indicators, one of level 2 answered itself."""
    children = tuple(control(f"1.{at}") for at in range(len(indicators)))
    controls = [
        control("PA1.1", attributes={"level": "1"}, controls=children),
        control("PA2.1", attributes={"level": "2"}),
    ]
    scale = numbers(0, 15, 50, 85, 100)
    whole = edition(library()["iso-33020-rated"], scale, [section("P", *controls)])
    given = {f"1.{at}": percent for at, percent in enumerate(indicators)}
    return whole, given


@pytest.mark.parametrize(
    ("indicators", "second", "level"),
    [
        ([85, 100], 85, 2),  # mean 92.5 is F
        ([85, 85], 100, 1),  # mean 85 is L: enough for level 1, not below level 2
        ([50, 50], 100, 0),  # mean 50 is P
        ([85, 100], 50, 1),
    ],
)
def test_iso_33020_from_percentages(indicators, second, level):
    whole, given = rated(*indicators)
    result = score(whole, answered(given | {"PA2.1": second}))
    assert find(result, "P").value == level


def test_iso_33020_range_from_percentages():
    whole, given = rated(85, 100)
    part = find(score(whole, answered(given)), "P")
    assert (part.value, part.low, part.high) == (1, 1, 2)


@pytest.mark.parametrize(
    ("missed", "level"),
    [
        (["2.0"], 1),
        (["3.17"], 2),
        (["4.0"], 3),
        (["5.3"], 4),
        ([], 5),
        (["2.0", "5.0"], 1),
    ],
)
def test_itil_practice_capability(missed, level):
    others = dict.fromkeys(missed, "not_met")
    result = score(itil(), everywhere(itil(), "met", **others))
    assert (find(result, "CE").value, find(result, "CE").label) == (
        level,
        f"Level {level}",
    )


def staged(*levels, **parameters):
    step = {"levels": [1, 2, 3], "pass": ["met"], **parameters}
    scale = statuses("met", "not_met")
    controls = [
        control(f"c{at}", attributes={"level": str(level)})
        for at, level in enumerate(levels)
    ]
    return edition(profile({"cumulative_level": step}), scale, controls)


@pytest.mark.parametrize(
    ("require_items", "expected"),
    [(True, 1), (False, 3)],
    ids=["needs items", "vacuous"],
)
def test_empty_level(require_items, expected):
    whole = staged(1, 3, require_items=require_items)
    result = score(whole, everywhere(whole, "met"))
    assert result.value == expected
    assert (result.trace[0].op, result.trace[0].ref) == ("level", "")


def test_all_not_applicable_has_no_level():
    whole = staged(1, 2, 3)
    result = score(whole, everywhere(whole, "na"))
    assert (result.value, result.status, result.low) == (None, "no_score", None)


def test_unanswered_level_is_left_out_but_ranged():
    whole = staged(1, 2, 3)
    result = score(whole, answered({"c0": "met"}))
    assert (result.value, result.low, result.high) == (1, 1, 3)


def test_unanswered_is_left_out_within_a_level_too():
    result = score(staged(1, 1, 2), answered({"c0": "met", "c2": "met"}))
    assert (result.value, result.low, result.high) == (2, 0, 2)


def test_parent_passes_only_with_all_its_children():
    step = {"cumulative_level": {"levels": [1], "pass": ["met"]}}
    parent = control(
        "1", attributes={"level": "1"}, controls=(control("a"), control("b"))
    )
    whole = edition(profile(step), statuses("met", "not_met"), [parent])
    assert score(whole, answered({"a": "met", "b": "met"})).value == 1
    assert score(whole, answered({"a": "met", "b": "not_met"})).value == Decimal(0)

"""Methods of shares, statuses and classes: CIS, PCI DSS, GMP, DSOMM, BREEAM, more."""

from decimal import Decimal

import pytest

from assessments.scoring import Control, score
from tests.assessments.scoring.builders import (
    answered,
    close,
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
from tests.assessments.scoring.published import breeam, cis, energy_star, pci


@pytest.mark.parametrize(
    ("outcome", "count"),
    [("coverage", 153), ("coverage-ig2", 130), ("coverage-ig1", 56)],
)
def test_cis_groups_are_cumulative(outcome, count):
    result = score(cis(), everywhere(cis(), "all"), outcome=outcome)
    assert (result.value, result.coverage.applicable) == (100, count)


def test_cis_coverage_of_a_group():
    first = [leaf.ref for leaf in leaves(cis()) if "IG1" in leaf.groups][:28]
    given = everywhere(cis(), "none", **dict.fromkeys(first, "all"))
    assert score(cis(), given, outcome="coverage-ig1").value == 50
    assert close(score(cis(), given).value, 100 * 28 / 153)


@pytest.mark.parametrize(
    ("option", "expected"),
    [("all", 100), ("most", 75), ("some", 50), ("parts", 25), ("none", 0)],
)
def test_csat_control_implementation_average(option, expected):
    """CIS Atlassian knowledge base: all implemented 100, none 0."""
    result = score(cis(), everywhere(cis(), option), outcome="implementation-average")
    assert result.value == expected


def test_csat_controls_weigh_the_same_whatever_their_size():
    given = {leaf.ref: "none" for leaf in leaves(cis())}
    given |= {ref: "all" for ref in given if ref.startswith("1.")}
    result = score(cis(), answered(given), outcome="implementation-average")
    assert close(result.value, Decimal(100) / 18)
    given |= {ref: "na" for ref in given if ref.startswith("2.")}
    result = score(cis(), answered(given), outcome="implementation-average")
    assert close(result.value, Decimal(100) / 17)


def test_csat_categories_are_child_controls():
    """A safeguard is the mean of its applicable categories."""
    method = profile(
        {"fold": {"by": "section", "op": "mean"}},
        {"fold": {"by": "standard", "op": "mean"}},
        min=0,
        max=100,
    )
    names = ("policy", "implemented", "automated", "reported")
    safeguards = [
        control(f"1.{at}", controls=tuple(control(f"1.{at}-{name}") for name in names))
        for at in (1, 2)
    ]
    whole = edition(method, numbers(0, 50, 100), [section("C1", *safeguards)])
    given = {leaf.ref: 100 for leaf in leaves(whole)}
    given |= {"1.1-automated": "na", "1.1-reported": 0, "1.2-policy": 0}
    result = score(whole, answered(given))
    assert close(result.value, (Decimal(200) / 3 + 75) / 2)


def test_csat_pro_rates_a_share_of_systems():
    """CIS Atlassian knowledge base: 50 % of the systems are a 3, "41-60 %"."""
    bands = {"cuts": [20, 40, 60, 80], "labels": list("12345"), "inclusive": "upper"}
    fold = {"fold": {"by": "standard", "op": "mean"}}
    whole = edition(
        profile(fold, {"bands": bands}), numbers(*range(0, 101, 10)), [control("1.1")]
    )
    assert score(whole, answered({"1.1": 50})).label == "3"


@pytest.mark.parametrize(
    ("others", "label", "value"),
    [
        ({}, "Compliant", 100),
        ({"1.0": "compensating"}, "Compliant", 100),
        ({"1.0": "customized"}, "Compliant", 100),
        ({"1.0": "na"}, "Compliant", 100),
        ({"1.0": "not_in_place"}, "Non-Compliant", Decimal("99.6")),
        ({"1.0": "not_tested"}, "Partial assessment", 100),
        ({"1.0": "not_tested", "2.0": "not_in_place"}, "Non-Compliant", None),
    ],
)
def test_pci_outcome(others, label, value):
    result = score(pci(), everywhere(pci(), "in_place", **others))
    assert result.coverage.answered + result.excluded_na == 250
    assert result.label == label
    assert value is None or result.value == value


def test_pci_is_undecided_until_all_are_tested():
    result = score(pci(), everywhere(pci(), "in_place", **{"3.1": None}))
    assert (result.label, result.status) == ("Not decided yet", "provisional")
    assert (result.low, result.high) == (Decimal("99.6"), 100)


def test_pci_milestones_are_outcomes_with_a_filter():
    method = profile(
        {"ratio": {"num": ["in_place"], "factor": 100}},
        only={"attributes": {"milestone": "1"}},
    )
    controls = [
        control(str(at), attributes={"milestone": str(at % 2)}) for at in range(4)
    ]
    scale = statuses("in_place", "not_in_place")
    whole = edition(method, scale, controls)
    given = answered({"0": "not_in_place", "1": "in_place", "3": "not_in_place"})
    result = score(whole, given)
    assert (result.value, result.coverage.applicable) == (50, 2)


@pytest.mark.parametrize(
    ("classes", "label", "value"),
    [
        (["none", "none"], "Acceptable", 3),
        (["other", "none"], "Acceptable", 2),
        (["other", "major"], "Conditional", 1),
        (["critical", "major"], "Not acceptable", 0),
    ],
)
def test_gmp_worst_deficiency_decides(classes, label, value):
    scale = statuses("none", "other", "major", "critical")
    whole = edition(library()["gmp-severity"], scale, [control("1"), control("2")])
    result = score(whole, answered({"1": classes[0], "2": classes[1]}))
    assert (result.label, result.value) == (label, value)


def test_fda_one_system_out_of_control():
    """CP 7356.002: one of the systems out of control, and the firm is."""
    method = profile(
        {"severity": {"classes": ["out"]}},
        {"bands": {"cuts": [1], "labels": ["OAI", "in control"]}},
    )
    names = ["Quality", "Facilities", "Materials", "Production", "Packaging", "Lab"]
    whole = edition(method, statuses("in", "out"), [control(name) for name in names])
    assert score(whole, everywhere(whole, "in")).label == "in control"
    assert score(whole, everywhere(whole, "in", Lab="out")).label == "OAI"


def dsomm(*teams):
    activity = control("act", controls=tuple(control(team) for team in teams))
    sector = section("Build", section("Build-1", activity), section("Build-2"))
    whole = section("Implementation", sector)
    return edition(library()["dsomm-progress"], numbers(0, "0.2", "0.5", 1), [whole])


def test_dsomm_one_of_two_teams():
    """sector-service.ts: 1 of 2 teams at 100 % on the only activity gives 50 %."""
    result = score(dsomm("a", "b"), answered({"a": 1, "b": 0}))
    assert find(result, "Build-1").value == Decimal("0.5")
    assert find(result, "Build-2").value is None
    assert find(result, "Build").value is None
    assert result.value is None


def test_lowest_sections_can_be_folded_further():
    method = profile(
        {"fold": {"by": "process", "op": "mean"}},
        {"fold": {"by": "standard", "op": "min"}},
    )
    tree = section(
        "D", section("P1", control("1"), control("2")), section("P2", control("3"))
    )
    whole = edition(method, numbers(0, 1, 2), [tree])
    result = score(whole, answered({"1": 0, "2": 2, "3": 2}))
    assert result.value == find(result, "D").value == find(result, "P1").value == 1


# As printed in the scheme document, from memory; its arithmetic checks.
WORKED = {
    "MAN-01": 10,
    "HEA-01": 8,
    "ENE-01": 10,
    "ENE-02": 6,
    "TRA-01": 5,
    "WAT-01": 5,
    "MAT-01": 6,
    "WST-01": 3,
    "LE-01": 5,
    "POL-01": 5,
    "INN-01": 2,
}


def full(**others):
    most = {leaf.ref: leaf.options[-2] for leaf in leaves(breeam())}
    return answered(most | others)


def test_breeam_worked_example():
    result = score(breeam(), answered(WORKED))
    # Printed as 55.66 to 55.67: the sum of section scores cut to two places.
    assert close(result.value, "55.67", places="0.01")
    assert result.label == "Very Good"
    assert close(find(result, "ENE").value, Decimal(16) / 30)


@pytest.mark.parametrize(
    ("others", "value", "label"),
    [
        pytest.param({}, 110, "Outstanding", id="all credits and innovation"),
        pytest.param({"INN-01": 0}, 100, "Outstanding", id="all credits"),
        pytest.param({"ENE-01": 9}, None, "Excellent", id="misses ten for Outstanding"),
        pytest.param({"ENE-01": 5}, None, "Very Good", id="misses six for Excellent"),
        pytest.param(
            {"INN-01": 0, "HEA-01": 0, "ENE-01": 10}, None, "Excellent", id="81.83 %"
        ),
    ],
)
def test_breeam_rating(others, value, label):
    result = score(breeam(), full(**others))
    assert result.label == label
    assert value is None or result.value == value


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("29.99", "Unclassified"),
        ("30", "Pass"),
        ("45", "Good"),
        ("55", "Very Good"),
        ("70", "Excellent"),
        ("84.99", "Excellent"),
        ("85", "Outstanding"),
    ],
)
def test_breeam_bands(value, label):
    bands = library()["breeam-2011"].outcomes[0].steps[2]
    step = {"cuts": [str(cut) for cut in bands.cuts], "labels": list(bands.labels)}
    method = profile({"fold": {"by": "standard", "op": "min"}}, {"bands": step})
    whole = edition(method, numbers(value, 100), [control("1")])
    assert score(whole, answered({"1": value})).label == label


def test_breeam_section_weights_are_the_profiles():
    weights = library()["breeam-2011"].outcomes[0].steps[1].weights
    expected = [12, 15, 19, 8, 6, Decimal("12.5"), Decimal("7.5"), 10, 10, 10]
    assert list(weights.values()) == expected


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (74, "Not eligible for certification"),
        (75, "Eligible for certification"),
        (1, "Not eligible for certification"),
        (100, "Eligible for certification"),
    ],
)
def test_energy_star(value, label):
    result = score(energy_star(), answered({"SCORE": value}))
    assert (result.value, result.label) == (value, label)


def test_requirement_coverage_counts_the_met():
    """ISO 27001 SoA, HIPAA: implemented by applicable."""
    scale = statuses("met", "partial", "not_met", met=["met"], partial=["partial"])
    controls = [control(str(at)) for at in range(4)]
    whole = edition(library()["requirement-coverage"], scale, controls)
    given = answered({"0": "met", "1": "partial", "2": "not_met", "3": "na"})
    assert close(score(whole, given).value, Decimal(100) / 3)


def test_weighted_ratio():
    method = profile({"ratio": {"weighted": True}})
    scale = statuses("met", "not_met", met=["met"])
    whole = edition(method, scale, [control("1", 3), control("2", 1)])
    result = score(whole, answered({"1": "met", "2": "not_met"}))
    assert result.value == Decimal("0.75")


def test_ratio_parent_counts_once():
    scale = statuses("met", "not_met", met=["met"])
    parent = control("1", controls=(control("a"), control("b")))
    whole = edition(profile({"ratio": {}}), scale, [parent, Control("2", "Two")])
    result = score(whole, answered({"a": "met", "b": "not_met", "2": "met"}))
    assert result.value == Decimal("0.75")

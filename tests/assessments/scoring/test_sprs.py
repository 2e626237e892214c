"""SP 800-171 points and CMMC status.

Points: published vectors of sagentivum/cmmc-self-assessment (scoring.test.ts, and
oracle.test.ts, which agrees with the DIBCAC Access tool on 500 random assessments).
Status: derived by us from the rule text of 32 CFR 170.21.
"""

from decimal import Decimal

import pytest

from assessments.scoring import AnswerError, Score, score
from tests.assessments.scoring.builders import answered, everywhere, leaves
from tests.assessments.scoring.published import (
    LEVEL_3,
    WEIGHTS,
    cmmc1,
    cmmc2,
    cmmc3,
    sp800171,
)

PARTIAL = ("3.5.3", "3.13.11")
EXCLUDED = ("3.1.20", "3.1.22", "3.10.3", "3.10.4", "3.10.5")
ELIGIBLE = [
    ref for ref, weight in WEIGHTS.items() if weight == 1 and ref not in EXCLUDED
]


def points(option: str = "met", **others: str) -> Score:
    given = everywhere(sp800171(), option, **others)
    return score(sp800171(), given, outcome="points")


@pytest.mark.parametrize(
    ("option", "others", "expected"),
    [
        pytest.param("met", {}, 110, id="all satisfied"),
        pytest.param("met", {"3.5.3": "partial"}, 107, id="only 3.5.3 partial"),
        pytest.param("met", {"3.13.11": "partial"}, 107, id="only 3.13.11 partial"),
        pytest.param("met", dict.fromkeys(PARTIAL, "partial"), 104, id="both partial"),
        pytest.param("met", {"3.1.1": "not_met"}, 105, id="one of 5 points"),
        pytest.param("met", {"3.1.5": "not_met"}, 107, id="one of 3 points"),
        pytest.param("met", {"3.1.3": "not_met"}, 109, id="one of 1 point"),
        pytest.param("not_met", {"3.12.4": "met"}, -203, id="all not satisfied"),
        pytest.param(
            "not_met",
            dict.fromkeys(PARTIAL, "partial") | {"3.12.4": "met"},
            -199,
            id="all not satisfied, both partial",
        ),
    ],
)
def test_points(option, others, expected):
    result = points(option, **others)
    assert result.value == result.low == result.high == expected
    assert (result.minimum, result.maximum) == (-203, 110)
    assert result.status == "final"
    assert result.official


def test_domain_deductions_sum_to_total():
    result = points("not_met", **{"3.12.4": "met"})
    losses = [part.value for part in result.sections]
    assert losses == [
        -54,
        -11,
        -19,
        -33,
        -27,
        -11,
        -18,
        -23,
        -8,
        -14,
        -9,
        -13,
        -42,
        -31,
    ]
    assert sum(losses) == -313
    assert [part.minimum for part in result.sections] == losses
    assert {part.maximum for part in result.sections} == {0}


@pytest.mark.parametrize("ref", ["3.1.1", "3.12.4", "3.14.7"])
def test_partial_elsewhere_is_refused(ref):
    with pytest.raises(AnswerError, match=f"{ref}: option 'partial' is not allowed"):
        score(sp800171(), answered({ref: "partial"}))


def test_nobody_can_do_without_a_system_security_plan():
    with pytest.raises(AnswerError, match=r"3\.12\.4: option 'na' is not allowed"):
        score(sp800171(), answered({"3.12.4": "na"}))


def test_no_system_security_plan_is_no_score():
    result = points("met", **{"3.12.4": "not_met"})
    assert result.status == "no_score"
    assert result.value is result.low is result.high is None
    (gate,) = result.gates
    assert (gate.id, gate.outcome) == ("system-security-plan", "no_score")
    assert "no system security plan" in gate.message


def test_no_plan_blocks_whatever_else_is_open():
    result = score(sp800171(), answered({"3.12.4": "not_met"}))
    assert result.status == "no_score"
    assert result.low is result.high is None


def test_unanswered_plan_leaves_the_gate_open():
    result = points("met", **{"3.12.4": None})
    assert result.status == "provisional"
    assert result.value == result.low == result.high == 110
    assert result.gates[0].outcome == "open"


def test_blank_sheet_says_nothing_yet():
    result = score(sp800171(), {})
    assert result.status == "no_score"
    assert (result.value, result.low, result.high) == (None, -203, 110)


def test_not_applicable_loses_nothing():
    result = points("met", **{"3.1.1": "na"})
    assert result.value == 110
    assert (result.excluded_na, result.coverage.applicable) == (1, 109)
    assert (result.minimum, result.maximum) == (-203, 110)
    assert (result.sections[0].minimum, result.sections[0].maximum) == (-49, 0)


def status(**others: str) -> Score:
    return score(sp800171(), everywhere(sp800171(), "met", **others), outcome="status")


@pytest.mark.parametrize(
    ("others", "value", "label"),
    [
        pytest.param({}, 110, "Final", id="all met"),
        pytest.param(
            dict.fromkeys(ELIGIBLE[:18], "not_met"), 92, "Conditional", id="92"
        ),
        pytest.param(
            dict.fromkeys(ELIGIBLE[:22], "not_met"), 88, "Conditional", id="88 of 110"
        ),
        pytest.param(
            dict.fromkeys(ELIGIBLE[:23], "not_met"), 87, "none", id="87 of 110"
        ),
        pytest.param({"3.1.1": "not_met"}, 105, "none", id="one of 5 points"),
        pytest.param({"3.1.5": "not_met"}, 107, "none", id="one of 3 points"),
        pytest.param({"3.13.11": "partial"}, 107, "Conditional", id="not FIPS"),
        pytest.param({"3.13.11": "not_met"}, 105, "none", id="no encryption"),
        pytest.param({"3.5.3": "partial"}, 107, "none", id="partial MFA"),
        *[
            pytest.param({ref: "not_met"}, 109, "none", id=f"{ref} may not stay open")
            for ref in EXCLUDED
        ],
        pytest.param({"3.1.3": "na"}, 110, "Final", id="not applicable counts as met"),
        pytest.param({"3.12.4": "not_met"}, None, "No score", id="no security plan"),
    ],
)
@pytest.mark.parametrize("model", ["800-171", "CMMC"])
def test_cmmc_level_2_status(model, others, value, label):
    whole = sp800171()
    if model == "CMMC":
        whole = cmmc2()
        refs = {leaf.ref.split("-", 1)[1]: leaf.ref for leaf in leaves(whole)}
        others = {refs[ref]: option for ref, option in others.items()}
    result = score(whole, everywhere(whole, "met", **others), outcome="status")
    assert (result.value, result.label) == (value, label)
    assert result.status == ("no_score" if value is None else "final")


def test_eligible_requirements_are_46():
    assert len(ELIGIBLE) == 46


def test_conditional_says_so_in_plain_words():
    result = status(**dict.fromkeys(ELIGIBLE[:18], "not_met"))
    assert result.gates[-1].outcome == "Conditional"
    assert (
        result.gates[-1].message == "Conditional: 92 of 110; close out within 180 days."
    )


def test_rules_that_say_something_when_they_hold_do():
    gates = [(gate.outcome, gate.message) for gate in status().gates]
    assert gates == [
        ("passed", "There is a system security plan (3.12.4)."),
        ("Final", "Final: every requirement is met."),
    ]


def test_reasons_name_the_requirements():
    result = status(**{"3.1.1": "not_met", "3.1.20": "not_met"})
    messages = {gate.id: gate.message for gate in result.gates}
    assert messages["heavy-requirements"].endswith("hold it: 3.1.1.")
    assert messages["excluded-requirements"].endswith("hold it: 3.1.20.")


def test_ten_requirements_are_named_in_full():
    heavy = [ref for ref, weight in WEIGHTS.items() if weight == 5][:10]
    result = status(**dict.fromkeys(heavy, "not_met"))
    messages = {gate.id: gate.message for gate in result.gates}
    assert messages["heavy-requirements"].endswith(f", {heavy[-1]}.")


def test_many_requirements_are_cut_short():
    result = score(
        sp800171(),
        everywhere(sp800171(), "not_met", **{"3.12.4": "met"}),
        outcome="status",
    )
    messages = {gate.id: gate.message for gate in result.gates}
    assert messages["heavy-requirements"].endswith("and 48 more.")


def test_status_without_a_plan_is_no_score():
    result = status(**{"3.12.4": "not_met"})
    assert (result.status, result.label) == ("no_score", "No score")


def test_status_is_undecided_while_answers_are_missing():
    result = status(**{"3.1.3": None})
    assert (result.status, result.label) == ("provisional", "Not decided yet")
    gates = {gate.id: (gate.outcome, gate.message) for gate in result.gates}
    waits = "Still open, depends on what is not answered yet"
    assert gates["all-met"] == ("open", f"{waits}: Final")
    assert gates["plan-of-action"] == ("open", f"{waits}: Conditional")


@pytest.mark.parametrize("heavy", ["3.1.1", "3.1.20"])
def test_no_status_stands_while_only_the_score_itself_is_open(heavy):
    result = status(**{"3.12.4": None, heavy: "not_met"})
    assert (result.status, result.label) == ("provisional", "none")


def test_points_have_no_status_to_decide():
    result = score(sp800171(), everywhere(sp800171(), "met", **{"3.12.4": None}))
    assert (result.name, result.status, result.label) == ("points", "provisional", "")


def test_status_is_decided_once_nothing_can_turn_it():
    result = status(**{"3.1.3": None, "3.1.1": "not_met"})
    assert (result.status, result.label) == ("provisional", "none")


@pytest.mark.parametrize(
    ("missed", "value", "label"),
    [(0, 15, "Final"), (1, 14, "none"), (15, 0, "none")],
    ids=["all 15 met", "no plan of action (170.21(a)(1))", "nothing met"],
)
def test_cmmc_level_1(missed, value, label):
    refs = [leaf.ref for leaf in leaves(cmmc1())]
    others = dict.fromkeys(refs[:missed], "not_met")
    result = score(cmmc1(), everywhere(cmmc1(), "met", **others))
    assert (result.value, result.label) == (value, label)


@pytest.mark.parametrize("level", [cmmc1, cmmc3])
def test_status_of_what_does_not_apply_at_all(level):
    result = score(level(), everywhere(level(), "na"))
    assert (result.status, result.label, result.gates) == ("no_score", "", ())


OPEN_3 = [ref for ref in LEVEL_3 if not ref.startswith(("IR", "RA", "SI"))]


@pytest.mark.parametrize(
    ("missed", "value", "label"),
    [
        ([], 24, "Final"),
        (OPEN_3[:4], 20, "Conditional"),
        (OPEN_3[:5], 19, "none"),
        (["IR.L3-3.6.1e"], 23, "none"),
        (["RA.L3-3.11.7e"], 23, "none"),
        (["RA.L3-3.11.2e"], 23, "Conditional"),
    ],
)
def test_cmmc_level_3(missed, value, label):
    others = dict.fromkeys(missed, "not_met")
    result = score(cmmc3(), everywhere(cmmc3(), "met", **others))
    assert (result.value, result.label) == (Decimal(value), label)
    assert sum(part.value for part in result.sections) == value - 24

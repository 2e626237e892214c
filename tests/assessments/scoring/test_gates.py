"""Gates: conditions, effects, and what is said while answers are missing."""

import pytest

from assessments.scoring import score
from tests.assessments.scoring.builders import (
    LEVELS,
    answered,
    control,
    edition,
    everywhere,
    profile,
    statuses,
)


def small(method, scale=LEVELS):
    return edition(method, scale, [control("1"), control("2"), control("3")])


def test_fail_overrules_a_status_and_no_score_all():
    def gate(name, effect, code, **more):
        when = {"answers": {"options": [code]}}
        return {
            "gate": {"id": name, "when": when, "effect": effect, "message": "m"} | more
        }

    method = profile(
        {"fold": {"by": "standard", "op": "mean"}},
        gate("fine", "set_status", "1", label="Fine"),
        gate("bad", "fail", "2", label="Failed"),
        gate("worse", "fail", "3", label="Failed twice"),
        gate("stop", "no_score", "0", label="Nothing"),
    )
    labels = [
        score(small(method), answered({"1": a, "2": b, "3": c})).label
        for a, b, c in [(1, 4, 4), (1, 2, 4), (1, 2, 3), (0, 2, 3), (4, 4, 4)]
    ]
    assert labels == ["Fine", "Failed", "Failed", "Nothing", ""]


@pytest.mark.parametrize(("first", "label"), [(1, "Failed"), (2, "low"), (5, "high")])
def test_a_rule_overrules_the_bands(first, label):
    gate = {
        "id": "g",
        "when": {"answers": {"below": 2}},
        "effect": "fail",
        "label": "Failed",
        "message": "m",
    }
    bands = {"bands": {"cuts": [4], "labels": ["low", "high"]}}
    fold = {"fold": {"by": "standard", "op": "mean"}}
    whole = small(profile(fold, bands, {"gate": gate}))
    assert score(whole, answered({"1": first, "2": 4, "3": 5})).label == label


def conditional(when, scale=LEVELS):
    gate = {
        "id": "g",
        "when": when,
        "effect": "set_status",
        "label": "yes",
        "message": "m",
    }
    return small(
        profile({"fold": {"by": "standard", "op": "mean"}}, {"gate": gate}), scale
    )


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"value": {"at_least": 3}}, "yes"),
        ({"value": {"at_least": 4}}, ""),
        ({"value": {"below": 4}}, "yes"),
        ({"all": [{"value": {"below": 4}}, {"value": {"at_least": 4}}]}, ""),
        ({"any": [{"value": {"below": 4}}, {"value": {"at_least": 4}}]}, "yes"),
        ({"all": [{"value": {"below": 4}}, {"answers": {"below": 3}}]}, "yes"),
        ({"answers": {"below": 2}}, ""),
        ({"answers": {"below": 3, "refs": ["1"]}}, ""),
        ({"answers": {"below": 3, "except_refs": ["2"]}}, ""),
        ({"answers": {"options": ["2", "3", "4"], "every": True}}, "yes"),
        ({"answers": {"options": ["2", "3"], "every": True}}, ""),
    ],
)
def test_conditions(when, expected):
    whole = conditional(when)
    assert score(whole, answered({"1": 3, "2": 2, "3": 4})).label == expected


def test_condition_on_every_answer_skips_not_applicable():
    whole = conditional({"answers": {"options": ["3"], "every": True}})
    assert score(whole, answered({"1": 3, "2": "na", "3": 3})).label == "yes"


@pytest.mark.parametrize(
    ("options", "expected"), [(["na"], "yes"), (["4", "na"], "yes"), (["4"], "")]
)
def test_condition_that_asks_for_not_applicable(options, expected):
    whole = conditional({"answers": {"options": options}})
    assert score(whole, answered({"1": 3, "2": "na", "3": 3})).label == expected


def test_condition_on_a_value_that_is_missing():
    whole = conditional({"value": {"below": 3}}, statuses("0", "1"))
    result = score(whole, everywhere(whole, "0"))
    assert (result.value, result.status) == (None, "no_score")


def test_status_of_a_method_without_overall_value():
    """A blank sheet: nothing has a value, so no condition on it holds."""
    whole = conditional({"value": {"below": 3}})
    result = score(whole, {})
    assert (result.label, result.gates[0].outcome) == ("", "open")


def test_gate_that_could_still_fail_stays_open():
    bands = {"bands": {"cuts": [3], "labels": ["low", "high"]}}
    gate = {
        "id": "g",
        "when": {"answers": {"below": 2}},
        "effect": "cap_label",
        "label": "low",
        "message": "Below 2: {controls}.",
    }
    whole = small(
        profile({"fold": {"by": "standard", "op": "mean"}}, bands, {"gate": gate})
    )
    result = score(whole, answered({"1": 5}))
    assert result.label == "high"
    assert result.gates[0].message.startswith("Still open, depends on what")
    capped = score(whole, answered({"1": 1, "2": 5, "3": 5}))
    assert (capped.label, capped.gates[0].message) == ("low", "Below 2: 1.")


def test_gates_look_at_the_rounded_value_of_every_case():
    """2.67 rounds to 3; a control of weight 0 that is open changes nothing."""
    gate = {
        "id": "g",
        "when": {"value": {"at_least": 3}},
        "effect": "set_status",
        "label": "yes",
        "message": "{value} is enough.",
    }
    whole = edition(
        profile(
            {"fold": {"by": "standard", "op": "wmean"}},
            {"gate": gate},
            {"round": {"mode": "half_up", "digits": 0}},
        ),
        LEVELS,
        [control("1"), control("2"), control("3"), control("4", 0)],
    )
    result = score(whole, answered({"1": 4, "2": 2, "3": 2}))
    assert (result.status, result.label) == ("provisional", "yes")
    assert [gate.message for gate in result.gates] == ["3 is enough."]

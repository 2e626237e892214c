"""What a method makes of missing answers, and at which values it says another thing."""

from decimal import Decimal

import pytest

from assessments.scoring import score
from assessments.scoring.grammar import pipeline
from tests.assessments.scoring.builders import (
    LEVELS,
    answered,
    control,
    edition,
    library,
    profile,
    section,
    statuses,
)

STATUSES = statuses("met", "not_met")
DEDUCT = {"start": 10, "fractions": {"met": 0, "not_met": 1}}


def scored(steps, scale, given=None, *controls):
    parts = controls or (control("1"), control("2"))
    whole = edition(profile(*steps), scale, [section("A", *parts)])
    return score(whole, answered(given or {}))


@pytest.mark.parametrize(
    ("step", "scale", "kind"),
    [
        ({"fold": {"by": "standard", "op": "mean"}}, LEVELS, "left_out"),
        (
            {"fold": {"by": "standard", "op": "mean", "unanswered": "zero"}},
            LEVELS,
            "worst",
        ),
        (
            {"fold": {"by": "standard", "op": "mean", "unanswered": "block"}},
            LEVELS,
            "no_number",
        ),
        ({"deduct": DEDUCT}, STATUSES, "best"),
        ({"deduct": {**DEDUCT, "unanswered": "zero"}}, STATUSES, "worst"),
        ({"severity": {"classes": ["not_met"]}}, STATUSES, "best"),
        ({"ratio": {"num": ["met"]}}, STATUSES, "left_out"),
    ],
)
def test_each_source_says_what_a_missing_answer_is(step, scale, kind):
    assert scored([step], scale).unanswered == kind


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("iso-33020-capability", "left_out"),
        ("c2m2-mil", "not_reached"),
        ("samm-maturity", "worst"),
        ("sprs-points", "best"),
        ("cis-ig-coverage", "left_out"),
        ("gmp-severity", "best"),
    ],
)
def test_published_methods(method, kind):
    outcome = library()[method].outcomes[0]
    assert pipeline(outcome.steps).unanswered() == kind


def test_limits_are_the_cuts_and_the_bounds_of_rules():
    gate = {
        "id": "enough",
        "when": {
            "any": [
                {"value": {"below": 8}},
                {"value": {"at_least": 9}},
                {"undecided": True},
            ]
        },
        "effect": "cap_label",
        "label": "Low",
        "message": "{value} is too little.",
    }
    bands = {"cuts": [5], "labels": ["Low", "High"]}
    found = scored(
        [{"deduct": DEDUCT}, {"bands": bands}, {"gate": gate}], STATUSES, {"1": "met"}
    )

    assert found.limits == (Decimal(5), Decimal(8), Decimal(9))


def test_an_open_rule_names_the_answers_that_it_waits_for():
    gate = {
        "id": "plan",
        "when": {"answers": {"refs": ["1", "2"], "options": ["not_met"]}},
        "effect": "no_score",
        "message": "There is no plan.",
    }
    found = scored([{"deduct": DEDUCT}, {"gate": gate}], STATUSES, {"1": "met"})

    (rule,) = found.gates
    assert (rule.outcome, rule.effect, rule.waits_for) == ("open", "no_score", ("2",))


def test_a_best_case_is_called_one_in_a_rule():
    gate = {
        "id": "score",
        "when": {"value": {"below": 10}},
        "effect": "set_status",
        "label": "none",
        "message": "{value} of 10.",
    }
    steps = [{"deduct": DEDUCT}, {"gate": gate}]

    assert scored(steps, STATUSES, {"1": "not_met"}).gates[0].message == (
        "At most 9 of 10."
    )
    whole = scored(steps, STATUSES, {"1": "not_met", "2": "met"})
    assert whole.gates[0].message == "9 of 10."

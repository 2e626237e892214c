"""A faulty profile is refused, and the key is named."""

from copy import deepcopy

import pytest

from assessments.scoring import (
    ProfileError,
    parse_profile,
)

MEAN = {"fold": {"by": "standard", "op": "mean"}}
LEVEL = {"cumulative_level": {"levels": [1], "pass": ["met"]}}
DEDUCT = {"deduct": {"start": 10, "fractions": {"met": 0, "not_met": 1}}}
GOOD = {
    "title": "Test",
    "source": "Test",
    "outcomes": [{"name": "test", "unit": "level", "steps": [MEAN]}],
}


def faulty(**changes):
    return deepcopy(GOOD) | changes


def outcome(**changes):
    return faulty(outcomes=[GOOD["outcomes"][0] | changes])


def steps(*given):
    return outcome(steps=list(given))


def gate(when, **more):
    base = {
        "id": "g",
        "when": when,
        "effect": "set_status",
        "label": "x",
        "message": "m",
    }
    return {"gate": base | more}


def bands(**changes):
    return {"bands": {"cuts": [1, 2], "labels": ["a", "b", "c"]} | changes}


STEP = "outcomes[0].steps[0]"
CASES = [
    ("not a mapping", [], "profile"),
    ("no title", {"source": "x", "outcomes": []}, "title"),
    ("title not text", faulty(title=5), "title"),
    ("blank source", faulty(source=" "), "source"),
    ("official not a flag", faulty(official="yes"), "official"),
    ("unknown key", faulty(author="me"), "author"),
    ("no outcome", faulty(outcomes=[]), "outcomes"),
    ("outcomes no list", faulty(outcomes="x"), "outcomes"),
    ("outcome no mapping", faulty(outcomes=["x"]), "outcomes[0]"),
    ("name used twice", faulty(outcomes=GOOD["outcomes"] * 2), "outcomes[1].name"),
    ("unknown outcome key", outcome(colour="red"), "outcomes[0].colour"),
    ("only min", outcome(min=0), "outcomes[0].max"),
    ("only max", outcome(max=5), "outcomes[0].min"),
    ("min above max", outcome(min=5, max=5), "outcomes[0].max"),
    ("min no number", outcome(min="low", max=1), "outcomes[0].min"),
    ("min a flag", outcome(min=True, max=1), "outcomes[0].min"),
    ("min infinite", outcome(min=0, max=float("inf")), "outcomes[0].max"),
    ("range", outcome(section_range="all"), "outcomes[0].section_range"),
    ("only", outcome(only={"refs": ["1"]}), "outcomes[0].only.refs"),
    ("no steps", steps(), "outcomes[0].steps"),
    ("step no mapping", steps("fold"), STEP),
    ("two steps in one", steps({**MEAN, "round": {}}), STEP),
    ("unknown step", steps({"average": {}}), f"{STEP}.average"),
    ("key not text", steps({"fold": {True: 1}}), f"{STEP}.fold.True"),
    ("unknown op", steps({"fold": {"by": "standard", "op": "avg"}}), f"{STEP}.fold.op"),
    ("no op", steps({"fold": {"by": "standard"}}), f"{STEP}.fold.op"),
    ("unknown fold key", steps({"fold": MEAN["fold"] | {"x": 1}}), f"{STEP}.fold.x"),
    ("na mode", steps({"fold": MEAN["fold"] | {"na": "skip"}}), f"{STEP}.fold.na"),
    (
        "section weight",
        steps({"fold": MEAN["fold"] | {"weights": {"A": "x"}}}),
        f"{STEP}.fold.weights.A",
    ),
    ("attribute only", steps({"fold": {"by": "x", "op": "sum"}}), "outcomes[0].steps"),
    (
        "sections after the whole",
        steps(MEAN, {"fold": {"by": "section", "op": "mean"}}),
        "outcomes[0].steps[1].fold.by",
    ),
    (
        "N/A in a later fold",
        steps(
            {"fold": {"by": "section", "op": "mean"}},
            {"fold": {"by": "standard", "op": "mean", "na": "zero"}},
        ),
        "outcomes[0].steps[1].fold",
    ),
    (
        "parent alone",
        steps({"fold": {"by": "parent", "op": "min"}}),
        "outcomes[0].steps",
    ),
    (
        "parent too late",
        steps(MEAN, {"fold": {"by": "parent", "op": "min"}}),
        "outcomes[0].steps[1]",
    ),
    (
        "parent twice",
        steps(*[{"fold": {"by": "parent", "op": "min"}}] * 2, MEAN),
        "outcomes[0].steps[1]",
    ),
    ("two sources", steps({"ratio": {}}, MEAN), "outcomes[0].steps[1]"),
    ("bands no list", steps(MEAN, bands(cuts=1)), "outcomes[0].steps[1].bands.cuts"),
    (
        "bands falling",
        steps(MEAN, bands(cuts=[2, 1])),
        "outcomes[0].steps[1].bands.cuts",
    ),
    ("labels", steps(MEAN, bands(labels=["a"])), "outcomes[0].steps[1].bands.labels"),
    ("bands twice", steps(MEAN, bands(), bands()), "outcomes[0].steps"),
    ("bands of controls", steps(bands(of="control"), MEAN), f"{STEP}.bands.of"),
    (
        "bands without pass",
        steps(bands(of="control"), {"cumulative_level": {"levels": [1]}}),
        "outcomes[0].steps",
    ),
    (
        "round first",
        steps({"round": {"mode": "half_up"}}, MEAN),
        "outcomes[0].steps[1]",
    ),
    (
        "digits",
        steps(MEAN, {"round": {"mode": "half_up", "digits": True}}),
        "outcomes[0].steps[1].round.digits",
    ),
    ("no start", steps({"deduct": {}}), f"{STEP}.deduct.start"),
    (
        "fraction and points",
        steps({"deduct": DEDUCT["deduct"] | {"points": {"met": 1}}}),
        f"{STEP}.deduct.points.met",
    ),
    (
        "no levels",
        steps({"cumulative_level": {"levels": []}}),
        f"{STEP}.cumulative_level.levels",
    ),
    (
        "level below base",
        steps({"cumulative_level": {"levels": [1, 2], "base": 1}}),
        f"{STEP}.cumulative_level.levels",
    ),
    (
        "lower_pass without pass",
        steps({"cumulative_level": {"levels": [1], "lower_pass": ["met"]}}),
        f"{STEP}.cumulative_level.lower_pass",
    ),
    ("no class", steps({"severity": {}}), f"{STEP}.severity.classes"),
    ("progress", steps({"progress": {"measure": "up"}}), f"{STEP}.progress.measure"),
    (
        "to_date of a ratio",
        steps({"ratio": {}}, {"progress": {"measure": "to_date"}}),
        "outcomes[0].steps[1].progress",
    ),
    (
        "gate effect",
        steps(MEAN, gate({"undecided": True}, effect="stop")),
        "gate.effect",
    ),
    ("gate label", steps(MEAN, gate({"undecided": True}, label=None)), "gate.label"),
    ("gate twice", steps(MEAN, *[gate({"undecided": True})] * 2), "[2].gate.id"),
    (
        "cap without bands",
        steps(MEAN, gate({"undecided": True}, effect="cap_label")),
        "gate.label",
    ),
    ("no condition", steps(MEAN, gate({})), "gate.when"),
    ("unknown condition", steps(MEAN, gate({"maybe": 1})), "gate.when.maybe"),
    ("undecided false", steps(MEAN, gate({"undecided": False})), "gate.when.undecided"),
    ("empty all", steps(MEAN, gate({"all": []})), "gate.when.all"),
    (
        "inner condition",
        steps(MEAN, gate({"any": [{"value": {"over": 1}}]})),
        "gate.when.any[0].value.over",
    ),
    ("value alone", steps(MEAN, gate({"value": {}})), "gate.when.value"),
    ("answers alone", steps(MEAN, gate({"answers": {}})), "gate.when.answers"),
    (
        "answers twice",
        steps(MEAN, gate({"answers": {"below": 1, "options": ["1"]}})),
        "gate.when.answers",
    ),
    (
        "tolerated no list",
        steps(MEAN, gate({"answers": {"below": 1, "tolerated": {"1": "x"}}})),
        "gate.when.answers.tolerated.1",
    ),
    ("lost_over", steps(MEAN, gate({"answers": {"lost_over": 1}})), "gate.when"),
    (
        "placeholder",
        steps(MEAN, gate({"undecided": True}, message="{points} of {max}")),
        "gate.message",
    ),
]


@pytest.mark.parametrize(
    ("data", "key"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_fault_names_its_key(data, key):
    with pytest.raises(ProfileError) as caught:
        parse_profile(data)
    assert caught.value.key.endswith(key)
    assert caught.value.key.startswith(("outcomes", key))
    assert str(caught.value) == f"{caught.value.key}: {caught.value.message}"

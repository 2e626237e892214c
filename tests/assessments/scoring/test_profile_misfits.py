"""A profile that does not fit its edition is refused, and the key is named."""

from decimal import Decimal

import pytest
import yaml

from assessments.scoring import (
    Edition,
    ProfileError,
    check_profile,
    parse_profile,
    prepare,
    score,
)
from tests.assessments.scoring.builders import (
    LEVELS,
    ROOT,
    SPRS,
    control,
    edition,
    library,
    profile,
    section,
    statuses,
)
from tests.assessments.scoring.published import (
    breeam,
    c2m2,
    cis,
    cmmc1,
    cmmc2,
    cmmc3,
    energy_star,
    itil,
    pci,
    process,
    samm,
    sp800171,
)

MEAN = {"fold": {"by": "standard", "op": "mean"}}
DEDUCT = {"deduct": {"start": 10, "fractions": {"met": 0, "not_met": 1}}}


def gate(when):
    parts = {"id": "g", "when": when, "effect": "set_status", "label": "x"}
    return {"gate": parts | {"message": "m"}}


MISFITS = [
    ("op", {"ratio": {"num": ["done"]}}, "ratio.num"),
    ("den", {"ratio": {"num": ["met"], "den": ["done"]}}, "ratio.den"),
    ("points", {"deduct": DEDUCT["deduct"] | {"points": {"x": 1}}}, "deduct.points"),
    ("option without loss", DEDUCT, "deduct.fractions"),
    (
        "exempt",
        {"deduct": DEDUCT["deduct"] | {"points": {"partial": 1}, "exempt": ["9"]}},
        "deduct.exempt",
    ),
    (
        "weight attribute",
        {
            "deduct": DEDUCT["deduct"]
            | {"points": {"partial": 1}, "weight_attr": "credits"}
        },
        "deduct.weight_attr",
    ),
    ("pass", {"cumulative_level": {"levels": [1], "pass": ["x"]}}, "level.pass"),
    (
        "level",
        {"cumulative_level": {"levels": [1], "pass": ["met"]}},
        "level.level_attr",
    ),
    ("class", {"severity": {"classes": ["bad"]}}, "severity.classes"),
    ("external", {"external": {"ref": "9"}}, "external.ref"),
    ("attribute", {"fold": {"by": "stream", "op": "sum"}}, "fold.by"),
    (
        "attribute not a number",
        {"fold": MEAN["fold"] | {"weight_attr": "word"}},
        "fold.weight_attr",
    ),
    ("weights", {"fold": MEAN["fold"] | {"weights": {"9": 1}}}, "fold.weights"),
]


@pytest.mark.parametrize(
    ("step", "key"), [case[1:] for case in MISFITS], ids=[case[0] for case in MISFITS]
)
def test_misfit_names_its_key(step, key):
    method = (step, MEAN) if step.get("fold", {}).get("by") == "stream" else (step,)
    whole = edition(profile(*method), SPRS, [control("1", attributes={"word": "x"})])
    for refuse in (check_profile, lambda one: score(one, {})):
        with pytest.raises(ProfileError) as caught:
            refuse(whole)
        assert caught.value.key.startswith("outcomes[0].steps[0].")
        assert caught.value.key.endswith(key)


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ({"options": ["x"]}, "options"),
        ({"options": ["met"], "refs": ["9"]}, "refs"),
        ({"options": ["met"], "except_refs": ["9"]}, "except_refs"),
        ({"options": ["met"], "tolerated": {"9": ["met"]}}, "tolerated"),
        ({"options": ["met"], "tolerated": {"1": ["x"]}}, "tolerated.1"),
    ],
)
def test_gate_misfit_names_its_key(answers, key):
    method = profile({"ratio": {}}, gate({"none": [{"answers": answers}]}))
    with pytest.raises(ProfileError) as caught:
        check_profile(edition(method, SPRS, [control("1")]))
    assert caught.value.key == f"outcomes[0].steps[1].gate.when.answers.{key}"


def test_band_label_that_nothing_has():
    rating = {"of": "control", "cuts": [1], "labels": ["N", "F"]}
    method = profile(
        {"bands": rating}, {"cumulative_level": {"levels": [1], "pass": ["L"]}}
    )
    whole = edition(method, LEVELS, [control("1", attributes={"level": "1"})])
    with pytest.raises(ProfileError, match=r"steps\[1\].cumulative_level.pass"):
        check_profile(whole)


@pytest.mark.parametrize("step", [{"ratio": {}}, {"cumulative_level": {"levels": [1]}}])
def test_nothing_flagged_met(step):
    whole = edition(
        profile(step), statuses("a", "b"), [control("1", attributes={"level": "1"})]
    )
    with pytest.raises(ProfileError, match="no option of the scale is flagged met"):
        check_profile(whole)


def test_options_are_checked_on_parsing_when_the_scale_is_known():
    step = {"ratio": {"num": ["done"]}}
    outcome = {"name": "x", "unit": "%", "steps": [step]}
    data = {"title": "T", "source": "S", "outcomes": [outcome]}
    with pytest.raises(ProfileError) as caught:
        parse_profile(data, SPRS)
    assert caught.value.key == "outcomes[0].steps[0].ratio.num"
    assert caught.value.message == "the scale has no option 'done'"
    outcome["steps"] = [{"ratio": {"num": ["met"]}}]
    assert parse_profile(data, SPRS) == parse_profile(data)


def test_filter_that_leaves_nothing():
    whole = edition(profile(MEAN, only={"groups": ["IG1"]}), LEVELS, [control("1")])
    with pytest.raises(ProfileError, match=r"outcomes\[0\].only"):
        check_profile(whole)


def test_edition_without_controls_is_fine():
    check_profile(edition(profile(MEAN, only={"groups": ["IG1"]}), LEVELS, []))


def test_two_controls_of_one_ref():
    whole = edition(profile(MEAN), LEVELS, [control("1"), section("A", control("1"))])
    with pytest.raises(ValueError, match="two controls have the ref '1'"):
        prepare(whole)


def test_unknown_outcome():
    whole = edition(profile(MEAN), LEVELS, [control("1")])
    with pytest.raises(KeyError, match="other"):
        score(whole, {}, outcome="other")


def test_numbers_are_taken_as_typed():
    data = yaml.safe_load(
        "{fold: {by: standard, op: sum, weights: {A: 0.1, B: '0.2'}}}"
    )
    weights = profile(data).outcomes[0].steps[0].weights
    assert weights == {"A": Decimal("0.1"), "B": Decimal("0.2")}


PUBLISHED = [
    sp800171, cmmc1, cmmc2, cmmc3, c2m2, samm, cis, process, itil, pci, breeam,
    energy_star,
]  # fmt: skip


@pytest.mark.parametrize("make", PUBLISHED, ids=lambda make: make.__name__)
def test_library_profile_fits_its_structure(make):
    whole: Edition = make()
    check_profile(whole)


def test_every_profile_of_the_library_parses():
    path = ROOT / "standards/library/scoring.yaml"
    names = list(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert names[0] == "maturity-average"
    assert list(library()) == names

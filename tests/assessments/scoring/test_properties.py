"""What must hold for any edition and any answers."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.scoring import Answer, gaps, score, score_all
from tests.assessments.scoring.builders import (
    LEVELS,
    MET,
    SPRS,
    control,
    edition,
    leaves,
    library,
    numbers,
    profile,
    section,
    statuses,
)

# Time is measured elsewhere; a busy machine is no reason to fail here.
RELAXED = settings(deadline=None, max_examples=40)

NPLF = statuses(*"NPLF", met="LF")
QUARTERS = numbers(0, "0.25", "0.5", 1)


def fold(by, op, **more):
    return {"fold": {"by": by, "op": op, **more}}


def averages(inner, outer):
    return profile(fold("section", inner), fold("standard", outer), min=0, max=5)


LEVEL_STEP = {
    "cumulative_level": {"levels": [1, 2, 3], "pass": ["L", "F"], "lower_pass": ["F"]}
}
DEDUCT = {
    "deduct": {
        "start": 9,
        "fractions": {"met": 0, "not_met": 1},
        "points": {"partial": 1},
    }
}
# As SAMM, but without its fixed range: here streams have any number of activities.
STREAMS = profile(
    fold("stream", "sum", na="zero", unanswered="zero"),
    fold("section", "mean"),
    fold("standard", "mean"),
)
METHODS = {
    "maturity-average": (library()["maturity-average"], LEVELS),
    "section-average": (library()["section-average"], LEVELS),
    "staged-minimum": (library()["staged-minimum"], LEVELS),
    "maximum": (averages("max", "mean"), LEVELS),
    "median": (averages("median", "median"), LEVELS),
    "sum": (profile(fold("standard", "sum")), LEVELS),
    "mixed": (profile(fold("standard", "wmean", normalise="percent")), LEVELS),
    "coverage": (library()["requirement-coverage"], MET),
    "points": (profile(DEDUCT), SPRS),
    "levels": (profile(LEVEL_STEP, min=0, max=3), NPLF),
    "severity": (profile({"severity": {"classes": ["N", "P"]}}), NPLF),
    "streams": (STREAMS, QUARTERS),
}
ORDERS = {
    id(LEVELS): ["0", "1", "2", "3", "4", "5"],
    id(MET): ["not_met", "met"],
    id(SPRS): ["not_met", "partial", "met"],
    id(NPLF): ["N", "P", "L", "F"],
    id(QUARTERS): ["0", "0.25", "0.5", "1"],
}


@st.composite
def controls(draw, prefix):
    """One to four controls; some have children, weights differ."""
    made = []
    for at in range(draw(st.integers(1, 4))):
        ref = f"{prefix}.{at}"
        attributes = {
            "level": str(draw(st.integers(1, 3))),
            "stream": draw(st.sampled_from("AB")),
        }
        count = draw(st.sampled_from([0, 0, 0, 2]))
        children = tuple(control(f"{ref}.{child}") for child in range(count))
        weight = draw(st.integers(1, 5))
        made.append(control(ref, weight, attributes=attributes, controls=children))
    return made


@st.composite
def editions(draw, method, scale):
    """Sections, some of them ours, some nested."""
    parts = []
    for name in "ABC"[: draw(st.integers(1, 3))]:
        inner = draw(controls(name))
        kind = draw(st.sampled_from(["plain", "ours", "nested"]))
        if kind != "plain":
            inner = [section(f"{name}-1", *inner, ours=kind == "ours")]
        parts.append(section(name, *inner))
    return edition(method, scale, parts)


@st.composite
def cases(draw, names=tuple(METHODS), na=True):
    """An edition with answers, some missing, some not applicable."""
    method, scale = METHODS[draw(st.sampled_from(names))]
    whole = draw(editions(method, scale))
    codes = [None, *ORDERS[id(scale)], *(["na"] if na else [])]
    given_ = {
        leaf.ref: Answer(draw(st.sampled_from(codes)), "reason")
        for leaf in leaves(whole)
    }
    return whole, given_


def order(whole):
    return ORDERS[id(whole.scale)]


def all_sections(part):
    for inner in part.sections:
        yield inner
        yield from all_sections(inner)


@RELAXED
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_answers_never_matters(case, chance):
    whole, answers = case
    shuffled = list(answers.items())
    chance.shuffle(shuffled)
    assert score(whole, answers) == score(whole, dict(shuffled))


@RELAXED
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_sections_and_controls_never_matters(case, chance):
    whole, answers = case

    def mixed(part):
        inner, own = list(part.sections), list(part.controls)
        chance.shuffle(inner)
        chance.shuffle(own)
        return section(part.ref, *map(mixed, inner), *own, ours=part.ours)

    parts = [mixed(part) for part in whole.sections]
    chance.shuffle(parts)
    other = edition(whole.profile, whole.scale, parts)
    first, second = score(whole, answers), score(other, answers)
    assert (first.value, first.low, first.high) == (
        second.value,
        second.low,
        second.high,
    )


@RELAXED
@given(cases())
def test_within_bounds_and_range(case):
    whole, answers = case
    result = score(whole, answers)
    for part in (result, *all_sections(result)):
        if part.value is not None:
            assert part.minimum <= part.low <= part.value <= part.high <= part.maximum
        if part.status == "final":
            assert part.low == part.value == part.high
        assert part.coverage.answered <= part.coverage.applicable
        assert part.coverage.answered or part.value is None


@RELAXED
@given(cases(), st.data())
def test_raising_an_answer_never_lowers_a_score(case, data):
    whole, answers = case
    ladder = order(whole)
    low = [ref for ref, one in answers.items() if one.option in ladder[:-1]]
    if not low:
        return
    ref = data.draw(st.sampled_from(low))
    higher = ladder[ladder.index(answers[ref].option) + 1 :]
    raised = answers | {ref: Answer(data.draw(st.sampled_from(higher)))}
    before, after = score(whole, answers), score(whole, raised)
    assert before.low <= after.low
    assert before.high <= after.high
    if before.value is not None:
        assert before.value <= after.value


@RELAXED
@given(cases(), st.data())
def test_answering_more_never_widens_the_range(case, data):
    whole, answers = case
    empty = [ref for ref, one in answers.items() if one.option is None]
    if not empty:
        return
    ref = data.draw(st.sampled_from(empty))
    more = answers | {ref: Answer(data.draw(st.sampled_from(order(whole))))}
    before, after = score(whole, answers), score(whole, more)
    assert before.low <= after.low <= after.high <= before.high


@RELAXED
@given(cases())
def test_all_not_applicable_is_no_score(case):
    whole, answers = case
    result = score(whole, {ref: Answer("na", "reason") for ref in answers})
    assert (result.status, result.value, result.label) == ("no_score", None, "")
    assert result.coverage.applicable == 0


@RELAXED
@given(cases(na=False))
def test_bounds_are_the_scores_at_worst_and_best(case):
    whole, answers = case
    ladder = order(whole)
    result = score(whole, answers)
    for option, bound in ((ladder[0], result.low), (ladder[-1], result.high)):
        filled = {
            ref: one if one.option else Answer(option) for ref, one in answers.items()
        }
        assert score(whole, filled).value == bound


@RELAXED
@given(cases())
def test_sections_of_ours_change_nothing(case):
    whole, answers = case
    parts = []
    for part in whole.sections:
        inner = list(part.controls)
        for child in part.sections:
            inner += child.controls if child.ours else [child]
        parts.append(section(part.ref, *inner))
    plain = edition(whole.profile, whole.scale, parts)
    first, second = score(whole, answers), score(plain, answers)
    assert (first.value, first.low, first.high) == (
        second.value,
        second.low,
        second.high,
    )


@RELAXED
@given(cases())
def test_minimum_mean_maximum(case):
    whole, answers = case
    if whole.scale is not LEVELS:
        return
    values = [
        score(edition(averages(op, op), LEVELS, whole.sections), answers).value
        for op in ("min", "mean", "max")
    ]
    assert values == sorted(values, key=lambda value: value or Decimal(0))


@settings(deadline=None, max_examples=50)
@given(cases(na=False), st.sampled_from([1, 2, 3]))
def test_lift_is_what_rescoring_finds(case, goal):
    whole, answers = case
    answers = {
        ref: Answer(one.option or order(whole)[0]) for ref, one in answers.items()
    }
    before = score(whole, answers).value
    for gap in gaps(whole, answers, Decimal(goal)):
        codes = [option for option in whole.scale.options if not option.na]
        worth = {option.code: option.value for option in codes}
        reaching = [code for code in order(whole) if worth[code] is not None]
        if not reaching:
            continue
        code = next((one for one in reaching if worth[one] >= goal), reaching[-1])
        after = score(whole, answers | {gap.ref: Answer(code)}).value
        assert abs(gap.lift - (after - before)) < Decimal("1e-20")


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_every_outcome_of_samm_survives_any_answers(data):
    whole = data.draw(editions(library()["samm-maturity"], QUARTERS))
    codes = st.sampled_from([None, "0", "0.5", "1", "na"])
    answers = {leaf.ref: Answer(data.draw(codes)) for leaf in leaves(whole)}
    targets = {whole.code: "0.5"}
    for result in score_all(whole, answers, targets=targets, baseline=answers):
        assert result.status in ("final", "provisional", "no_score")


@pytest.mark.parametrize("name", METHODS)
def test_every_method_scores_an_empty_edition(name):
    method, scale = METHODS[name]
    if name == "streams":  # folds by an attribute, which nothing here has
        return
    plain = control("1", assessable=False)
    result = score(edition(method, scale, [plain]), {})
    assert (result.status, result.coverage.applicable) == ("no_score", 0)

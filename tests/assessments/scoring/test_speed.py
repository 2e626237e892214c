"""CPU time of scoring, with room for a slow machine; `make bench` prints it."""

import gc
import sys
import time

import pytest

from assessments.scoring import Answer, score
from tests.assessments.scoring.builders import (
    LEVELS,
    control,
    edition,
    library,
    section,
)
from tests.assessments.scoring.published import c2m2

# Measuring coverage slows Python down several times.
TRACED = 4 if sys.gettrace() else 1


def tree(count, per_section=12):
    sections = [
        section(f"S{at}", *(control(f"{at}.{n}") for n in range(per_section)))
        for at in range(count // per_section)
    ]
    rest = [control(f"r.{n}") for n in range(count % per_section)]
    if rest:
        sections.append(section("R", *rest))
    return edition(library()["maturity-average"], LEVELS, sections)


def half(whole, codes):
    refs = [leaf.ref for part in whole.sections for leaf in all_controls(part)]
    return {
        ref: Answer(codes[at % len(codes)])
        for at, ref in enumerate(refs)
        if at % 7 != 3
    }


def all_controls(part):
    yield from part.controls
    for inner in part.sections:
        yield from all_controls(inner)


def cpu(action, rounds=7):
    """Best of several rounds, in milliseconds; the first one prepares the edition."""
    action()
    gc.collect()
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        action()
        best = min(best, time.process_time() - start)
    return best * 1000


@pytest.mark.parametrize(("count", "most"), [(93, 5), (1200, 50)])
def test_whole_tree_with_trace(count, most):
    whole = tree(count)
    answers = half(whole, "012345")
    assert cpu(lambda: score(whole, answers)) <= most * TRACED


def test_c2m2_with_trace():
    answers = half(c2m2(), ["NI", "PI", "LI", "FI"])
    assert cpu(lambda: score(c2m2(), answers)) <= 15 * TRACED


def growth():
    times = []
    for count in (93, 1200):
        whole = tree(count)
        answers = half(whole, "012345")
        times.append(cpu(lambda w=whole, a=answers: score(w, a), rounds=15))
    return times[1] / times[0]


def test_growth_is_linear():
    # The least of three: a neighbour's load during one size would tilt the ratio.
    assert min(growth() for _ in range(3)) <= 16


def test_portfolio_without_trace():
    whole = tree(100)
    answers = [half(whole, "012345"[at % 3 :]) for at in range(500)]

    def portfolio():
        for one in answers:
            score(whole, one, with_trace=False)

    assert cpu(portfolio, rounds=2) <= 2000 * TRACED

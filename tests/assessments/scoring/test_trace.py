"""The trace: the arithmetic, for people to follow."""

from dataclasses import replace

from assessments.scoring import score
from tests.assessments.scoring.builders import (
    LEVELS,
    answered,
    control,
    edition,
    find,
    library,
    section,
)

SECTIONS = library()["section-average"]


def small():
    controls = [control("1"), control("2"), control("3")]
    return edition(library()["maturity-average"], LEVELS, controls)


def test_trace_shows_the_arithmetic():
    tree = section("A", control("1", 2), control("2"), control("3"), control("4"))
    whole = edition(SECTIONS, LEVELS, [tree])
    result = score(whole, answered({"1": 4, "2": 1, "3": "na"}))
    texts = [step.text for step in result.trace]
    assert texts == [
        "1 unanswered left out; they make the range from low to high",
        "1 not applicable left out on both sides",
        "Mean of 1",
        "Defined",
    ]
    (inner,) = find(result, "A").trace
    assert (inner.op, inner.value, inner.text) == ("wmean", 3, "Weighted mean of 2")
    assert [(one.ref, one.value, one.weight, one.note) for one in inner.inputs] == [
        ("1", 4, 2, ""),
        ("2", 1, 1, ""),
        ("3", None, 1, "not applicable"),
        ("4", None, 1, "unanswered"),
    ]
    assert result.trace[2].inputs[0].ref == "A"


def test_without_trace_the_numbers_are_the_same():
    given = answered({"1": 3})
    bare = score(small(), given, with_trace=False)
    full = score(small(), given)
    assert bare.trace == bare.sections[0].trace == ()
    stripped = tuple(replace(part, trace=()) for part in full.sections)
    assert bare == replace(full, trace=(), sections=stripped)

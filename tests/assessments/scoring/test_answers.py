"""Rows that cannot be taken."""

import pytest

from assessments.scoring import AnswerRow, check_answers
from tests.assessments.scoring.builders import (
    LEVELS,
    control,
    edition,
    library,
    profile,
)
from tests.assessments.scoring.published import sp800171


def faults(*rows, method=None):
    children = (control("3.1"), control("3.2", assessable=False))
    whole = edition(
        method or library()["maturity-average"],
        LEVELS,
        [control("1"), control("2"), control("3", controls=children)],
    )
    return [(one.line, one.ref, one.message) for one in check_answers(whole, rows)]


def test_good_rows():
    assert (
        faults(("1", "5"), ("2", "na", "No suppliers"), ("3", ""), ("3.1", None)) == []
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("9", "1"), "unknown control '9'"),
        (("9", ""), "unknown control '9'"),
        (("1", "7"), "unknown option '7'; the scale has 0, 1, 2, 3, 4, 5, na"),
        (("1", "na"), "option 'na' needs a justification"),
        (("1", "na", "  "), "option 'na' needs a justification"),
        (("3", "1"), "control 3 is not asked itself"),
        (("3.2", "1"), "control 3.2 is not asked itself"),
    ],
)
def test_bad_row(row, message):
    assert faults(row) == [(1, row[0], message)]


def test_every_bad_row_is_named_with_its_line():
    rows = [AnswerRow("1", "1", line=2), AnswerRow("1", "2", line=3), ("8", "1")]
    assert faults(*rows) == [
        (3, "1", "control 1 stands here twice"),
        (3, "8", "unknown control '8'"),
    ]


def test_partial_elsewhere():
    rows = [("3.5.3", "partial"), ("3.13.11", "partial"), ("3.1.1", "partial")]
    (problem,) = check_answers(sp800171(), rows)
    assert problem.message == "option 'partial' is not allowed for control 3.1.1"


def test_method_without_not_applicable():
    method = profile({"fold": {"by": "standard", "op": "mean", "na": "forbid"}})
    problems = faults(("1", "na", "reason"), method=method)
    assert problems == [(1, "1", "this method knows no not-applicable")]

"""Scales, and levels from ticked criteria."""

import pytest

from assessments.scoring import suggest_level
from tests.assessments.scoring.builders import LEVELS


def test_scale_finds_its_options():
    assert LEVELS.option("3").value == 3
    with pytest.raises(KeyError):
        LEVELS.option("9")


CRITERIA = [("a", 1), ("b", 1), ("c", 3), ("d", 3), ("e", 5), ("f", 5)]


@pytest.mark.parametrize(
    ("ticked", "level"),
    [
        ("", 0),
        ("a", 0),
        ("cdef", 0),
        ("ab", 1),
        ("abef", 1),
        ("abc", 2),
        ("abcd", 3),
        ("abcde", 3),
        ("abcdef", 3),
        ("abz", 1),
    ],
)
def test_suggested_level(ticked, level):
    assert suggest_level(CRITERIA, set(ticked), met_at=3) == level


@pytest.mark.parametrize(
    ("criteria", "ticked", "level"),
    [
        ([], "a", 0),
        ([("a", 3), ("b", 3)], "a", 1),
        ([("a", 1), ("b", 2), ("c", 2)], "ab", 1),
        ([("a", 3), ("b", 4), ("c", 5)], "abc", 5),
        ([("a", 3), ("b", 4), ("c", 5)], "ac", 3),
        ([("a", 3), ("b", 4), ("c", 5), ("d", 5)], "abc", 4),
        ([("a", 1), ("b", 2), ("c", 4)], "abc", 2),
        ([("a", 5)], "a", 0),
    ],
    ids=[
        "no criteria",
        "two levels between",
        "no level between",
        "whole ladder",
        "a level not met",
        "a part of the last level",
        "level 3 missing",
        "the top alone",
    ],
)
def test_suggested_level_of_other_criteria(criteria, ticked, level):
    assert suggest_level(criteria, ticked, met_at=3) == level

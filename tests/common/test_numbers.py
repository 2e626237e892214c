"""How a number is written: nothing that is not reached is ever shown as reached."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.numbers import (
    exact_text,
    number_text,
    plain_text,
    range_texts,
    shown_number,
)

FIVE, THREE = Decimal(5), Decimal(3)
numbers = st.decimals(-250, 250, allow_nan=False, places=12)
levels = st.decimals(0, 5, allow_nan=False, places=9)
targets = st.decimals(0, 5, allow_nan=False, places=2)
# A busy machine may draw slowly; that says nothing of numbers.
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(text: str) -> Decimal:
    return Decimal(text.replace("−", "-"))


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (None, 1, "–"),
        ("2.25", 1, "2.3"),
        ("-2.25", 1, "−2.3"),
        ("2.24", 1, "2.2"),
        ("110", 0, "110"),
        ("1E+2", 0, "100"),
        ("2.675", 2, "2.68"),
        ("0", 1, "0.0"),
        ("-0", 1, "0.0"),
        ("0.04", 1, "0.04"),
        ("-0.04", 1, "−0.04"),
        ("0.0001", 1, "0.001"),
        ("-0.0001", 1, "−0.001"),
    ],
)
def test_half_up_and_never_down_to_nothing(value, digits, text):
    assert number_text(None if value is None else Decimal(value), digits) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("4.991", "4.99"),  # 115 controls at 5 and one at 4
        ("4.9992", "4.999"),
        ("4.99999", "4.999"),
        ("5", "5.0"),
        ("2.991", "2.99"),
        ("2.95", "2.95"),
        ("3", "3.0"),
        ("3.004", "3.0"),
        ("2.949", "2.9"),
    ],
)
def test_neither_the_top_nor_the_target_is_reached_by_rounding(value, text):
    assert number_text(Decimal(value), limits=[THREE], ends=[FIVE]) == text


def test_a_limit_that_is_passed_is_never_shown_below():
    limit = Decimal("2.3333")

    assert number_text(Decimal("2.34"), limits=[limit]) == "2.34"
    assert number_text(Decimal("2.3"), limits=[limit]) == "2.3"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12.004", "12"),
        ("12.5", "12.5"),
        ("179", "179"),
        ("-203", "−203"),
        ("10", "10"),
    ],
)
def test_given_numbers_have_no_needless_zeros_and_no_point_at_the_end(value, text):
    assert plain_text(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("1E+1", "10"), ("2.50", "2.5"), ("-0.0", "0"), ("0.125", "0.125"), ("-3", "-3")],
)
def test_programs_get_every_digit(value, text):
    assert exact_text(Decimal(value)) == text


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        ("2.2", "3.3", ("2.2", "3.3")),
        ("2.51", "2.54", ("2.51", "2.54")),
        ("2.5001", "2.5002", ("2.5001", "2.5002")),
        ("2.5", "2.5", ("2.5", "2.5")),
        ("4.96", "5", ("4.96", "5.0")),
    ],
)
def test_the_ends_of_a_range_look_equal_only_when_they_are(low, high, texts):
    assert range_texts(Decimal(low), Decimal(high), ends=[FIVE]) == texts


@RELAXED
@given(numbers, st.integers(0, 2), st.lists(numbers, max_size=4))
def test_the_text_stands_on_the_same_side_of_every_limit(value, digits, limits):
    shown = shown_number(value, digits, limits=limits)

    for limit in limits:
        assert not value < limit <= shown
        assert not shown < limit < value
    assert (shown == 0) == (value == 0)
    assert read(number_text(value, digits, limits=limits)) == shown


@RELAXED
@given(levels, targets)
def test_no_text_is_that_of_a_threshold_which_is_missed(value, target):
    text = number_text(value, limits=[target], ends=[Decimal(0), FIVE])

    if value < target:
        assert read(text) < target
    if value >= target:
        assert read(text) >= target or value == target
    assert (read(text) == 5) == (value == 5)
    assert abs(read(text) - value) <= Decimal("0.05")


@RELAXED
@given(levels, levels)
def test_two_ends_never_look_alike(one, other):
    low, high = sorted([one, other])
    texts = range_texts(low, high, ends=[Decimal(0), FIVE])

    assert (texts[0] == texts[1]) == (low == high)
    assert read(texts[0]) <= read(texts[1])

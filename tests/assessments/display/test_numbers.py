"""The numbers of an outcome: its unit, its digits, its limits."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.display.numbers import ScoreFormat, gain_text, percent
from assessments.templatetags.assessment_tags import share_of

CUTS = tuple(map(Decimal, (1, 2, 3, 4, 5)))
LEVEL = ScoreFormat("level", Decimal(0), Decimal(5), CUTS)
POINTS = ScoreFormat("points", Decimal(-203), Decimal(110), (Decimal(88),))
SHARE = ScoreFormat("share", Decimal(0), Decimal(1))
PERCENT = ScoreFormat("%", Decimal(0), Decimal(100))
SAMM = ScoreFormat("points", Decimal(0), Decimal(3))
FORMATS = [LEVEL, POINTS, SHARE, PERCENT, SAMM]
shares = st.fractions(0, 1, max_denominator=1200)
# A busy machine may draw slowly; that says nothing of numbers.
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").removesuffix(" %"))


@pytest.mark.parametrize(
    ("done", "of", "text"),
    [
        (355, 356, "99.7 %"),
        (1199, 1200, "99.9 %"),
        (1, 1200, "0.1 %"),
        (1, 3, "33 %"),
        (0, 5, "0 %"),
        (5, 5, "100 %"),
        (67, 116, "58 %"),
    ],
)
def test_all_and_nothing_are_exact(done, of, text):
    assert percent(Decimal(done) / of) == text


def test_progress_of_all_but_one_is_not_all():
    assert share_of(355, 356) == "99.7 %"
    assert share_of(0, 0) == "0 %"


@pytest.mark.parametrize(
    ("gain", "unit", "text"),
    [
        ("0.03", "level", "+0.03"),
        ("0.0049", "level", "under +0.01"),
        ("0.00001", "share", "under +0.01"),
        ("0.0625", "share", "+6.25"),
        ("5", "points", "+5"),
        ("0.25", "points", "+0.25"),
        ("0", "level", ""),
        ("-0.25", "points", "−0.25"),
    ],
)
def test_no_gain_vanishes(gain, unit, text):
    assert gain_text(Decimal(gain), unit) == text


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        (LEVEL, "2.4914", "2.5"),
        (LEVEL, "2.9914", "2.99"),
        (LEVEL, "4.9914", "4.99"),
        (POINTS, "87.96", "87.96"),
        (POINTS, "-0.3", "−0.3"),
        (SHARE, "0.9972", "99.7 %"),
        (SHARE, "0.001", "0.1 %"),
        (PERCENT, "66.6667", "66.7 %"),
        (PERCENT, "99.96", "99.96 %"),
        (SAMM, "2.9958", "2.996"),
    ],
)
def test_no_outcome_rounds_onto_its_top_or_a_rule(form, value, text):
    assert form.text(Decimal(value)) == text


def test_a_target_missed_by_little_is_missed_in_words_and_numbers():
    form = LEVEL.against(Decimal("2.5"))

    assert form.text(Decimal("2.4914")) == "2.49"
    assert form.apart(form.distance(Decimal("2.4914"), Decimal("2.5"))) == "0.01"
    assert form.distance(Decimal("2.5004"), Decimal("2.5")) == 0


def test_a_target_with_many_digits_is_not_shown_below_itself():
    target = Decimal("2.65") + Decimal("0.004")
    form = LEVEL.against(target)

    assert form.given(target) == "2.66"
    assert form.text(Decimal("2.651")) == "2.65"


def test_ranges_of_all_units():
    assert POINTS.span(Decimal(-185), Decimal(94)) == "−185 to 94"
    assert PERCENT.span(Decimal(0), Decimal("66.6667")) == "0–66.7 %"
    assert LEVEL.span(Decimal("2.61"), Decimal("2.64")) == "2.61–2.64"
    assert SHARE.span(Decimal("0.121"), Decimal("0.124")) == "12.1–12.4 %"


@RELAXED
@given(shares, shares, st.sampled_from(FORMATS))
def test_a_missed_target_never_looks_reached(at, aim, form):
    size = form.maximum - form.minimum
    value, target = (
        form.minimum + size * part.numerator / part.denominator for part in (at, aim)
    )
    form = form.against(target)
    text = form.text(value)

    if value < target:
        assert text != form.text(target)
        assert read(text) < read(form.given(target))
        assert form.distance(value, target) < 0
        assert read(form.apart(form.distance(value, target))) > 0
    else:
        assert form.distance(value, target) >= 0
    assert (text == form.text(form.maximum)) == (value == form.maximum)

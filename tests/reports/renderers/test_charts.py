"""Charts: the geometry of the mock, safe markup, nothing drawn for what is unknown."""

import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from common.charts import (
    Cell,
    Climb,
    Point,
    Scale,
    bars_svg,
    climbs_svg,
    gauge_svg,
    mini_svg,
    radar_svg,
)
from common.charts.scene import fit, wrap

OPEN = Point(
    "Logging", low=Decimal(0), high=Decimal(5), target=Decimal(3), span="0.0–5.0"
)
SCORED = Point(
    "Suppliers",
    Decimal("1.667"),
    "1.7",
    low=Decimal(1),
    high=Decimal(3),
    target=Decimal(3),
    span="1.0–3.0",
)
DONE = Point("Access", Decimal(3), "3.0", Decimal(3), Decimal(3), Decimal(3))
POINTS = (SCORED, OPEN, DONE, DONE)


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 -- our own output is what is tested


def shapes(svg: str, name: str) -> list[ET.Element]:
    return parsed(svg).findall(f".//*[@class='ch-{name}']")


def test_radar_draws_no_line_to_a_section_without_answers() -> None:
    svg = radar_svg(POINTS, uid="r", title="Radar")

    assert len(shapes(svg, "dot")) == 3
    assert len(shapes(svg, "line")) == 2
    assert len(shapes(svg, "spoke")) == 2
    assert len(shapes(svg, "target-line")) == 1


def test_radar_needs_three_points() -> None:
    assert radar_svg(POINTS[:2], uid="r", title="Radar") == ""


def test_bars_have_the_geometry_of_the_mock() -> None:
    svg = bars_svg((SCORED, OPEN), uid="b", title="Bars")

    assert 'viewBox="0 0 360 66"' in svg
    band, open_band = (shape.attrib for shape in shapes(svg, "void"))
    assert (band["x"], band["width"]) == ("137.1", "82.2")
    assert (open_band["x"], open_band["width"]) == ("96", "205.5")
    assert [shape.attrib["width"] for shape in shapes(svg, "area")] == ["41.1"]
    assert [shape.text for shape in shapes(svg, "text")][1::2] == ["1.0–3.0", "–"]


def test_a_label_that_just_fits_is_whole() -> None:
    name = "Context of the organization"

    svg = bars_svg([replace(SCORED, label=name)], uid="b", title="Bars")

    assert shapes(svg, "text")[0].text == name


def test_a_long_label_takes_two_lines_and_a_higher_row() -> None:
    name = "System and Communications Protection"
    points = [replace(SCORED, label=name), replace(SCORED, label="Access")]

    svg = bars_svg(points, uid="b", title="Bars")

    first, second, value, access, _value = shapes(svg, "text")
    assert (first.text, second.text) == ("System and Communications", "Protection")
    assert float(second.attrib["y"]) - float(first.attrib["y"]) == 13
    assert [float(one.attrib["y"]) for one in (value, access)] == [21, 48.5]
    assert 'viewBox="0 0 360 79"' in svg


def test_gauge_has_the_geometry_of_the_mock() -> None:
    point = Point(
        "", Decimal("2.67"), "2.7", Decimal("1.97"), Decimal("3.29"), DONE.value
    )

    svg = gauge_svg(point, uid="g", title="Score 2.67 of 5")

    (band,) = shapes(svg, "band")
    assert (band.attrib["x"], band.attrib["width"]) == ("142.9", "92.4")
    (dot,) = shapes(svg, "dot")
    assert dot.attrib["cx"] == "191.9"
    assert "M215 1.5l6.5 6.5 -6.5 6.5 -6.5 -6.5z" in svg


def test_mini_is_hidden_from_readers_and_keeps_marks_apart() -> None:
    near = Point("", Decimal("2.9"), "2.9", target=Decimal(3))

    svg = mini_svg(near)

    assert 'aria-hidden="true"' in svg
    assert "M70.8 0.5l4 4 -4 4 -4 -4z" in svg


def test_figures_are_in_the_description() -> None:
    svg = bars_svg(POINTS, uid="b", title="Bars")

    root = parsed(svg)
    assert root.attrib["aria-labelledby"] == "b-t b-d"
    expected = (
        "Suppliers: 1.7 (1.0–3.0); Logging: – (0.0–5.0); Access: 3.0; Access: 3.0"
    )
    assert root.find("desc").text == expected


@pytest.mark.parametrize("draw", [radar_svg, bars_svg])
def test_what_people_wrote_is_no_markup(draw) -> None:
    hostile = '<script>alert("1")</script>\x00\ud800&'
    points = [Point(hostile, Decimal(1), "1")] * 3

    svg = draw(points, uid='"><b', title=hostile, desc=hostile)

    parsed(svg)
    assert "<script" not in svg
    assert "style=" not in svg
    assert not re.search(r"\son\w+=", svg)


def test_other_scales_have_their_own_axis() -> None:
    percent = Scale(Decimal(0), Decimal(100))

    svg = gauge_svg(Point("", Decimal(50)), uid="g", title="t", scale=percent)

    labels = [shape.text for shape in shapes(svg, "soft")]
    assert labels == ["0", "20", "40", "60", "80", "100"]
    assert shapes(svg, "dot")[0].attrib["cx"] == "180"


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (-203, 110, [-203, -100, 0, 110]),
        (-54, 0, [-54, -40, -30, -20, -10, 0]),
        (0, 24, [0, 5, 10, 15, 20, 24]),
        (1, 4, [1, 2, 3, 4]),
    ],
)
def test_long_axes_have_round_marks(low, high, marks) -> None:
    assert list(Scale(Decimal(low), Decimal(high)).ticks()) == marks


def test_long_numbers_at_the_ends_of_a_gauge_stay_inside() -> None:
    points = Scale(Decimal(-203), Decimal(110))

    svg = gauge_svg(Point("", Decimal(92)), uid="g", title="t", scale=points)

    first, *_, last = shapes(svg, "soft")
    assert (first.text, last.text) == ("−203", "110")
    assert float(first.attrib["x"]) > 15
    assert float(last.attrib["x"]) < 350


def test_losses_grow_from_zero() -> None:
    loss = Point("Access", Decimal(-11), "−11", target=Decimal(0))

    svg = bars_svg([loss], uid="b", title="Bars", scale=Scale(Decimal(-54), Decimal(0)))

    (bar,) = shapes(svg, "area")
    right = float(bar.attrib["x"]) + float(bar.attrib["width"])
    assert round(right) == 360 - 42


def test_levels_are_climbed_cell_by_cell() -> None:
    cells = (Cell(1, reached=True), Cell(0.5, reached=False), Cell(0, reached=False))

    svg = climbs_svg([Climb("ASSET", "1", cells, 2)], uid="c", title="Levels")

    assert [len(shapes(svg, name)) for name in ("empty", "area", "band")] == [3, 1, 1]
    assert len(shapes(svg, "target")) == 1
    assert [shape.text for shape in shapes(svg, "text")] == ["ASSET", "1"]
    assert parsed(svg).find("desc").text == "ASSET: 1"


def test_scores_beyond_the_axis_stay_in_the_picture() -> None:
    assert Scale().share(Decimal(-3)) == 0
    assert Scale().share(Decimal(9)) == 1
    assert Scale(Decimal(1), Decimal(1)).share(Decimal(1)) == 0


def test_long_labels_are_cut_and_wrapped() -> None:
    assert fit("short", 100, 12) == "short"
    assert fit("a very long label indeed", 60, 12) == "a very l…"
    assert wrap("Incident management and continuity", 80, 12) == [
        "Incident",
        "management…",
    ]

"""Targets given as a level of the method: which answers they ask for."""

import pytest

from assessments.models import Assessment
from assessments.queries.levels import climb_of
from assessments.queries.tuning import own_targets
from standards.loader import load_edition
from tests.factories.standards import built_in_library, built_in_shared

HEAD = """
edition: "1"
title: Processes
published: 2026-01-01
scoring: iso-33020-capability
scale:
  title: Rating
  min: 0
  max: 3
  options:
    - {code: N, label: Not achieved, value: 0}
    - {code: P, label: Partially achieved, value: 1}
    - {code: L, label: Largely achieved, value: 2}
    - {code: F, label: Fully achieved, value: 3}
sections:
  - ref: P
    title: A process
    controls:
"""


@pytest.fixture
def process():
    """One process with an attribute for each of the levels 1 to 3."""
    controls = "".join(
        f"      - {{ref: PA{level}, title: Attribute, question: Is it so?, "
        f"guidance: Look., evidence: [A record, A plan], "
        f'attributes: {{level: "{level}"}}}}\n'
        for level in (1, 2, 3)
    )
    return load_edition(
        (HEAD + controls).encode(),
        file="1.yaml",
        standard="processes",
        slug="1",
        shared=built_in_shared(),
    )


@pytest.mark.parametrize(
    ("level", "options"),
    [
        ("Performed", {"PA1": "L", "PA2": "N", "PA3": "N"}),
        ("Managed", {"PA1": "F", "PA2": "L", "PA3": "N"}),
        ("Established", {"PA1": "F", "PA2": "F", "PA3": "L"}),
    ],
)
def test_a_process_aims_at_a_capability_level(process, level, options):
    """Lower levels must be achieved fully, the level itself largely."""
    assert own_targets(Assessment(targets={"P": level}), process) == options


def test_levels_have_the_names_of_the_method(process):
    climb = climb_of(process)

    assert list(climb.levels) == [
        *("Performed", "Managed", "Established", "Predictable", "Innovating"),
    ]
    assert [section.ref for section in climb.sections] == ["P"]


def test_averages_have_no_levels_to_aim_at():
    edition = next(
        e for e in built_in_library().editions if e.code == "gmp/us-21-cfr-211"
    )
    assert climb_of(edition) is None

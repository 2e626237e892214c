"""What would lift a gap: the next level's criterion, not the target's."""

from decimal import Decimal

from assessments.display.next_steps import next_steps
from standards.loader import ControlData, CriterionData, OptionData

DEFINED = OptionData(code="3", label="Defined", value=Decimal(3), descriptor="Written.")
CRITERIA = (
    CriterionData("1.1", 1, "A note names it."),
    CriterionData("2.1", 2, "Departments keep lists."),
    CriterionData("2.2", 2, "The lists are dated."),
    CriterionData("3.1", 3, "One list is approved."),
    CriterionData("4.1", 4, "A figure is reported."),
)


def steps(control: ControlData, ticks=(), level=1, target=3):
    return next_steps(control, ticks, Decimal(level), Decimal(target), DEFINED)


def test_the_next_level_comes_first_and_the_target_after_it():
    found = steps(ControlData("A", "Assets", criteria=CRITERIA))

    assert found.now == "Next step (level 2): Departments keep lists."
    assert found.after == "Then, for level 3: One list is approved."


def test_ticks_say_what_is_missing():
    control = ControlData("A", "Assets", criteria=CRITERIA)

    assert (
        steps(control, ["1.1", "2.1"]).now
        == "Next step (level 2): The lists are dated."
    )
    found = steps(control, ["1.1", "2.1", "2.2"], level=2)
    assert (found.now, found.after) == (
        "Next step (level 3): One list is approved.",
        "",
    )


def test_two_levels_are_told_one_after_the_other():
    found = steps(ControlData("A", "Assets", criteria=CRITERIA), level=0, target=4)

    assert found.now == "Next step (level 1): A note names it."
    assert found.after == (
        "Then, for level 2: Departments keep lists. "
        "Then, for level 3: One list is approved. "
        "Then, for level 4: A figure is reported."
    )


def test_without_criteria_the_guidance_and_the_evidence_say_it():
    control = ControlData(
        "1.4",
        "DHCP",
        guidance="Logging must be on.",
        evidence=("A setting", "An entry"),
    )

    found = steps(control)

    assert found.now == "What it takes: Logging must be on."
    assert found.after == "Shown, for example, by: A setting; An entry."


def test_with_nothing_else_the_level_is_described():
    assert steps(ControlData("A", "Assets")).now == "To reach Defined: Written."

"""What the people of the demo write, made from the control itself."""

from assessments.services.content import AnswerContent
from standards.loader import ControlData

NOT_APPLICABLE = "na"
JUSTIFICATIONS = {
    "A.7.12": "There are no data cables of ours outside the two locked server rooms.",
    "A.8.30": "All software is bought; nobody develops any for us in this period.",
    "211.132": "The line fills hospital packs only; nothing is sold over the counter.",
    "211.173": "No animals are used for testing at this site.",
}
OPENINGS = (
    "Checked in October.",
    "Seen at the last walk-through.",
    "As last agreed in the team.",
)


def content_for(control: ControlData, level: int, number: int) -> AnswerContent:
    """An answer at `level`, with the ticks that go with it and a note that says why."""
    if control.ref in JUSTIFICATIONS:
        return AnswerContent(
            option=NOT_APPLICABLE, justification=JUSTIFICATIONS[control.ref]
        )
    met = [c for c in control.criteria if c.level <= level]
    unmet = [c for c in control.criteria if c.level > level]
    if level in {2, 4} and unmet and not any(c.level == level for c in met):
        met.append(unmet.pop(0))
    return AnswerContent(
        option=str(level),
        ticks=tuple(c.code for c in met),
        note=_note(met[-1].text if met else "", unmet[0].text if unmet else "", number),
    )


def _note(met: str, unmet: str, number: int) -> str:
    opening = OPENINGS[number % len(OPENINGS)]
    if met and unmet and number % 2:
        return f"{opening} {met} Still open: {unmet[0].lower()}{unmet[1:]}"
    if met:
        return f"{opening} {met}"
    return f"{opening} Nothing of this is in place yet."


def evidence_title(control: ControlData) -> str:
    return control.evidence[0] if control.evidence else control.title


def evidence_file(control: ControlData, year: int) -> bytes:
    """A small text that stands for a real document, and says so."""
    lines = [
        evidence_title(control),
        f"Northwind Pharma, {year}. Belongs to {control.ref} {control.title}.",
        "",
        "This file is part of the demo. In your organization the document stands here.",
        "",
        *(f"- {criterion.text}" for criterion in control.criteria[:3]),
    ]
    return "\n".join(lines).encode()

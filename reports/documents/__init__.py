"""What a report prints: frozen dataclasses, filled by builders, read by renderers.

Renderers know nothing of models, settings or the clock. So every word here is final:
translated, in the reader's locale, dates and numbers formatted. A `Decimal` stands
beside its text only where a chart or a spreadsheet needs the number.

An empty text, an empty tuple or None means "there is none": no line is printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reports.documents.scores import (
    NO_NUMBER,
    NO_SCORE,
    NONE_TEXT,
    Axis,
    Climb,
    ClimbStep,
    Level,
    Number,
    Outcome,
    ScaleLevel,
    ScoreView,
)

__all__ = [
    "NONE_TEXT",
    "AssessmentReport",
    "Axis",
    "Change",
    "Climb",
    "ClimbStep",
    "Control",
    "Criterion",
    "Evidence",
    "Finding",
    "Gap",
    "Grade",
    "HistoryEntry",
    "Level",
    "Move",
    "Number",
    "Outcome",
    "ScaleLevel",
    "ScoreView",
    "Section",
    "Signature",
    "State",
    "TraceRow",
    "Verdict",
]


class State(StrEnum):
    """What became of a control."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    UNKNOWN = "unknown"  # "don't know": counts as unanswered, and says who to ask
    NOT_APPLICABLE = "not_applicable"


class Grade(StrEnum):
    """An auditor's verdict; the four after the first are findings."""

    CONFORMS = "conforms"
    MAJOR = "major"
    CRITICAL = "critical"
    MINOR = "minor"
    OBSERVATION = "observation"
    OPPORTUNITY = "opportunity"


@dataclass(frozen=True, slots=True)
class Change:
    """What moved since the last assessment of the same team and standard."""

    text: str = ""  # "0.3 better than in November 2025"
    last: Number = NO_NUMBER
    last_label: str = ""  # "November 2025"
    risen: tuple["Move", ...] = ()
    fallen: tuple["Move", ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One section that moved."""

    title: str
    before: str
    after: str
    difference: str  # "+0.6"


@dataclass(frozen=True, slots=True)
class Criterion:
    """An observable thing that a control expects at a level."""

    level: Level
    text: str
    ticked: bool = False
    code: str = ""  # as answers and imports name it


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file or a link, as answers and the register show it."""

    number: str  # "E12", unique in the report
    title: str
    location: str = ""  # file name, or the link's address
    is_link: bool = False
    sha256: str = ""  # files only
    size: str = ""
    period: str = ""  # what time the evidence speaks of
    owner: str = ""
    added: str = ""
    refs: tuple[str, ...] = ()  # controls that it supports


@dataclass(frozen=True, slots=True)
class Verdict:
    """The auditor's conclusion on one revision of an answer."""

    grade: Grade
    label: str  # the grade in words: "Minor shortfall"
    level: Level | None = None  # the auditor's own level
    reason: str = ""
    by: str = ""
    at: str = ""
    revision: str = ""  # "Answer revision 3"


@dataclass(frozen=True, slots=True)
class Control:
    """One checklist item with its answer."""

    ref: str
    title: str
    question: str = ""
    state: State = State.UNANSWERED
    state_label: str = ""  # "Not answered", "Not applicable"; empty when answered
    level: Level | None = None
    target: Level | None = None
    last: Level | None = None
    note: str = ""
    justification: str = ""  # why it does not apply
    criteria: tuple[Criterion, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    verdict: Verdict | None = None
    changes_requested: str = ""
    owner: str = ""
    answered_by: str = ""
    answered_at: str = ""
    revision: int = 0
    weight: str = ""  # only when weights differ


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the edition: at most two deep, and only leaves have controls."""

    ref: str  # "A.5.1–5.8"
    title: str
    short: str = ""  # for charts: "Governance"; the title serves when empty
    self_score: Number = NO_NUMBER
    audited_score: Number = NO_NUMBER
    low: Number = NO_NUMBER
    high: Number = NO_NUMBER
    span: str = ""  # low and high as printed
    target: Number = NO_NUMBER
    last: Number = NO_NUMBER
    to_target: str = ""  # "+0.3", "Met"
    coverage: str = ""
    count: int = 0  # controls in it, children included
    sections: tuple["Section", ...] = ()
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A control below its target, ranked."""

    rank: int
    ref: str
    title: str
    now: Level
    target: Level
    lift: str = ""  # what reaching the target adds: "+0.03"
    next_step: str = ""  # "Next step (level 2): …"
    after: str = ""  # "Then, for level 3: …"
    reason: str = ""  # why it stands where it stands: "Closes Leadership."
    action: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict that asks for something."""

    number: str  # "F3"
    grade: Grade
    label: str
    ref: str
    title: str
    reason: str = ""
    self_level: Level | None = None
    audited_level: Level | None = None
    changes_requested: str = ""
    owner: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A line of the arithmetic: "Score | 179 ÷ 67 | 2.67"."""

    label: str
    inputs: str
    result: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    at: str
    who: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody stood up for something: submitted, approved, sealed."""

    role: str  # "Submitted by"
    name: str = ""
    at: str = ""
    statement: str = ""  # the declaration's words
    digest: str = ""  # what was sealed


@dataclass(frozen=True, slots=True)
class AssessmentReport:
    """One assessment, ready to print. Only the first five fields are required."""

    organization: str
    title: str  # "Information security, Porto site"
    standard: str  # "ISO/IEC 27001"
    edition: str  # "ISO/IEC 27001:2022"
    prepared_at: str
    code: str = ""
    team: str = ""
    scope: str = ""
    period: str = ""
    status: str = ""  # "In review"
    marking: str = ""  # "Confidential"
    is_final: bool = False  # False prints the draft mark
    language: str = "en"  # BCP 47; of the report's own words
    paper: str = "a4"  # or "us-letter"
    engine: str = ""  # "Scoring engine 1.0"
    zone: str = ""  # "Times in Europe/Lisbon"
    standard_code: str = ""  # "iso-27001"
    edition_code: str = ""  # "iso-27001/2022"
    state: str = ""  # its code: "review"
    made_at: str = ""  # when the file was made; of a sealed assessment its sealing
    summary: tuple[str, ...] = ()  # paragraphs: what it says
    self_score: ScoreView = NO_SCORE
    audited_score: ScoreView | None = None
    target: Number = NO_NUMBER
    outcomes: tuple[Outcome, ...] = ()
    climbs: tuple[Climb, ...] = ()
    axis: Axis | None = None
    change: Change | None = None
    sections: tuple[Section, ...] = ()
    gaps: tuple[Gap, ...] = ()
    findings: tuple[Finding, ...] = ()
    trace: tuple[TraceRow, ...] = ()
    decisions: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    scale: tuple[ScaleLevel, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    people: tuple[tuple[str, str], ...] = ()  # role and name
    signatures: tuple[Signature, ...] = ()
    # Every control that is asked, as a file of answers has it; see docs/user/files.md.
    answers: tuple[Mapping[str, str | int | bool], ...] = ()
    # Translated page texts by key; renderers/words.py has the keys and the defaults.
    texts: Mapping[str, str] = field(default_factory=dict)

    def leaves(self) -> tuple[Section, ...]:
        """The sections that hold controls, in order."""
        return tuple(
            leaf
            for section in self.sections
            for leaf in (section.sections or (section,))
        )

    def controls(self) -> tuple[Control, ...]:
        return tuple(control for leaf in self.leaves() for control in leaf.controls)

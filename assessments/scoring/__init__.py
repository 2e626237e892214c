"""The scoring engine: pure Python, no Django, no clock, no database.

A method is data (`parse_profile`), an edition carries one, and `score` applies it to
answers. docs/developer/scoring.md tells how.
"""

from assessments.scoring.answers import check_answers
from assessments.scoring.checking import check_profile
from assessments.scoring.criteria import suggest_level
from assessments.scoring.edition import (
    Answer,
    AnswerError,
    AnswerRow,
    Control,
    Edition,
    Option,
    Scale,
    Section,
)
from assessments.scoring.engine import has_overall, score, score_all
from assessments.scoring.gates import NO_STATUS, UNDECIDED
from assessments.scoring.improvement import gaps, level
from assessments.scoring.parsing import parse_profile
from assessments.scoring.plain import to_plain
from assessments.scoring.plan import prepare
from assessments.scoring.profile import Outcome, Profile, ProfileError
from assessments.scoring.result import (
    Coverage,
    Gap,
    Gate,
    Input,
    Problem,
    Score,
    SectionScore,
    Step,
)

# Stored with every snapshot; raise it when the same answers may give another result.
ENGINE_VERSION = "2"

__all__ = [
    "ENGINE_VERSION",
    "NO_STATUS",
    "UNDECIDED",
    "Answer",
    "AnswerError",
    "AnswerRow",
    "Control",
    "Coverage",
    "Edition",
    "Gap",
    "Gate",
    "Input",
    "Option",
    "Outcome",
    "Problem",
    "Profile",
    "ProfileError",
    "Scale",
    "Score",
    "Section",
    "SectionScore",
    "Step",
    "check_answers",
    "check_profile",
    "gaps",
    "has_overall",
    "level",
    "parse_profile",
    "prepare",
    "score",
    "score_all",
    "suggest_level",
    "to_plain",
]

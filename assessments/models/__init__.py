from assessments.models.answer import Answer, AnswerRevision
from assessments.models.assessment import Assessment, ScoreSnapshot, SectionTask
from assessments.models.evidence import AnswerEvidence, Evidence
from assessments.models.record import SealedRecord
from assessments.models.review import Review, Verdict
from assessments.models.upload import AnswerUpload

__all__ = [
    "Answer",
    "AnswerEvidence",
    "AnswerRevision",
    "AnswerUpload",
    "Assessment",
    "Evidence",
    "Review",
    "ScoreSnapshot",
    "SealedRecord",
    "SectionTask",
    "Verdict",
]

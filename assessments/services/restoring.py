"""Bringing an older version of an answer back, as a new one: history only grows."""

from accounts.models import User
from assessments.models import AnswerRevision, Assessment
from assessments.services.answers import Conflict, record_answer
from assessments.services.content import AnswerContent
from standards.loader import ControlData, EditionData


def restore_version(
    *,
    assessment: Assessment,
    edition: EditionData,
    control: ControlData,
    by: User,
    revision: AnswerRevision,
    seen_version: int,
) -> None:
    """Write `revision` again, over the version that the person saw as the present one.

    Raises Conflict when somebody saved since, and what record_answer raises.
    """
    content = AnswerContent.of(revision.content())
    record_answer(
        assessment=assessment,
        edition=edition,
        control=control,
        by=by,
        content=content,
        seen_version=seen_version,
        key="",
        ask_id=revision.ask_id,
    )
    # What was seen may have said the same: then nothing was written over the newer one.
    answer = revision.answer
    answer.refresh_from_db()
    if AnswerContent.of(answer.content()) != content:
        raise Conflict(answer)

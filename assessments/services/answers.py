"""Saving an answer, so that nothing is ever lost: versions, keys, conflicts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Answer, AnswerRevision, Assessment
from assessments.services.content import (
    AnswerContent,
    InvalidAnswer,
    clean_content,
)
from standards.loader import ControlData, EditionData

# What is kept of one piece of evidence: code, title, sha256, url …
Piece = dict[str, str]


@dataclass(frozen=True, slots=True)
class Saved:
    """The outcome of a save: the version that the writer now knows, and its time."""

    version: int
    at: datetime
    changed: bool


@dataclass(frozen=True, slots=True)
class Write:
    """One save: what is written, by whom, and on which version."""

    content: AnswerContent
    ask_id: int | None
    by: User
    at: datetime
    seen_version: int
    key: str
    # Keys of the writer's own earlier saves whose outcome they could not see.
    after: Collection[str]
    kind: str

    def is_in(self, stored: Answer | AnswerRevision) -> bool:
        """Whether `stored` says the same."""
        same = AnswerContent.of(stored.content()) == self.content
        return same and stored.ask_id == self.ask_id


class Conflict(Exception):
    """Somebody else saved in between. Carries the answer as it stands."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"answer {answer.pk} is at version {answer.version}")
        self.answer = answer


class NotOpen(PermissionDenied):
    """The assessment takes no answers in its present state."""


def record_answer(  # noqa: PLR0913 -- what a save has to say, each by its name
    *,
    assessment: Assessment,
    edition: EditionData,
    control: ControlData,
    by: User,
    content: AnswerContent,
    seen_version: int,
    key: str,
    after: Collection[str] = (),
    ask_id: int | None = None,
    kind: str = AnswerRevision.Kind.CONTENT,
) -> Saved:
    """Write one answer and its revision in one transaction.

    `seen_version` is the version the writer saw, 0 for none. Repeating `key` repeats
    the outcome, not the write; with another content it is a conflict. `after` holds
    keys of the writer's own earlier saves whose outcome they could not see: those are
    no conflict. Raises InvalidAnswer, Conflict (somebody saved in between) and
    NotOpen. A save costs the same for any number of controls.
    """
    if not assessment.takes_answers:
        raise NotOpen
    content = clean_content(content, control, edition.scale)
    now = timezone.now()
    write = Write(content, ask_id, by, now, seen_version, key, after, kind)
    if seen_version == 0:
        saved = _create(assessment, control, write)
        if saved:
            return saved
    try:
        return _change(assessment, control, write)
    except IntegrityError:
        # The key was used before: what came of it counts.
        with transaction.atomic():
            repeated = _repeated(lock_answer(assessment, control), write)
        if repeated is None:
            raise
        return repeated


def hold_open(assessment: Assessment) -> None:
    """Let nobody submit the assessment until the transaction ends. Raises NotOpen.

    The score that a submission keeps is the one of the answers that it hands over.
    """
    found = Assessment.objects.select_for_update(no_key=True).only(
        "state", "archived_at"
    )
    if not found.get(pk=assessment.pk).takes_answers:
        raise NotOpen


def lock_answer(assessment: Assessment, control: ControlData) -> Answer:
    """The answer to `control`, locked until the transaction ends.

    Holds the assessment open as well, and first, as everybody does who locks both.
    Raises Answer.DoesNotExist while the control was never answered, and NotOpen when
    the assessment was submitted since it was read.
    """
    found = Answer.objects.select_for_update(of=("assessment", "self"), no_key=True)
    answer = found.select_related("assessment").get(
        assessment=assessment, control_id=control.pk
    )
    if not answer.assessment.takes_answers:
        raise NotOpen
    return answer


def _create(assessment: Assessment, control: ControlData, write: Write) -> Saved | None:
    """The first save of a control; None when another save came first."""
    try:
        with transaction.atomic():
            hold_open(assessment)
            answer = Answer(assessment=assessment, control_id=control.pk)
            _fill(answer, write)
            answer.save(force_insert=True)
            return add_revision(answer, write.key, write.kind)
    except IntegrityError:
        return None


@transaction.atomic
def _change(assessment: Assessment, control: ControlData, write: Write) -> Saved:
    """Write over an answer, unless the save is settled without."""
    try:
        answer = lock_answer(assessment, control)
    except Answer.DoesNotExist as error:
        raise InvalidAnswer(
            {"version": _("Nothing is saved here yet. Load the page again.")}
        ) from error
    settled = None
    if answer.version != write.seen_version:
        settled = _repeated(answer, write) or _settled(answer, write)
    elif write.is_in(answer):
        settled = Saved(answer.version, answer.updated_at, changed=False)
    if settled:
        return settled
    _fill(answer, write)
    answer.version += 1
    answer.save()
    return add_revision(answer, write.key, write.kind)


def _fill(answer: Answer, write: Write) -> None:
    for name, value in write.content.fields().items():
        setattr(answer, name, value)
    answer.ask_id = write.ask_id
    answer.updated_by = write.by
    answer.updated_at = write.at


def add_revision(
    answer: Answer,
    key: str,
    kind: str,
    *,
    attached: Sequence[Piece] = (),
    detached: Sequence[Piece] = (),
) -> Saved:
    """Keep the present state of a locked answer as a revision.

    `attached` and `detached` are the evidence that this version changes.
    """
    AnswerRevision.objects.create(
        answer=answer,
        version=answer.version,
        kind=kind,
        key=key,
        by_id=answer.updated_by_id,
        at=answer.updated_at,
        ask_id=answer.ask_id,
        attached=list(attached),
        detached=list(detached),
        **answer.content(),
    )
    return Saved(answer.version, answer.updated_at, changed=True)


def _repeated(answer: Answer, write: Write) -> Saved | None:
    """The outcome of the save that had the key of this one; None for a new key.

    Raises Conflict when that one had another content: neither may be dropped.
    """
    if not write.key:
        return None
    revision = answer.revisions.filter(key=write.key).first()
    if revision is None:
        return None
    if not write.is_in(revision):
        raise Conflict(answer)
    return Saved(revision.version, revision.at, changed=True)


def _settled(answer: Answer, write: Write) -> Saved | None:
    """What to answer to a save that saw another version; None when it may be written.

    Raises Conflict when both sides wrote something different.
    """
    if write.is_in(answer):
        return Saved(answer.version, answer.updated_at, changed=False)
    seen = answer.revisions.filter(version=write.seen_version).first()
    if seen and write.is_in(seen):
        # The writer changed nothing; a form without JavaScript posts every control.
        # They still know the old version only, and what they write next is compared.
        return Saved(seen.version, seen.at, changed=False)
    later = answer.revisions.filter(version__gt=write.seen_version)
    # Evidence that was added in between is no conflict: the texts did not move.
    theirs = later.exclude(kind=AnswerRevision.Kind.EVIDENCE).exclude(
        key__in=[key for key in write.after if key]
    )
    if write.seen_version > answer.version or theirs.exists():
        raise Conflict(answer)
    return None

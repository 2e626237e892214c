"""Saving an answer, so that nothing is ever lost: versions, keys, conflicts."""

from collections.abc import Collection
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


@dataclass(frozen=True, slots=True)
class Saved:
    """The outcome of a save: the version that the writer now knows, and its time."""

    version: int
    at: datetime
    changed: bool


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
    stamp = {"updated_by": by, "updated_at": timezone.now(), "ask_id": ask_id}
    if seen_version == 0:
        saved = _create(assessment, control, content, stamp, key, kind)
        if saved:
            return saved
    try:
        return _change(
            assessment, control, content, seen_version, stamp, key, after, kind
        )
    except IntegrityError:
        # The key was used before, on a version that the writer did not see.
        with transaction.atomic():
            return _repeated(lock_answer(assessment, control), content, key)


@transaction.atomic
def _change(
    assessment: Assessment,
    control: ControlData,
    content: AnswerContent,
    seen_version: int,
    stamp: dict[str, object],
    key: str,
    after: Collection[str],
    kind: str,
) -> Saved:
    """Write over an answer, unless the save is settled without."""
    try:
        answer = lock_answer(assessment, control)
    except Answer.DoesNotExist as error:
        raise InvalidAnswer(
            {"version": _("Nothing is saved here yet. Load the page again.")}
        ) from error
    if answer.version != seen_version:
        settled = _settled(answer, content, seen_version, (key, *after))
        if settled:
            return settled
    return _update(answer, content, stamp, key, kind)


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


def _create(
    assessment: Assessment,
    control: ControlData,
    content: AnswerContent,
    stamp: dict[str, object],
    key: str,
    kind: str,
) -> Saved | None:
    """The first save of a control; None when another save came first."""
    try:
        with transaction.atomic():
            hold_open(assessment)
            answer = Answer.objects.create(
                assessment=assessment,
                control_id=control.pk,
                **content.fields(),
                **stamp,
            )
            return add_revision(answer, key, kind)
    except IntegrityError:
        return None


def _update(
    answer: Answer,
    content: AnswerContent,
    stamp: dict[str, object],
    key: str,
    kind: str,
) -> Saved:
    changed = {**content.fields(), "ask_id": stamp["ask_id"]}
    if all(getattr(answer, name) == value for name, value in changed.items()):
        return Saved(answer.version, answer.updated_at, changed=False)
    for name, value in {**changed, **stamp}.items():
        setattr(answer, name, value)
    answer.version += 1
    answer.save()
    return add_revision(answer, key, kind)


def add_revision(answer: Answer, key: str, kind: str) -> Saved:
    """Keep the present state of a locked answer as a revision."""
    AnswerRevision.objects.create(
        answer=answer,
        version=answer.version,
        kind=kind,
        key=key,
        by_id=answer.updated_by_id,
        at=answer.updated_at,
        **answer.content(),
    )
    return Saved(answer.version, answer.updated_at, changed=True)


def _repeated(answer: Answer, content: AnswerContent, key: str) -> Saved:
    """The outcome of the save that had this key.

    Raises Conflict when that one had another content: neither may be dropped.
    """
    revision = answer.revisions.get(key=key)
    if AnswerContent.of(revision.content()) != content:
        raise Conflict(answer)
    return Saved(revision.version, revision.at, changed=True)


def _settled(
    answer: Answer, content: AnswerContent, seen_version: int, keys: tuple[str, ...]
) -> Saved | None:
    """What to answer to a save that saw an older version; None when it may be written.

    `keys` are the writer's own, the one of this save first. Raises Conflict when both
    sides wrote something different.
    """
    key, *_earlier = keys
    if key and answer.revisions.filter(key=key).exists():
        return _repeated(answer, content, key)
    if AnswerContent.of(answer.content()) == content:
        return Saved(answer.version, answer.updated_at, changed=False)
    seen = answer.revisions.filter(version=seen_version).first()
    if seen and AnswerContent.of(seen.content()) == content:
        # The writer changed nothing; a form without JavaScript posts every control.
        # They still know the old version only, and what they write next is compared.
        return Saved(seen.version, seen.at, changed=False)
    later = answer.revisions.filter(version__gt=seen_version)
    # Evidence that was added in between is no conflict: the texts did not move.
    theirs = later.exclude(kind=AnswerRevision.Kind.EVIDENCE).exclude(
        key__in=[k for k in keys if k]
    )
    if seen_version > answer.version or theirs.exists():
        raise Conflict(answer)
    return None

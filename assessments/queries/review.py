"""The auditor's queue: which answers to look at, in which order, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Answer, AnswerRevision, Assessment, Review, Verdict
from assessments.permissions import takes_verdicts
from assessments.queries.answers import (
    Judged,
    is_answered,
    judged_by_control,
    verdict_log,
)
from assessments.queries.changes import level_of
from assessments.queries.claims import without_evidence
from assessments.queries.questionnaire import Level
from assessments.queries.records import rename_people
from standards.loader import ControlData, EditionData, SectionData

SAMPLE_PERCENT = 10
SAMPLE_LEAST = 5


@dataclass(frozen=True)
class Item:
    """One answered control as the auditor's lists show it."""

    control: ControlData
    section: SectionData
    level: Level
    version: int
    changed_at: datetime
    evidence: int
    # The reader wrote a version of this answer, and so may not judge it.
    mine: bool
    judged: Judged | None = None
    # The auditor's level for the present version.
    audited: Level | None = None
    # The last finding that the present verdict no longer has.
    settled: Verdict | None = None
    # The last verdict of an earlier round: it decides why the item is in the queue.
    before: Judged | None = None

    @property
    def ref(self) -> str:
        return self.control.ref

    @property
    def validated(self) -> bool:
        return self.judged is not None and self.judged.validated

    @property
    def changed(self) -> bool:
        return self.judged is not None and not self.judged.current

    @property
    def request(self) -> Verdict | None:
        """The change asked for, until the answer changes."""
        if self.judged and self.judged.current and self.judged.verdict.request:
            return self.judged.verdict
        return None

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on the present version."""
        return self.judged.verdict if self.judged and self.judged.current else None

    @cached_property
    def reason(self) -> str:
        """Why it is in the queue, apart from the sample; empty for no reason."""
        if self.before and not self.before.current:
            return "changed"
        if self.before:
            return "ignored" if self.before.verdict.request else "settled"
        return "claim" if self.level.option.met and not self.evidence else ""


@dataclass(frozen=True)
class Group:
    """Items that are in the queue for the same reason."""

    key: str
    title: str
    items: list[Item]
    more: int = 0  # how many a shortened group leaves out

    def around(self, ref: str, size: int = 12) -> Group:
        """The group cut to `size` items, with `ref` among them when it is in it."""
        refs = [item.ref for item in self.items]
        start = max(0, refs.index(ref) - size // 2) if ref in refs else 0
        start = min(start, max(0, len(refs) - size))
        shown = self.items[start : start + size]
        return Group(self.key, self.title, shown, len(refs) - len(shown))


@dataclass(frozen=True)
class Queue:
    """Everything that can be judged, and what of it waits for this auditor."""

    items: dict[str, Item]
    groups: list[Group]
    total: int
    seed: str
    review: Review | None = None
    # In the queue, but written by the reader: somebody else has to look.
    mine: list[Item] = field(default_factory=list)

    @property
    def validated(self) -> int:
        return sum(item.validated for item in self.items.values())

    @property
    def order(self) -> list[Item]:
        return [item for group in self.groups for item in group.items]

    @property
    def left(self) -> int:
        return len(self.order)

    @property
    def requests(self) -> list[Item]:
        return [item for item in self.items.values() if item.request]

    @property
    def findings(self) -> list[Item]:
        """Answers whose present version has a finding."""
        found = self.items.values()
        return [item for item in found if item.verdict and item.verdict.reason]

    @property
    def settled(self) -> list[Item]:
        """Answers that had a finding, before they changed or were judged again."""
        return [item for item in self.items.values() if item.settled]

    @property
    def unjudged(self) -> list[Item]:
        """Answers whose present version nobody gave a verdict on."""
        return [item for item in self.items.values() if item.verdict is None]

    def after(self, ref: str) -> Item | None:
        """What to look at when done with `ref`; None when nothing is left."""
        order = self.order
        refs = [item.ref for item in order]
        if ref not in refs:
            return order[0] if order else None
        at = refs.index(ref)
        rest = order[at + 1 :] + order[:at]
        return rest[0] if rest else None


def latest_review(assessment: Assessment) -> Review | None:
    review = assessment.reviews.select_related("closed_by").first()
    if review:
        rename_people(assessment, [review.closed_by])
    return review


def review_queue(assessment: Assessment, edition: EditionData, reader: User) -> Queue:
    """The queue of `reader` in the present round: three statements."""
    review = latest_review(assessment)
    verdicts = verdict_log(assessment)
    judged = judged_by_control(verdicts)
    review_id = review.pk if review else None
    before = judged_by_control(v for v in verdicts if v.review_id != review_id)
    findings = {v.answer.control_id: v for v in verdicts if v.reason}
    answers = _light_answers(assessment, reader)
    items = {}
    for control in edition.assessable():
        answer = answers.get(control.id or 0)
        if answer is None or not is_answered(answer.option):
            continue
        level = level_of(answer.option, edition.scale)
        if level is None:
            continue
        last = judged.get(answer.control_id)
        items[control.ref] = Item(
            control=control,
            section=edition.section_of(control.ref),
            level=level,
            version=answer.version,
            changed_at=answer.updated_at,
            evidence=len(answer.evidence),
            mine=answer.mine,  # type: ignore[attr-defined]
            judged=last,
            audited=level_of(last.verdict.option, edition.scale)
            if last and last.current
            else None,
            settled=_settled(findings.get(answer.control_id), last),
            before=before.get(answer.control_id),
        )
    queue = Queue(
        items, [], len(edition.assessable()), seed_of(assessment, review), review
    )
    if takes_verdicts(assessment):
        _fill(queue, edition)
    return queue


def _settled(finding: Verdict | None, last: Judged | None) -> Verdict | None:
    """A finding that is not that of the present version any more."""
    stands = last is not None and last.current and finding == last.verdict
    return None if stands else finding


def _light_answers(assessment: Assessment, reader: User) -> dict[int, Answer]:
    own = AnswerRevision.objects.filter(answer=OuterRef("pk"), by=reader)
    found = (
        Answer.objects.filter(assessment=assessment)
        .only("control", "option", "version", "updated_at", "evidence")
        .annotate(mine=Exists(own))
    )
    return {answer.control_id: answer for answer in found}


def seed_of(assessment: Assessment, review: Review | None) -> str:
    """What the sample is drawn with: the same for everybody in one round."""
    return f"{assessment.code}-{review.round if review else 1}"


def sample_size(answered: int) -> int:
    """A tenth of the answers, rounded up, and at least five."""
    return max(SAMPLE_LEAST, -(-answered * SAMPLE_PERCENT // 100))


def draw_sample(refs: Iterable[str], seed: str, size: int) -> set[str]:
    """`size` of `refs`, the same ones for the same seed.

    Each ref has its own number, so what else is in the list moves nothing. Verdicts of
    the round do not change the list: the sample stays while it is worked through.
    """

    def number(ref: str) -> str:
        return hashlib.sha256(f"{seed}:{ref}".encode()).hexdigest()

    return set(sorted(refs, key=number)[:size])


def _fill(queue: Queue, edition: EditionData) -> None:
    rest = [item.ref for item in queue.items.values() if item.reason == ""]
    sample = draw_sample(rest, queue.seed, sample_size(len(queue.items)))
    by_group: dict[str, list[Item]] = {}
    for item in queue.items.values():
        key = "sample" if item.ref in sample else item.reason
        if key in {"", "settled"} or _done(item, queue.review):
            continue
        if item.mine:
            queue.mine.append(item)
        else:
            by_group.setdefault(key, []).append(item)
    by_group.get("changed", []).sort(key=lambda item: item.changed_at, reverse=True)
    for key, title in group_titles(edition, queue.seed).items():
        if key in by_group:
            queue.groups.append(Group(key, title, by_group[key]))


def _done(item: Item, review: Review | None) -> bool:
    """Whether the round has a verdict on the present version."""
    verdict = item.verdict
    return verdict is not None and review is not None and verdict.review_id == review.pk


def group_titles(edition: EditionData, seed: str) -> dict[str, str]:
    """The groups in the order in which they are worked through."""
    return {
        "changed": _("Changed since your review"),
        "ignored": _("Change requested, nothing changed"),
        "claim": without_evidence(edition.scale),
        "sample": _("Sample, seed %(seed)s") % {"seed": seed},
    }

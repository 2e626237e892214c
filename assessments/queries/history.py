"""The history of an assessment and of one answer, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from django.core.paginator import Page, Paginator
from django.db.models import (
    CharField,
    F,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Event, User
from assessments.models import Answer, AnswerRevision, Assessment, Verdict
from assessments.queries.changes import Changes, compare, level_of
from assessments.queries.events import Detail, Told, tell
from assessments.queries.grades import grade_name
from assessments.queries.questionnaire import Level
from assessments.queries.records import rename_actors, rename_people
from standards.loader import ControlData, EditionData, ScaleData

Keys = QuerySet[AnswerRevision, tuple[datetime, int, str]]

PAGE = 50
VERSIONS = 25

KINDS = {
    "answer": _("Answers"),
    "evidence": _("Evidence"),
    "verdict": _("Verdicts"),
    "step": _("Steps of the assessment"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when, who, about what, and what happened."""

    kind: str
    at: datetime
    by: User | None
    phrases: list[str]
    control: ControlData | None = None
    level: Level | None = None
    changes: Changes | None = None
    told: Told | None = None
    version: int = 0


@dataclass(frozen=True)
class History:
    """One page of entries."""

    page: Page[tuple[datetime, int, str]]
    entries: list[Entry]


def history(
    assessment: Assessment,
    edition: EditionData,
    *,
    person: int | None = None,
    kind: str = "",
    number: int | str | None = 1,
) -> History:
    """One page of the log, answers and verdicts together: six statements at most."""
    keys = _keys(assessment, person, kind)
    page = Paginator(keys, PAGE).get_page(number)
    rows = list(page.object_list)
    events = _by_id(Event.objects.select_related("actor"), rows, {"step"})
    verdicts = _by_id(
        Verdict.objects.select_related("answer", "revision", "auditor"),
        rows,
        {"verdict"},
    )
    revisions = _by_id(_with_before(), rows, {"answer", "evidence"})
    rename_actors(assessment, list(events.values()))
    rename_people(assessment, (verdict.auditor for verdict in verdicts.values()))
    rename_people(assessment, (revision.by for revision in revisions.values()))
    olds = AnswerRevision.objects.in_bulk(
        [r.before_id for r in revisions.values() if r.before_id]  # type: ignore[attr-defined]
    )
    entries = []
    for _at, pk, what in rows:
        if what == "step":
            entries.append(_of_event(events[pk], edition))
        elif what == "verdict":
            entries.append(_of_verdict(verdicts[pk], assessment, edition))
        else:
            entries.append(_of_revision(revisions[pk], olds, edition, what))
    return History(page, entries)


def _keys(assessment: Assessment, person: int | None, kind: str) -> Keys:
    """When, which row and of what kind, over the three tables, newest first."""
    revisions = AnswerRevision.objects.filter(answer__assessment=assessment)
    evidence = AnswerRevision.Kind.EVIDENCE
    parts = {
        "answer": _part(revisions.exclude(kind=evidence), "at", "by", "answer", person),
        "evidence": _part(
            revisions.filter(kind=evidence), "at", "by", "evidence", person
        ),
        "verdict": _part(
            Verdict.objects.filter(answer__assessment=assessment),
            *("at", "auditor", "verdict", person),
        ),
        "step": _part(
            Event.objects.filter(
                subject=assessment.subject, organization=assessment.organization_id
            ),
            *("at", "actor", "step", person),
        ),
    }
    if kind in parts:
        return parts[kind].order_by("-when", "-pk")
    first, *others = parts.values()
    return first.union(*others, all=True).order_by("-when", "-pk")


def _part(
    rows: QuerySet[Model], at: str, by: str, kind: str, person: int | None
) -> Keys:
    if person is not None:
        rows = rows.filter(**{by: person})
    named = rows.order_by().annotate(
        when=F(at), what=Value(kind, output_field=CharField())
    )
    rows_of_keys: Any = named.values_list("when", "pk", "what")
    return cast(Keys, rows_of_keys)


Row = TypeVar("Row", bound=Model)


def _by_id(
    queryset: QuerySet[Row], rows: Iterable[tuple[datetime, int, str]], kinds: set[str]
) -> dict[int, Row]:
    ids = [pk for _at, pk, what in rows if what in kinds]
    return {row.pk: row for row in queryset.filter(pk__in=ids)} if ids else {}


def _with_before() -> QuerySet[AnswerRevision]:
    """Revisions with `before_id`, the version of the same answer just before."""
    older = AnswerRevision.objects.filter(
        answer=OuterRef("answer"), version__lt=OuterRef("version")
    ).order_by("-version")
    return AnswerRevision.objects.select_related("answer", "by").annotate(
        before_id=Subquery(older.values("pk")[:1])
    )


def _of_event(event: Event, edition: EditionData) -> Entry:
    told = tell(event, edition)
    return Entry("step", event.at, event.actor, [told.sentence], told=told)


def _of_verdict(
    verdict: Verdict, assessment: Assessment, edition: EditionData
) -> Entry:
    grade = grade_name(verdict.grade, assessment.edition.standard)
    return Entry(
        "verdict",
        verdict.at,
        verdict.auditor,
        [f"{grade}."],
        control=edition.control_by_id(verdict.answer.control_id),
        level=level_of(verdict.option, edition.scale),
        told=Told("", details=_said(verdict)),
        version=verdict.revision.version,
    )


def _said(verdict: Verdict) -> list[Detail]:
    said = [
        Detail(gettext("Finding"), "", verdict.reason),
        Detail(gettext("Change requested"), "", verdict.request),
    ]
    return [detail for detail in said if detail.after]


def _of_revision(
    revision: AnswerRevision,
    olds: Mapping[int, AnswerRevision],
    edition: EditionData,
    kind: str,
) -> Entry:
    control = edition.control_by_id(revision.answer.control_id)
    old = olds.get(revision.before_id)  # type: ignore[attr-defined]
    before = old.content() if old else None
    changes = compare(before, revision.content(), control, edition.scale, [revision])
    return Entry(
        kind,
        revision.at,
        revision.by,
        changes.phrases,
        control=control,
        level=level_of(revision.option, edition.scale),
        changes=changes,
        version=revision.version,
    )


def people_in(assessment: Assessment) -> list[User]:
    """Everybody who left a trace in the assessment, by name. One statement."""
    wrote = AnswerRevision.objects.filter(answer__assessment=assessment).values("by")
    judged = Verdict.objects.filter(answer__assessment=assessment).values("auditor")
    acted = Event.objects.filter(
        subject=assessment.subject, organization=assessment.organization_id
    ).exclude(actor=None)
    found = (
        User.objects.filter(pk__in=wrote.order_by())
        | User.objects.filter(pk__in=judged.order_by())
        | User.objects.filter(pk__in=acted.order_by().values("actor"))
    )
    people = list(found.order_by("name", "pk"))
    rename_people(assessment, people)
    return people


@dataclass(frozen=True)
class VersionView:
    """One version of an answer with what it changed and who judged it."""

    revision: AnswerRevision
    before: AnswerRevision | None
    control: ControlData
    scale: ScaleData
    verdicts: list[Verdict]

    @property
    def level(self) -> Level | None:
        return level_of(self.revision.option, self.scale)

    @property
    def judged(self) -> list[tuple[Verdict, Level | None]]:
        return [(one, level_of(one.option, self.scale)) for one in self.verdicts]

    @cached_property
    def changes(self) -> Changes:
        old = self.before.content() if self.before else None
        return compare(
            old, self.revision.content(), self.control, self.scale, [self.revision]
        )


def versions_of(
    assessment: Assessment,
    answer: Answer,
    control: ControlData,
    edition: EditionData,
    number: int | str | None = 1,
) -> tuple[Page[AnswerRevision], list[VersionView]]:
    """One page of an answer's versions, newest first: four statements."""
    page = Paginator(answer.revisions.select_related("by"), VERSIONS).get_page(number)
    start = page.start_index() - 1
    # One more than the page shows: the last one is compared with it.
    rows = list(
        answer.revisions.select_related("by")[max(start, 0) : start + VERSIONS + 1]
    )
    verdicts: dict[int, list[Verdict]] = {}
    shown = rows[:VERSIONS]
    judged = Verdict.objects.filter(
        revision__in=[row.pk for row in shown]
    ).select_related("auditor", "revision")
    for verdict in judged:
        verdicts.setdefault(verdict.revision_id, []).append(verdict)
    rename_people(assessment, (row.by for row in rows))
    rename_people(assessment, (verdict.auditor for verdict in judged))
    views = [
        VersionView(
            revision=row,
            before=rows[index + 1] if index + 1 < len(rows) else None,
            control=control,
            scale=edition.scale,
            verdicts=verdicts.get(row.pk, []),
        )
        for index, row in enumerate(shown)
    ]
    return page, views

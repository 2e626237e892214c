"""Rows of a sealed assessment as they were called when it was sealed.

Loaded rows get the record's names in memory, so that pages and reports print them like
any others; such rows are for reading and are never saved. While an assessment can
change, and where no record exists, everything here leaves rows as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import Event, User
from assessments.enums import State
from assessments.models import Answer, Assessment, Evidence, SealedRecord
from standards.models import Edition

ROLES = ("manager", "auditor", "submitted_by", "accepted_by", "sealed_by")


@dataclass(frozen=True, slots=True)
class Record:
    """The content of a SealedRecord."""

    content: Mapping[str, Any]

    @property
    def time_zone(self) -> str:
        return str(self.content["time_zone"])

    @property
    def engine(self) -> str:
        """The version of the scoring engine at the sealing."""
        return str(self.content["engine"])

    @property
    def last_event(self) -> int:
        """The id of the event that tells of the sealing."""
        return int(self.content["last_event"])

    def rename(self, people: Iterable[User | None]) -> None:
        """Give loaded people the names that they had."""
        names = self.content["people"]
        for person in people:
            if person is not None and str(person.pk) in names:
                person.name = names[str(person.pk)]

    def person(self, pk: int) -> User:
        """A stand-in for somebody whose row is not at hand."""
        return User(pk=pk, name=self.content["people"].get(str(pk), ""))

    def apply_names(self, assessment: Assessment) -> None:
        """Give the assessment its own names of then."""
        assessment.scope = self.content["scope"]
        assessment.team.name = self.content["team"]
        assessment.edition.title = self.content["edition"]

    def apply_evidence(self, piece: Evidence) -> None:
        """Give one piece of evidence its title, place and period of then."""
        for name, value in self.content["evidence"].get(str(piece.pk), {}).items():
            is_day = name in {"period_start", "period_end"} and value
            setattr(piece, name, date.fromisoformat(value) if is_day else value)

    @property
    def previous(self) -> Assessment | None:
        """The assessment before, unsaved, with what a comparison needs of it."""
        content = self.content["previous"]
        if content is None:
            return None
        return Assessment(
            edition=Edition(pk=content["edition"], title=content["edition_title"]),
            period_end=date.fromisoformat(content["period_end"]),
            target=Decimal(content["target"]),
            targets=content["targets"],
            weights=content["weights"],
        )

    @property
    def previous_options(self) -> dict[int, str]:
        """The options of the assessment before, by control id."""
        content = self.content["previous"] or {"options": {}}
        return {int(pk): option for pk, option in content["options"].items()}

    @property
    def previous_validated(self) -> frozenset[int]:
        """Ids of the controls that the auditor of the assessment before accepted."""
        content = self.content["previous"] or {"validated": ()}
        return frozenset(content["validated"])


def record_of(assessment: Assessment) -> Record | None:
    """What a sealed assessment keeps; None while it can change. At most one statement.

    The answer is remembered on the object, for one sealing.
    """
    if assessment.state != State.SEALED:
        return None
    remembered: tuple[datetime | None, Record | None]
    remembered = assessment.__dict__.get("_record", (None, None))
    if remembered[0] != assessment.sealed_at:
        record = records_of([assessment]).get(assessment.pk)
        assessment.__dict__["_record"] = remembered = assessment.sealed_at, record
    return remembered[1]


def records_of(assessments: Collection[Assessment]) -> dict[int, Record]:
    """The newest record of each that is sealed, by its id. At most one statement."""
    sealed = [a.pk for a in assessments if a.state == State.SEALED]
    if not sealed:
        return {}
    rows = SealedRecord.objects.filter(assessment__in=sealed).order_by("pk")
    return {row.assessment_id: Record(row.content) for row in rows}


def name_as_sealed(assessments: Collection[Assessment]) -> None:
    """Give the sealed ones in a list their names of then. At most one statement."""
    records = records_of(assessments)
    for assessment in assessments:
        if record := records.get(assessment.pk):
            record.apply_names(assessment)


def apply_record(assessment: Assessment) -> None:
    """Give a sealed assessment, its organization and its people their names of then."""
    record = record_of(assessment)
    if record is None:
        return
    record.apply_names(assessment)
    assessment.organization.name = record.content["organization"]
    assessment.edition.standard.name = record.content["standard"]
    for role in ROLES:
        pk = getattr(assessment, f"{role}_id")
        if pk is not None:
            setattr(assessment, role, record.person(pk))


def rename_people(assessment: Assessment, people: Iterable[User | None]) -> None:
    """Give loaded people the names that they had when the assessment was sealed."""
    if record := record_of(assessment):
        record.rename(people)


def rename_asked(assessment: Assessment, answers: Collection[Answer]) -> None:
    """The same for those who wrote answers, and those who were asked for one."""
    record = record_of(assessment)
    if record is None:
        return
    record.rename(answer.updated_by for answer in answers)
    for answer in answers:
        asked = record.content["asked"].get(str(answer.pk))
        if asked is not None:
            answer.ask = record.person(asked)


def rename_actors(assessment: Assessment, events: Collection[Event]) -> None:
    """The same for those who took the steps of the assessment."""
    record = record_of(assessment)
    if record is None:
        return
    for event in events:
        actor = record.content["actors"].get(str(event.pk))
        if actor is not None:
            event.actor = record.person(actor)


def apply_evidence(assessment: Assessment, pieces: Collection[Evidence]) -> None:
    """Give evidence of a sealed assessment its titles, places and owners of then."""
    record = record_of(assessment)
    if record is None:
        return
    record.rename(piece.owner for piece in pieces)
    for piece in pieces:
        record.apply_evidence(piece)

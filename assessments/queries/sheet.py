"""Everything an auditor reads about one answer, on one page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from assessments.enums import NONCONFORMITIES
from assessments.models import (
    Answer,
    AnswerEvidence,
    AnswerRevision,
    Assessment,
    Evidence,
    Verdict,
)
from assessments.queries.answers import LastTime, last_time
from assessments.queries.changes import Changes, compare, level_of
from assessments.queries.grades import grades_of
from assessments.queries.questionnaire import Level, suggestion_of
from assessments.queries.records import apply_evidence, rename_people
from assessments.queries.tuning import levels_of
from standards.loader import ControlData, CriterionData, EditionData, ScaleData

# Versions read for the time line; the page of the whole history has them all.
RECENT = 60
SHOWN = 8
# Saves of one person in one sitting are one line of the time line.
SITTING = timedelta(hours=1)
MONTH = 30
IN_MONTHS = 60  # days from which a distance is told in months


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    evidence: Evidence
    check: str
    covers: bool


def evidence_row(evidence: Evidence, assessment: Assessment) -> EvidenceRow:
    """Whether the evidence speaks of the whole period that is assessed."""
    start, end = evidence.period_start, evidence.period_end
    if start is None and end is None:
        return EvidenceRow(evidence, _("No period given"), covers=False)
    first, last = assessment.period_start, assessment.period_end
    if (start and start > last) or (end and end < first):
        return EvidenceRow(evidence, _("Outside the period"), covers=False)
    faults = []
    if start and start > first:
        late = _("Starts %(time)s late")
        faults.append(late % {"time": _distance(first, start)})
    if end and end < last:
        early = _("Ends %(time)s early")
        faults.append(early % {"time": _distance(end, last)})
    if faults:
        return EvidenceRow(evidence, ". ".join(faults), covers=False)
    return EvidenceRow(evidence, _("Covers the period"), covers=True)


def _distance(start: date, end: date) -> str:
    days = (end - start).days
    if days < IN_MONTHS:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    months = round(days / MONTH)
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the time line: what somebody answered, or an auditor's verdict."""

    at: datetime
    by: User
    level: Level | None
    phrases: list[str]
    quote: str = ""


@dataclass(frozen=True)
class Sheet:
    """One answer with what stands around it."""

    control: ControlData
    scale: ScaleData
    answer: Answer
    revisions: list[AnswerRevision]
    # Every version that changed the evidence, from the oldest on.
    evidence_steps: list[AnswerRevision]
    verdicts: list[Verdict]
    evidence: list[EvidenceRow]
    last: LastTime | None
    # What a verdict can be: name by code.
    grades: dict[str, str]

    @property
    def level(self) -> Level | None:
        return level_of(self.answer.option, self.scale)

    @property
    def is_na(self) -> bool:
        level = self.level
        return level is not None and level.option.na

    def level_after(self, grade: str) -> str:
        """The level that follows from a grade: as answered, or the next lower one.

        A nonconformity on "not applicable" means that nothing is in place.
        """
        if grade not in NONCONFORMITIES:
            return self.answer.option
        codes = [o.code for o in levels_of(self.scale, self.control.options)]
        if self.answer.option not in codes:
            return codes[0]
        return codes[max(0, codes.index(self.answer.option) - 1)]

    @property
    def suggestion(self) -> Level | None:
        return suggestion_of(self.control, self.scale, self.answer.ticks)

    @property
    def last_level(self) -> Level | None:
        return level_of(self.last.option.code, self.scale) if self.last else None

    @property
    def criteria(self) -> list[tuple[Level, list[tuple[CriterionData, bool]]]]:
        """The criteria by level, each with whether the team ticked it."""
        by_level: dict[int, list[tuple[CriterionData, bool]]] = {}
        for criterion in self.control.criteria:
            row = criterion, criterion.code in self.answer.ticks
            by_level.setdefault(criterion.level, []).append(row)
        return [
            (level, rows)
            for number, rows in sorted(by_level.items())
            if (level := level_of(str(number), self.scale))
        ]

    @property
    def ticked(self) -> int:
        codes = {criterion.code for criterion in self.control.criteria}
        return len(codes.intersection(self.answer.ticks))

    @property
    def present(self) -> Verdict | None:
        """The last verdict on the present version."""
        newest = self.verdicts[0] if self.verdicts else None
        if newest and newest.revision.version == self.answer.version:
            return newest
        return None

    @property
    def present_level(self) -> Level | None:
        return level_of(self.present.option, self.scale) if self.present else None

    @property
    def earlier(self) -> list[tuple[Verdict, Level | None]]:
        """All but the present verdict, each with the level it set."""
        return [
            (verdict, level_of(verdict.option, self.scale))
            for verdict in self.verdicts
            if verdict != self.present
        ]

    def changes_since(self, version: int) -> Changes | None:
        """What changed after `version`; None when it is the present one, or unknown."""
        old = self.revision(version)
        if old is None or version == self.answer.version:
            return None
        return self._compare(old, self.answer.content(), self.answer.version)

    @cached_property
    def since_verdict(self) -> tuple[int, Changes] | None:
        """The version of the last verdict, and what changed after it."""
        if not self.verdicts:
            return None
        version = self.verdicts[0].revision.version
        changes = self.changes_since(version)
        return (version, changes) if changes else None

    def revision(self, version: int) -> AnswerRevision | None:
        """A version that was read: one of the latest, or one with a verdict."""
        known = [*self.revisions, *(verdict.revision for verdict in self.verdicts)]
        return next((r for r in known if r.version == version), None)

    def _compare(
        self, old: AnswerRevision | None, new: Mapping[str, object], version: int
    ) -> Changes:
        before, start = (old.content(), old.version) if old else (None, 0)
        steps = [s for s in self.evidence_steps if start < s.version <= version]
        return compare(before, new, self.control, self.scale, steps)

    @cached_property
    def timeline(self) -> list[Line]:
        """The latest events, newest first."""
        lines = [*self._answer_lines(), *map(self._verdict_line, self.verdicts)]
        return sorted(lines, key=lambda line: line.at, reverse=True)[:SHOWN]

    def _answer_lines(self) -> list[Line]:
        lines = []
        judged = {verdict.revision.version for verdict in self.verdicts}
        for sitting in sittings(self.revisions, judged):
            newest, oldest = sitting[0], sitting[-1]
            before = self._before(oldest)
            if before is None and oldest.version > 1:
                continue  # beyond what was read
            changes = self._compare(before, newest.content(), newest.version)
            level = level_of(newest.option, self.scale)
            lines.append(Line(newest.at, newest.by, level, changes.phrases))
        return lines

    def _before(self, revision: AnswerRevision) -> AnswerRevision | None:
        older = (r for r in self.revisions if r.version < revision.version)
        return next(older, None)

    def _verdict_line(self, verdict: Verdict) -> Line:
        said = [f"{self.grades.get(verdict.grade, verdict.get_grade_display())}."]
        if verdict.request:
            said.append(_("Change requested:"))
        level = level_of(verdict.option, self.scale)
        quote = verdict.request or verdict.reason
        return Line(verdict.at, verdict.auditor, level, said, quote)


def sittings(
    revisions: Iterable[AnswerRevision], judged: Collection[int]
) -> list[list[AnswerRevision]]:
    """Neighbouring versions by the same person within SITTING, newest first.

    A version that was judged ends its sitting: what came after answers the verdict.
    """
    found: list[list[AnswerRevision]] = []
    for revision in revisions:
        last = found[-1][-1] if found else None
        if (
            last
            and last.by_id == revision.by_id
            and last.at - revision.at < SITTING
            and revision.version not in judged
        ):
            found[-1].append(revision)
        else:
            found.append([revision])
    return found


def sheet_of(
    assessment: Assessment, edition: EditionData, control: ControlData
) -> Sheet | None:
    """The sheet of one control; None while nobody answered it. Seven statements."""
    answer = (
        Answer.objects.filter(assessment=assessment, control_id=control.id or 0)
        .select_related("updated_by")
        .first()
    )
    if answer is None:
        return None
    attached = AnswerEvidence.objects.filter(
        answer=answer, removed_at=None
    ).select_related("evidence__owner")
    pieces = [row.evidence for row in attached]
    verdicts = list(answer.verdicts.select_related("revision", "auditor", "review"))
    revisions = list(answer.revisions.select_related("by")[:RECENT])
    people = [answer.updated_by, *(v.auditor for v in verdicts)]
    rename_people(assessment, [*people, *(revision.by for revision in revisions)])
    apply_evidence(assessment, pieces)
    return Sheet(
        control=control,
        scale=edition.scale,
        answer=answer,
        revisions=revisions,
        evidence_steps=_evidence_steps(answer),
        verdicts=verdicts,
        evidence=[evidence_row(piece, assessment) for piece in pieces],
        last=last_time(assessment, edition).get(control.ref),
        grades=grades_of(assessment.edition.standard),
    )


def _evidence_steps(answer: Answer) -> list[AnswerRevision]:
    steps = answer.revisions.filter(kind=AnswerRevision.Kind.EVIDENCE)
    return list(
        steps.order_by("version").only("answer", "version", "attached", "detached")
    )

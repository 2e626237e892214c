"""One assessment as the document that every format prints.

Everything is in the active language and time zone; the service that makes a report sets
both. The printed moment, and the date inside the file, is when the assessment was
sealed, or last changed: equal data gives an equal document and equal bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.enums import State
from assessments.models import Assessment
from assessments.queries.events import tell as tell_event
from assessments.queries.independence import unproven_reviewers
from assessments.queries.records import record_of
from assessments.scoring import ENGINE_VERSION
from assessments.services.transfer import answer_rows
from reports import documents
from reports.builders import controls, forms, outcomes, sections, sentences
from reports.builders.material import Material, read_material
from reports.renderers.version import LAYOUT_VERSION


@dataclass(frozen=True, slots=True)
class Built:
    """A document, and the moment that its file is dated."""

    document: documents.AssessmentReport
    timestamp: int


def build(
    assessment_id: int,
    language: str,
    *,
    made_at: datetime | None = None,
    tell: Callable[[], None] = lambda: None,
) -> Built:
    """Read, score and word one assessment; `tell` is called once everything is read.

    Files for programs say when they were made; those of a sealed assessment don't, so
    that the same record twice is the same file.
    """
    material = read_material(assessment_id)
    tell()
    document = document_of(material, language)
    moment = made_at if made_at and not document.is_final else material.as_of
    document = replace(document, made_at=forms.moment(moment))
    return Built(document, int(material.as_of.timestamp()))


def document_of(material: Material, language: str) -> documents.AssessmentReport:
    assessment, results = material.assessment, material.results
    shown = results.is_shown
    register = controls.Register(material)
    main = outcomes.view_of(material, results.score)
    audited = outcomes.view_of(material, results.audited) if results.audited else None
    return documents.AssessmentReport(
        organization=assessment.organization.name,
        title=_("Maturity assessment: %(team)s") % {"team": assessment.team.name},
        standard=assessment.edition.standard.name,
        edition=assessment.edition.title,
        prepared_at=forms.moment(material.as_of),
        code=assessment.code,
        team=assessment.team.name,
        scope=assessment.scope,
        period=forms.period(assessment.period_start, assessment.period_end),
        status=str(assessment.get_state_display()),
        is_final=assessment.state == State.SEALED,
        language=language,
        engine=_made_with(assessment),
        zone=_("Times in %(zone)s") % {"zone": timezone.get_current_timezone_name()},
        standard_code=assessment.edition.standard.slug,
        edition_code=material.edition.code,
        state=assessment.state,
        answers=tuple(answer_rows(material.edition, material.answers)),
        summary=sentences.summary(material),
        self_score=outcomes.score_view(main, shown=shown),
        audited_score=outcomes.score_view(audited, audited=True) if audited else None,
        target=outcomes.target_of(main),
        outcomes=tuple(outcomes.outcomes(material)),
        climbs=tuple(outcomes.climbs(material)),
        axis=outcomes.axis(material),
        change=sections.change(material),
        sections=sections.sections(material, register),
        gaps=tuple(controls.gaps(material)) if shown else (),
        findings=controls.findings(material),
        trace=tuple(_trace(material)) if shown else (),
        decisions=sentences.decisions(material),
        evidence=register.lines(),
        scale=tuple(_scale(material)),
        history=tuple(_history(material)),
        people=tuple(_people(material)),
        signatures=tuple(_signatures(assessment)),
        texts=sentences.texts(material),
    )


def _made_with(assessment: Assessment) -> str:
    """The versions that this file depends on besides its data."""
    versions = {"engine": ENGINE_VERSION, "layout": LAYOUT_VERSION}
    said = _("Scoring engine %(engine)s, layout %(layout)s") % versions
    record = record_of(assessment)
    if record is None or record.engine in {"", ENGINE_VERSION}:
        return said
    sealed = _("%(versions)s; sealed with scoring engine %(engine)s")
    return sealed % {"versions": said, "engine": record.engine}


def _trace(material: Material) -> Iterator[documents.TraceRow]:
    for row in material.results.main.working:
        yield documents.TraceRow(row.label, row.inputs, row.result)


def _scale(material: Material) -> Iterator[documents.ScaleLevel]:
    scale = material.edition.scale
    for option in scale.options:
        level = forms.level_by_code(option.code, scale)
        if level and not option.na:
            yield documents.ScaleLevel(level, option.descriptor)


def _history(material: Material) -> Iterator[documents.HistoryEntry]:
    for event in material.events:
        told = tell_event(event, material.edition)
        changes = [_changed(x.label, x.before, x.after) for x in told.details]
        where = [told.section.title] if told.section else []
        yield documents.HistoryEntry(
            at=forms.moment(event.at),
            who=forms.name(event.actor) or _("Plumbline"),
            what=told.sentence,
            detail="; ".join(where + changes),
        )


def _changed(label: str, before: str, after: str) -> str:
    if before and after:
        return f"{label}: {before} → {after}"
    return f"{label}: {after or before}"


def _people(material: Material) -> Iterator[tuple[str, str]]:
    assessment = material.assessment
    yield _("Manager"), forms.name(assessment.manager)
    if assessment.auditor:
        yield _("Auditor"), forms.name(assessment.auditor)
    if unproven := unproven_reviewers(assessment):
        yield _("Address not confirmed"), ", ".join(map(forms.name, unproven))
    wrote = {forms.name(one.updated_by) for one in material.answers.values()}
    if wrote:
        yield _("Answered by"), ", ".join(sorted(wrote))


def _signatures(assessment: Assessment) -> Iterator[documents.Signature]:
    steps = (
        (_("Submitted by"), assessment.submitted_by, assessment.submitted_at),
        (_("Accepted by"), assessment.accepted_by, assessment.accepted_at),
        (_("Sealed by"), assessment.sealed_by, assessment.sealed_at),
    )
    for role, person, at in steps:
        statement = assessment.declaration if at == assessment.submitted_at else ""
        yield documents.Signature(
            role=role,
            name=forms.name(person),
            at=forms.moment(at),
            statement=statement if at else "",
        )

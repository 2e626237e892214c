"""Controls with their answers, the evidence register, findings and gaps."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.display.numbers import plain_text
from assessments.enums import UNKNOWN, Grade
from assessments.models import Answer, Evidence, Verdict
from assessments.queries.answers import Judged
from assessments.queries.grades import grade_name
from assessments.queries.tuning import levels_of, rank, reaching
from reports import documents
from reports.builders import forms
from reports.builders.material import Material
from reports.documents import State
from reports.documents.values import Printed
from standards.loader import ControlData

# Findings are listed by what they ask for, the gravest first.
GRAVEST = (
    Grade.CRITICAL,
    Grade.MAJOR,
    Grade.MINOR,
    Grade.OBSERVATION,
    Grade.OPPORTUNITY,
)


class Register:
    """Numbers every piece of evidence once, in the order of the standard."""

    def __init__(self, material: Material) -> None:
        self.numbers: dict[int, str] = {}
        self.refs: dict[int, list[str]] = {}
        self.pieces: dict[int, Evidence] = {}
        for control in material.edition.assessable():
            answer = material.answer(control)
            for piece in material.evidence.get(answer.pk, ()) if answer else ():
                self.numbers.setdefault(piece.pk, f"E{len(self.numbers) + 1}")
                self.refs.setdefault(piece.pk, []).append(control.ref)
                self.pieces[piece.pk] = piece

    def line(self, piece: Evidence) -> documents.Evidence:
        return documents.Evidence(
            number=self.numbers[piece.pk],
            title=piece.title,
            location=piece.url or piece.file_name,
            is_link=bool(piece.url),
            sha256=piece.sha256,
            size=forms.size(piece.size),
            period=forms.period(piece.period_start, piece.period_end),
            owner=forms.name(piece.owner),
            added=forms.day(piece.added_at),
            refs=tuple(self.refs[piece.pk]),
        )

    def lines(self) -> tuple[documents.Evidence, ...]:
        return tuple(self.line(piece) for piece in self.pieces.values())


def control_of(
    control: ControlData, material: Material, register: Register
) -> documents.Control:
    """One control with everything that was said about it."""
    scale = material.edition.scale
    answer = material.answer(control)
    judged = material.results.judged.get(control.id or 0)
    last = material.last.get(control.ref)
    task = material.task_of(control.ref)
    state, label = _state(control, answer, material)
    chosen = answer.option if answer and state == State.ANSWERED else ""
    return documents.Control(
        ref=control.ref,
        title=control.title,
        question=control.question,
        state=state,
        state_label=label,
        level=forms.level_by_code(chosen, scale),
        target=_target(control, material),
        last=forms.level_by_code(last.option.code, scale) if last else None,
        note=answer.note if answer else "",
        justification=_justification(state, answer),
        criteria=_criteria(control, answer, material),
        evidence=_evidence(answer, material, register),
        verdict=_verdict(judged, material) if judged else None,
        changes_requested=_request(judged),
        owner=forms.name(task.owner) if task else "",
        answered_by=forms.name(answer.updated_by) if answer else "",
        answered_at=forms.day(answer.updated_at) if answer else "",
        revision=answer.version if answer else 0,
        weight=_weight(control, material),
    )


def _state(
    control: ControlData, answer: Answer | None, material: Material
) -> tuple[State, str]:
    if answer is None or answer.option == "":
        return State.UNANSWERED, _("Not answered")
    if answer.option == UNKNOWN:
        if answer.ask is None:
            return State.UNKNOWN, _("Don’t know")
        label = _("Don’t know; %(name)s may know")
        return State.UNKNOWN, label % {"name": answer.ask}
    if material.edition.scale.option(answer.option).na:
        return State.NOT_APPLICABLE, _("Not applicable")
    return State.ANSWERED, ""


def _justification(state: State, answer: Answer | None) -> str:
    """Kept while another level is chosen, but then it says nothing."""
    return answer.justification if answer and state == State.NOT_APPLICABLE else ""


def _target(control: ControlData, material: Material) -> documents.Level:
    target = material.results.control_targets[control.ref]
    known = reaching(levels_of(material.edition.scale, control.options), target)
    found = forms.level_by_code(known.code, material.edition.scale)
    if found and (rank(known) == target or known.value is None):
        return found
    return documents.Level(plain_text(target))


def _criteria(
    control: ControlData, answer: Answer | None, material: Material
) -> tuple[documents.Criterion, ...]:
    ticks = answer.ticks if answer else ()
    return tuple(
        documents.Criterion(
            forms.level_by_code(str(criterion.level), material.edition.scale)
            or documents.Level(str(criterion.level)),
            criterion.text,
            criterion.code in ticks,
            criterion.code,
        )
        for criterion in control.criteria
    )


def _evidence(
    answer: Answer | None, material: Material, register: Register
) -> tuple[documents.Evidence, ...]:
    pieces = material.evidence.get(answer.pk, ()) if answer else ()
    return tuple(register.line(piece) for piece in pieces)


def _verdict(judged: Judged, material: Material) -> documents.Verdict:
    verdict = judged.verdict
    revision = _("answer version %(n)d") % {"n": judged.version}
    if not judged.current:
        revision = _("%(version)s, changed since") % {"version": revision}
    return documents.Verdict(
        documents.Grade(verdict.grade),
        grade_name(verdict.grade, material.assessment.edition.standard),
        level=_audited_level(verdict, material),
        reason=verdict.reason,
        by=forms.name(verdict.auditor),
        at=forms.day(verdict.at),
        revision=revision,
    )


def _audited_level(verdict: Verdict, material: Material) -> documents.Level | None:
    return forms.level_by_code(verdict.option, material.edition.scale)


def _request(judged: Judged | None) -> str:
    return judged.verdict.request if judged and judged.current else ""


def _weight(control: ControlData, material: Material) -> str:
    """Said only where weights differ."""
    weights = {one.weight for one in material.edition.assessable()}
    own = material.assessment.weights
    if len(weights) == 1 and not own:
        return ""
    weight = Decimal(own.get(control.ref, control.weight))
    return Printed(plain_text(weight), weight)


def findings(material: Material) -> tuple[documents.Finding, ...]:
    """Every latest verdict that asks for something."""
    found: list[tuple[ControlData, Judged]] = []
    for control in material.edition.assessable():
        judged = material.results.judged.get(control.id or 0)
        if judged and judged.verdict.grade != Grade.CONFORMS:
            found.append((control, judged))
    found.sort(key=lambda pair: GRAVEST.index(Grade(pair[1].verdict.grade)))
    return tuple(
        _finding(number, control, judged, material)
        for number, (control, judged) in enumerate(found, start=1)
    )


def _finding(
    number: int, control: ControlData, judged: Judged, material: Material
) -> documents.Finding:
    verdict, answer = judged.verdict, material.answer(control)
    task = material.task_of(control.ref)
    scale = material.edition.scale
    return documents.Finding(
        number=f"F{number}",
        grade=documents.Grade(verdict.grade),
        label=grade_name(verdict.grade, material.assessment.edition.standard),
        ref=control.ref,
        title=control.title,
        reason=verdict.reason,
        self_level=forms.level_by_code(answer.option, scale) if answer else None,
        audited_level=_audited_level(verdict, material),
        changes_requested=_request(judged),
        owner=forms.name(task.owner) if task else "",
        by=forms.name(verdict.auditor),
        at=forms.day(verdict.at),
    )


def gaps(material: Material) -> Iterator[documents.Gap]:
    """Controls below target, ranked as the results page ranks them."""
    for gap in material.results.gaps:
        yield documents.Gap(
            rank=gap.rank,
            ref=gap.ref,
            title=gap.control.title,
            now=forms.level(gap.now) or documents.Level(""),
            target=forms.level(gap.aim) or documents.Level(""),
            lift=Printed(gap.lift_text, gap.lift) if gap.lift_text else "",
            next_step=gap.steps.now,
            after=gap.steps.after,
            reason=gap.reason,
        )

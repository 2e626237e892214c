"""The score of the whole and of each section, and what moved since the last time."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments import scoring
from assessments.display.missing import open_of
from assessments.queries.lines import Line, by_ref
from assessments.queries.saying import comparison_sentence
from assessments.queries.tasklist import ref_range
from reports import documents
from reports.builders import forms
from reports.builders.controls import Register, control_of
from reports.builders.material import Material
from reports.builders.outcomes import number
from standards.loader import SectionData

# Sections named as risen, and as fallen.
MOVES = 5
# A section with less answered both times says nothing of a movement.
HALF = Decimal("0.5")


def sections(material: Material, register: Register) -> tuple[documents.Section, ...]:
    """Two levels, as the results page has them; controls hang on the leaves."""
    audited = material.results.audited
    known = by_ref(audited.sections) if audited else {}
    found: list[documents.Section] = []
    children: list[documents.Section] = []
    # Backwards, so that what stands under a heading is ready when the heading comes.
    for line in reversed(material.results.lines):
        section = _section(line, known, material, register)
        if line.depth:
            children.insert(0, section)
        else:
            own = _own_controls(line, material, register)
            found.insert(0, _nested(section, (*own, *children)))
            children = []
    return tuple(found)


def _section(
    line: Line,
    audited: Mapping[str, scoring.SectionScore],
    material: Material,
    register: Register,
) -> documents.Section:
    score, section = line.score, line.section
    shown = material.results.is_shown
    theirs = audited.get(section.ref)
    low, high = line.form.texts(score.low, score.high)
    return documents.Section(
        ref=ref_range(section) if section.ours else section.ref,
        title=section.title,
        self_score=number(line.form, score.value if shown else None),
        audited_score=_audited(line, theirs),
        low=documents.Number(score.low, low) if shown else documents.Number(),
        high=documents.Number(score.high, high) if shown else documents.Number(),
        span=line.span if shown else documents.NONE_TEXT,
        target=documents.Number(line.target, line.target_text),
        last=number(line.form, line.last.value if line.last else None),
        to_target=line.to_target if shown else documents.NONE_TEXT,
        coverage=forms.share(score.coverage.ratio) if score.coverage.applicable else "",
        count=len(section.assessable()),
        controls=_controls(section, material, register) if line.is_leaf else (),
    )


def _audited(line: Line, theirs: scoring.SectionScore | None) -> documents.Number:
    """The number by verdicts, marked while some of them are missing."""
    plain = number(line.form, theirs.value if theirs else None)
    if theirs is None or theirs.value is None or not open_of(theirs):
        return plain
    text = _("%(value)s so far") % {"value": plain.text}
    return documents.Number(plain.value, text)


def _controls(
    section: SectionData, material: Material, register: Register
) -> tuple[documents.Control, ...]:
    asked = section.assessable()
    return tuple(control_of(control, material, register) for control in asked)


def _own_controls(
    line: Line, material: Material, register: Register
) -> tuple[documents.Section, ...]:
    """Controls that stand right under a heading which also has sections below it."""
    own = [one for top in line.section.controls for one in top.walk() if one.asked]
    if line.is_leaf or not own:
        return ()
    made = tuple(control_of(control, material, register) for control in own)
    section = line.section
    return (
        documents.Section(section.ref, section.title, count=len(made), controls=made),
    )


def _nested(
    section: documents.Section, below: tuple[documents.Section, ...]
) -> documents.Section:
    values = {name: getattr(section, name) for name in documents.Section.__slots__}
    return documents.Section(**(values | {"sections": below}))


def change(material: Material) -> documents.Change | None:
    """Against the assessment before, where both speak of the same edition."""
    results = material.results
    same, last = results.same, results.last
    if results.change is None or same is None or last is None or not results.is_shown:
        return None
    now, before = by_ref(same.now.sections), by_ref(same.before.sections)
    moves = [
        move
        for line in results.leaves
        if (move := _move(line, now[line.section.ref], before[line.section.ref]))
    ]
    moves.sort(key=lambda pair: pair[0])
    return documents.Change(
        text=comparison_sentence(results).rstrip("."),
        last=number(results.form, last.value),
        last_label=results.last_label,
        risen=tuple(move for size, move in reversed(moves) if size > 0)[:MOVES],
        fallen=tuple(move for size, move in moves if size < 0)[:MOVES],
    )


def _move(
    line: Line, now: scoring.SectionScore, before: scoring.SectionScore
) -> tuple[Decimal, documents.Move] | None:
    """How far a section moved on the controls answered both times, if most of them."""
    if now.value is None or before.value is None:
        return None
    if now.coverage.answered < HALF * line.score.coverage.applicable:
        return None
    size = line.form.change(now.value, before.value)
    difference = f"{'+' if size > 0 else '−'}{line.form.apart(size)}"
    texts = line.form.text(before.value), line.form.text(now.value)
    return size, documents.Move(line.section.title, *texts, difference)

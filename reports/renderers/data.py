"""A report as plain data: whole for JSON, cut to size and drawn for the templates."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from common.charts import layouts
from common.charts.climbs import Cell, Climb, climbs, describe_climbs
from common.charts.scene import Point, Scale, Scene, describe, fit
from reports.documents import AssessmentReport, Control, ScoreView, Section, State
from reports.renderers.fonts import BASE, FAMILIES, family_name
from reports.renderers.lost import remark_on_lost
from reports.renderers.text import Printer
from reports.renderers.words import WORDS

Kind = Literal["executive", "full"]

CHART_MOST = 16  # more rows or spokes than this can't be read
CHART_MOST_BRIEF = 14
RADAR_FEWEST = 3
LONG_CONTROL = 1500  # characters; longer ones may break across pages
# The executive report is two pages whatever people wrote: em widths at 1 pt per text.
BRIEF = {"title": 90, "criterion": 220, "decision": 300, "summary": 420, "name": 40}


def to_data(value: Any) -> Any:
    """Return `value` as JSON-able data: dataclasses as objects, decimals as strings."""
    if isinstance(value, str | int | None):
        return str(value) if isinstance(value, StrEnum) else value
    if is_dataclass(value):
        return {f.name: to_data(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_data(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_data(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


def template_data(
    document: AssessmentReport, kind: Kind, printer: Printer
) -> dict[str, Any]:
    """Return everything that a template prints, safe to print."""
    language = base_language(document.language)
    brief = kind == "executive"
    if brief:
        document = shorten(document)
    printed = to_data(document)
    for name in ("texts", "language", "answers", "made_at"):
        del printed[name]
    if not brief:
        printed |= _lists(document)
        controls = [
            control
            for section in printed["sections"]
            for leaf in section["sections"] or [section]
            for control in leaf["controls"]
        ]
        _anchor(printed, controls)
        for control in controls:
            control["criteria"] = _up_to_target(control)
    words = {key: document.texts.get(key, text) for key, text in WORDS.items()}
    marked = {
        "doc": printer.mark(printed, language),
        "t": {key: printer.clean(text) for key, text in words.items()},
        "meta": {
            "title": printer.clean(f"{document.title}: {document.edition}"),
            "author": printer.clean(document.organization),
            "about": printer.clean(f"{words[kind]}, {document.edition}"),
            "language": language,
            "paper": document.paper,
        },
        "charts": _charts(document, brief=brief, printer=printer),
    }
    remark = remark_on_lost(printed, printer, words)
    faces = [family_name(x) for x in FAMILIES if x in BASE or x in printer.scripts]
    return marked | {"remark": remark, "faces": faces}


def base_language(code: str) -> str:
    """Return the two or three letters that Typst takes, "en" for anything else."""
    base = code.lower().replace("_", "-").split("-")[0]
    return base if base.isascii() and base.isalpha() and len(base) in {2, 3} else "en"


def chart_sections(document: AssessmentReport, most: int) -> tuple[Section, ...]:
    """Return the sections to draw: leaves, top ones, or those furthest behind."""
    for sections in (document.leaves(), document.sections):
        if len(sections) <= most:
            return sections
    behind = sorted(document.sections, key=_distance, reverse=True)[:most]
    return tuple(section for section in document.sections if section in behind)


def _cut_between_words(text: str, width: float) -> str:
    """Return `text`, cut after a whole word where it has more than one."""
    shown = fit(text, width, 1)
    if shown == text:
        return text
    words, space, _rest = shown.removesuffix("…").rpartition(" ")
    return f"{words.rstrip('.,;:')} …" if space else shown


def shorten(document: AssessmentReport) -> AssessmentReport:
    """Return `document` with texts cut to what fits on two pages."""

    def cut(text: str, most: str) -> str:
        return _cut_between_words(" ".join(text.split()), BRIEF[most] / 2)

    gaps = tuple(
        replace(
            gap,
            title=cut(gap.title, "title"),
            next_step=cut(gap.next_step, "criterion"),
            after=cut(gap.after, "criterion"),
            action=cut(gap.action, "criterion"),
        )
        for gap in document.gaps[:5]
    )
    return replace(
        document,
        title=cut(document.title, "title"),
        organization=cut(document.organization, "title"),
        edition=cut(document.edition, "title"),
        scope=cut(document.scope, "decision"),
        team=cut(document.team, "title"),
        summary=tuple(cut(text, "summary") for text in document.summary[:2]),
        decisions=tuple(cut(text, "decision") for text in document.decisions[:5]),
        gaps=gaps,
        findings=(),
        evidence=(),
        history=(),
        scale=(),
        trace=(),
        sections=tuple(
            replace(section, controls=(), sections=_bare(section.sections))
            for section in document.sections
        ),
    )


def _bare(sections: Sequence[Section]) -> tuple[Section, ...]:
    return tuple(replace(section, controls=()) for section in sections)


def _lists(document: AssessmentReport) -> dict[str, Any]:
    """Return the lists that only the full report has: open and excluded controls."""
    controls = document.controls()
    unanswered = {State.UNANSWERED, State.UNKNOWN}
    return {
        "open": [_line(c) for c in controls if c.state in unanswered],
        "excluded": [_line(c) for c in controls if c.state == State.NOT_APPLICABLE],
        "verdicts": sum(control.verdict is not None for control in controls),
        "long": [c.ref for c in controls if _length(c) > LONG_CONTROL],
    }


def _up_to_target(control: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what was ticked, and what is still missing on the way to the target."""
    highest = control["target"] and control["target"]["shade"]
    return [
        criterion
        for criterion in control["criteria"]
        if criterion["ticked"]
        or highest is None
        or (criterion["level"]["shade"] or 0) <= highest
    ]


def _anchor(printed: dict[str, Any], controls: list[dict[str, Any]]) -> None:
    """Name the places to jump to: the detail of each control."""
    details: dict[str, str] = {}
    for control in controls:  # Typst refuses the same anchor twice
        name = f"c{len(details)}"
        control["anchor"] = "" if control["ref"] in details else name
        details.setdefault(control["ref"], name)
    for line in printed["gaps"] + printed["findings"]:
        line["anchor"] = details.get(line["ref"], "")
    for finding in printed["findings"]:
        finding["long"] = len(finding["reason"]) > LONG_CONTROL


def _line(control: Control) -> dict[str, str]:
    return {
        "ref": control.ref,
        "title": control.title,
        "owner": control.owner,
        "state_label": control.state_label,
        "justification": control.justification,
    }


def _length(control: Control) -> int:
    verdict = control.verdict.reason if control.verdict else ""
    return (
        len(control.note + control.justification + control.question + verdict)
        + sum(len(criterion.text) + 20 for criterion in control.criteria)
        + sum(len(item.title + item.location) for item in control.evidence)
        + 60 * control.note.count("\n")
    )


def _charts(
    document: AssessmentReport, *, brief: bool, printer: Printer
) -> dict[str, Any]:
    most = CHART_MOST_BRIEF if brief else CHART_MOST
    sections = chart_sections(document, most)
    points = [_point(section, printer, short=not brief) for section in sections]
    score = document.self_score
    scale = Scale(score.minimum, score.maximum)
    overall = _score_point(score, document)
    wide = {"width": 640.0, "labels": 250.0, "row": 21.0} if brief else {}
    axis = document.axis
    own = Scale(axis.minimum, axis.maximum) if axis else scale
    charts: dict[str, Any] = {
        "gauge": _chart(layouts.gauge(overall, scale), [overall]),
        "bars": _chart(layouts.bars(points, own, **wide), points) if points else None,
        "radar": None,
        "cut": len(points) < min(len(document.sections), len(document.leaves())),
        "count": len(points),
    }
    scored = any(point.value is not None for point in points)
    if document.climbs:
        charts |= _climbs(document, wide=brief, printer=printer)
    elif len(points) >= RADAR_FEWEST and scored and not brief and _round(document):
        charts["radar"] = _chart(layouts.radar(points, own), points)
    if document.audited_score:
        audited = _score_point(document.audited_score, document)
        charts["audited"] = _chart(layouts.gauge(audited, scale), [audited])
    return charts


def _round(document: AssessmentReport) -> bool:
    return document.axis is None or document.axis.radar


def _climbs(
    document: AssessmentReport, *, wide: bool, printer: Printer
) -> dict[str, Any]:
    """The levels that sections climb, in place of bars."""
    rows = [
        Climb(
            printer.clean(climb.title if wide else climb.ref).replace("\n", " "),
            climb.level.text,
            tuple(
                Cell(step.passed / step.total if step.total else 0, step.reached)
                for step in climb.steps
            ),
            None if climb.target.value is None else int(climb.target.value),
        )
        for climb in document.climbs
    ]
    scene = climbs(rows, width=640, row=25) if wide else climbs(rows)
    return {
        "bars": scene.as_data() | {"alt": describe_climbs(rows)},
        "cut": False,
        "count": len(rows),
    }


def _chart(scene: Scene, points: Sequence[Point]) -> dict[str, Any]:
    return scene.as_data() | {"alt": describe(points)}


def _score_point(score: ScoreView, document: AssessmentReport) -> Point:
    return Point(
        _headline(score),
        score.number.value if score.has_marker else None,
        score.so_far,
        score.low.value,
        score.high.value,
        document.target.value,
        _span(score.low.text, score.high.text),
    )


def _headline(score: ScoreView) -> str:
    unit = "" if score.unit == "%" else score.unit
    return ", ".join(filter(None, (f"{score.headline} {unit}".strip(), score.ends)))


def _span(low: str, high: str) -> str:
    return "" if low == high else f"{low}–{high}"


def _point(section: Section, printer: Printer, *, short: bool) -> Point:
    return Point(
        printer.clean((short and section.short) or section.title).replace("\n", " "),
        section.self_score.value,
        section.self_score.text,
        section.low.value,
        section.high.value,
        section.target.value,
        section.span if section.low.value != section.high.value else "",
    )


def _distance(section: Section) -> Decimal:
    """Return how far below target a section is; unanswered ones come last."""
    target, score = section.target.value, section.self_score.value
    return Decimal(-1) if target is None or score is None else target - score

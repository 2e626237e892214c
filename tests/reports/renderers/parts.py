"""The parts of the report factory that nest: sections, controls, evidence."""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from reports.documents import (
    Control,
    Criterion,
    Evidence,
    Grade,
    Level,
    Number,
    Section,
    State,
    Verdict,
)

CONTENT: dict[str, Any] = json.loads(
    Path(__file__).with_name("content.json").read_text("utf-8")
)
CONTENT["open_sections"] = ("Logging and monitoring", "Development and change")
TARGET = 3
STEPS = (3, 2, 3, 4, 1, 3, 2, 5, 3, 3, 0, 3, 4)
GRADES = {  # in turns of 26, so that about one control in six has a finding
    4: (Grade.MINOR, "Minor shortfall"),
    10: (Grade.MAJOR, "Major shortfall"),
    17: (Grade.MINOR, "Minor shortfall"),
    19: (Grade.OBSERVATION, "Observation"),
    20: (Grade.OPPORTUNITY, "Opportunity"),
}


def level(step: int) -> Level:
    return Level(str(step), CONTENT["levels"][step][0], step)


def number(value: Decimal | None) -> Number:
    if value is None:
        return Number()
    return Number(value, str(value.quantize(Decimal("0.1"), ROUND_HALF_UP)))


def evidence(count: int) -> tuple[Evidence, ...]:
    return tuple(_evidence_item(i) for i in range(max(8, count * 2 // 3)))


def _evidence_item(i: int) -> Evidence:
    title, location = CONTENT["evidence"][i % len(CONTENT["evidence"])]
    is_link = location.startswith("https:")
    return Evidence(
        number=f"E{i + 1}",
        title=title,
        location=location,
        is_link=is_link,
        sha256="" if is_link else hashlib.sha256(str(i).encode()).hexdigest(),
        size="" if is_link else f"{120 + i} KB",
        period="Jan to Oct 2026" if i % 3 else "2026, third quarter",
        owner=CONTENT["people"][i % len(CONTENT["people"])],
        added="12 November 2026",
        refs=tuple(f"A.{5 + i % 4}.{1 + (i + k) % 8}" for k in range(1 + i % 3)),
    )


def sections(
    count: int, register: tuple[Evidence, ...], unanswered: Collection[str]
) -> tuple[Section, ...]:
    """Return themes with `count` controls; beyond 93, more themes of the same kind."""
    made: list[Section] = []
    left, lap = count, 0
    while left:
        for theme in CONTENT["themes"]:
            ref = theme["ref"] if not lap else f"B{lap}.{theme['ref'][2:]}"
            leaves = tuple(_leaves(theme, ref, left, register, unanswered))
            if leaves:
                left -= sum(leaf.count for leaf in leaves)
                made.append(_theme(ref, theme["title"], leaves))
        lap += 1
    return tuple(made)


def _leaves(
    theme: dict[str, Any],
    ref: str,
    left: int,
    register: tuple[Evidence, ...],
    unanswered: Collection[str],
) -> Iterator[Section]:
    position = 0
    for part in theme["sections"]:
        titles = part["controls"][: left - position]
        if not titles:
            return
        is_open = part["title"] in unanswered or "*" in unanswered
        controls = tuple(
            _control(left - position - k, f"{ref}.{position + k + 1}", title, register)
            if not is_open
            else _open_control(position + k, f"{ref}.{position + k + 1}", title)
            for k, title in enumerate(titles)
        )
        position += len(titles)
        refs = f"{controls[0].ref}–{controls[-1].ref}"
        yield _measured(refs, part["title"], part["short"], controls)


def _theme(ref: str, title: str, leaves: tuple[Section, ...]) -> Section:
    controls = tuple(control for leaf in leaves for control in leaf.controls)
    whole = _measured(ref, title, title.removesuffix(" controls"), controls)
    return replace(whole, controls=(), sections=leaves)


def _measured(
    ref: str, title: str, short: str, controls: tuple[Control, ...]
) -> Section:
    levels = [Decimal(control.level.text) for control in controls if control.level]
    applicable = sum(control.state != State.NOT_APPLICABLE for control in controls)
    total, missing = sum(levels, Decimal(0)), applicable - len(levels)
    value = total / len(levels) if levels else None
    gap = Decimal(TARGET) - (value or 0)
    return Section(
        ref=ref,
        title=title,
        short=short,
        self_score=number(value),
        audited_score=number(None if value is None else value - Decimal("0.2")),
        low=number(total / applicable if applicable else None),
        high=number((total + 5 * missing) / applicable if applicable else None),
        target=Number(Decimal(TARGET), str(TARGET)),
        last=number(None if value is None else value - Decimal("0.3")),
        to_target="–" if value is None else "Met" if gap <= 0 else f"+{gap:.1f}",
        coverage=f"{round(100 * len(levels) / applicable) if applicable else 100} %",
        count=len(controls),
        controls=controls,
    )


def _open_control(i: int, ref: str, title: str) -> Control:
    unknown = i % 4 == 0
    return Control(
        ref=ref,
        title=title,
        question=CONTENT["questions"][i % len(CONTENT["questions"])],
        state=State.UNKNOWN if unknown else State.UNANSWERED,
        state_label="Don't know" if unknown else "Not answered",
        target=level(TARGET),
        owner=CONTENT["people"][i % 3],
    )


def _control(i: int, ref: str, title: str, register: tuple[Evidence, ...]) -> Control:
    if i % 47 == 30:
        return replace(
            _open_control(i, ref, title),
            state=State.NOT_APPLICABLE,
            state_label="Not applicable",
            target=None,
            justification=CONTENT["justification"],
        )
    step = STEPS[i % len(STEPS)]
    return replace(
        _open_control(i, ref, title),
        state=State.ANSWERED,
        state_label="",
        level=level(step),
        last=level(max(step - 1, 0)),
        note=CONTENT["notes"][i % len(CONTENT["notes"])],
        criteria=tuple(
            Criterion(level(item["level"]), item["text"], ticked=item["level"] <= step)
            for item in CONTENT["criteria"]
        ),
        evidence=register[i * 2 // 3 % len(register) :][: i % 4],
        verdict=_verdict(i, step),
        changes_requested="Add the record of the second site." if i % 17 == 4 else "",
        answered_by=CONTENT["people"][i % 3],
        answered_at="12 November 2026",
        revision=1 + i % 3,
    )


def _verdict(i: int, step: int) -> Verdict:
    grade, label = GRADES.get(i % 26, (Grade.CONFORMS, "Conforms"))
    short = grade in {Grade.MINOR, Grade.MAJOR}
    return Verdict(
        grade,
        label,
        level=level(max(step - 1, 0) if short else step),
        reason="" if grade == Grade.CONFORMS else CONTENT["reasons"][i % 3],
        by="Jonas Weber",
        at="18 November 2026",
        revision=f"answer revision {1 + i % 3}",
    )

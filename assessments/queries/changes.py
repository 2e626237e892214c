"""What differs between two versions of an answer. No database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, Protocol

from django.utils.translation import gettext as _

from assessments.enums import UNKNOWN
from assessments.queries.questionnaire import Level, shade, unknown_level
from standards.loader import ControlData, CriterionData, ScaleData

# A word with the blanks after it; one sign in scripts that write without blanks.
TOKEN = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\s\u2e80-\u9fff]+\s*|\s+"
)
# How many unchanged words stand around a change before the rest becomes "…".
AROUND = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text in a comparison."""

    kind: Literal["same", "del", "ins"]
    text: str


def word_diff(before: str, after: str) -> list[Part]:
    """Compare two texts word by word; long unchanged stretches are shortened."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    # Only the words count: a line break instead of a blank is no change of a word.
    matcher = SequenceMatcher(
        None, [word.strip() for word in old], [word.strip() for word in new]
    )
    parts: list[Part] = []
    steps = matcher.get_opcodes()
    for index, (step, i, j, k, n) in enumerate(steps):
        if step == "equal":
            first, last = index == 0, index == len(steps) - 1
            parts.append(Part("same", _shortened(new[k:n], first=first, last=last)))
            continue
        if i < j:
            parts.append(Part("del", "".join(old[i:j])))
        if k < n:
            parts.append(Part("ins", "".join(new[k:n])))
    return parts


def _shortened(words: list[str], *, first: bool, last: bool) -> str:
    head = 0 if first else AROUND
    tail = 0 if last else AROUND
    if len(words) <= head + tail + AROUND // 2:
        return "".join(words)
    return "".join(words[:head]) + "… " + "".join(words[len(words) - tail :])


def level_of(option: object, scale: ScaleData) -> Level | None:
    """The chip of a stored option; None while there is none."""
    if option == UNKNOWN:
        return unknown_level()
    found = next((o for o in scale.options if o.code == option), None)
    return Level(found, shade(found, scale)) if found else None


def level_name(level: Level | None) -> str:
    """A level in running text: 3, or the words of an option without a digit."""
    if level is None:
        return _("no answer")
    return level.option.code if level.option.is_number else level.option.label


class EvidenceStep(Protocol):
    """What one version attached and detached."""

    @property
    def attached(self) -> list[dict[str, str]]: ...

    @property
    def detached(self) -> list[dict[str, str]]: ...


@dataclass(frozen=True, slots=True)
class Changes:
    """What one version of an answer changed against another."""

    before: Level | None
    after: Level | None
    note: list[Part]
    justification: list[Part]
    ticked: list[CriterionData]
    unticked: list[CriterionData]
    added: list[str]
    removed: list[str]
    flag: bool | None
    is_first: bool

    @property
    def level_changed(self) -> bool:
        return self.before != self.after

    @property
    def has_text(self) -> bool:
        return bool(self.note or self.justification)

    @property
    def phrases(self) -> list[str]:
        """The changes in plain words, one short sentence each."""
        return list(self._phrases()) or [_("Saved without a change.")]

    def _phrases(self) -> Iterator[str]:
        if self.level_changed:
            yield self._level_phrase()
        if self.justification:
            yield _("Justification changed.")
        if self.note:
            is_new = all(part.kind == "ins" for part in self.note)
            yield _("Note written.") if is_new else _("Note changed.")
        yield from self._lists()
        if self.flag is not None:
            yield (
                _("Marked to come back to.")
                if self.flag
                else _("No longer marked to come back to.")
            )

    def _level_phrase(self) -> str:
        names = {"old": level_name(self.before), "new": level_name(self.after)}
        if self.before is None:
            return _("Answered: %(new)s.") % names
        if self.after is None:
            return _("Answer %(old)s taken back.") % names
        old, new = self.before.option.value, self.after.option.value
        if old is None or new is None:
            return _("Answer changed from %(old)s to %(new)s.") % names
        if new > old:
            return _("Level raised from %(old)s to %(new)s.") % names
        return _("Level lowered from %(old)s to %(new)s.") % names

    def _lists(self) -> Iterator[str]:
        said = [
            (_("Ticked: %(list)s."), [criterion.code for criterion in self.ticked]),
            (_("Tick removed: %(list)s."), [c.code for c in self.unticked]),
            (_("Evidence added: %(list)s."), self.added),
            (_("Evidence removed: %(list)s."), self.removed),
        ]
        for sentence, names in said:
            if names:
                yield sentence % {"list": ", ".join(names)}


def compare(
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
    control: ControlData,
    scale: ScaleData,
    steps: Iterable[EvidenceStep] = (),
) -> Changes:
    """Compare the `content()` of two versions; `before` is None for the first.

    `steps` are what the versions from the first to the second changed of the evidence.
    """
    old = before or {}
    had, has = _codes(old.get("ticks")), _codes(after.get("ticks"))
    added, removed = _evidence(steps)
    flags = bool(old.get("flagged")), bool(after.get("flagged"))
    return Changes(
        before=level_of(old.get("option"), scale),
        after=level_of(after.get("option"), scale),
        note=_texts(old, after, "note"),
        justification=_texts(old, after, "justification"),
        ticked=[c for c in control.criteria if c.code in has - had],
        unticked=[c for c in control.criteria if c.code in had - has],
        added=added,
        removed=removed,
        flag=flags[1] if flags[0] != flags[1] else None,
        is_first=before is None,
    )


def _texts(
    old: Mapping[str, object], new: Mapping[str, object], name: str
) -> list[Part]:
    before, after = str(old.get(name) or ""), str(new.get(name) or "")
    return [] if before == after else word_diff(before, after)


def _codes(ticks: object) -> set[str]:
    return set(ticks) if isinstance(ticks, list) else set()


def _evidence(steps: Iterable[EvidenceStep]) -> tuple[list[str], list[str]]:
    """Titles of what is attached after all steps and was not before, and the reverse.

    The steps go from the oldest to the newest.
    """
    added: dict[str, str] = {}
    removed: dict[str, str] = {}
    for step in steps:
        for item in step.detached:
            if added.pop(item["code"], None) is None:
                removed[item["code"]] = item["title"]
        for item in step.attached:
            if removed.pop(item["code"], None) is None:
                added[item["code"]] = item["title"]
    return list(added.values()), list(removed.values())

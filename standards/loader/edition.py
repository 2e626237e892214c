"""One edition: header, sections, controls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml
from django.utils.translation import gettext as _

from standards.loader.data import (
    ControlData,
    CriterionData,
    EditionData,
    GroupData,
    ScaleData,
    SectionData,
)
from standards.loader.entry import Entry
from standards.loader.shared import Shared, named_profile, named_scale

GUIDANCE_WORDS = 60
EVIDENCE = (2, 5)
PAGE_CONTROLS = 12
# On a scale of 0 to 5 these levels need something that can be checked.
CRITERIA_LEVELS = (1, 3, 5)
# Refs stand in addresses, so no slash, space or percent sign.
REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9.()_-]{0,59}")
# Words that stand in addresses where a ref would: /review/seal/, /assessments/new/.
RESERVED_REFS = frozenset(
    {
        *("new", "check", "review", "accept", "seal", "reopen", "send-back"),
        *("answer", "evidence", "history", "restore"),
    }
)
WEIGHT_LIMIT = Decimal(100_000)


@dataclass
class Context:
    scale: ScaleData | None
    groups: frozenset[str]
    section_refs: dict[str, int] = field(default_factory=dict)
    control_refs: dict[str, int] = field(default_factory=dict)


def read_edition(
    root: Entry, *, standard: str, slug: str, shared: Shared
) -> EditionData | None:
    """The edition, or None when the root is no mapping; faults stand in the root."""
    fields = root.fields(
        required=("edition", "title", "published", "scale", "scoring", "sections"),
        optional=("replaces", "amendments", "groups"),
    )
    scale = named_scale(fields["scale"], shared) if "scale" in fields else None
    scoring: dict[str, Any] = {}
    if "scoring" in fields:
        scoring = named_profile(fields["scoring"], shared, scale)
    groups = _groups(fields["groups"]) if "groups" in fields else ()
    context = Context(scale=scale, groups=frozenset(group.code for group in groups))
    sections: tuple[SectionData, ...] = ()
    if "sections" in fields:
        items = fields["sections"].items(least=1)
        sections = tuple(_section(item, context) for item in items)
    header: dict[str, Any] = {}
    for key, name, length in (
        ("edition", "label", 60),
        ("title", "title", 200),
        ("replaces", "replaces", 60),
    ):
        if key in fields:
            header[name] = fields[key].text(length=length)
    if "published" in fields:
        header["published"] = fields["published"].day()
    if "amendments" in fields:
        header["amendments"] = fields["amendments"].texts()
    if root.faults or scale is None:
        return None
    return EditionData(
        standard=standard,
        slug=slug,
        scale=scale,
        scoring=scoring,
        groups=groups,
        sections=sections,
        **header,
    )


def _groups(entry: Entry) -> tuple[GroupData, ...]:
    groups: list[GroupData] = []
    for item in entry.items():
        fields = item.fields(required=("code", "name"))
        code = fields["code"].text(length=60) if "code" in fields else ""
        name = fields["name"].text(length=200) if "name" in fields else ""
        if code and code in {group.code for group in groups}:
            fields["code"].fault(_("stands here twice"))
        groups.append(GroupData(code=code, name=name))
    return tuple(groups)


def _ref(entry: Entry, seen: dict[str, int]) -> str:
    meaning = _("letters, digits, dot, hyphen, underscore and brackets, at most 60")
    ref = entry.matching(REF, meaning)
    if ref.lower() in RESERVED_REFS:
        entry.fault(_("%(ref)s is a word of Plumbline’s addresses") % {"ref": ref})
    if ref and ref in seen:
        message = _("%(ref)s stands already in line %(line)s")
        entry.fault(message % {"ref": ref, "line": seen[ref]})
    seen.setdefault(ref, entry.line)
    return ref


def _section(entry: Entry, context: Context) -> SectionData:
    fields = entry.fields(
        required=("ref", "title"), optional=("label", "ours", "sections", "controls")
    )
    values: dict[str, Any] = {"ref": "", "title": ""}
    if "ref" in fields:
        values["ref"] = _ref(fields["ref"], context.section_refs)
    if "title" in fields:
        values["title"] = fields["title"].text(length=300)
    if "label" in fields:
        values["label"] = fields["label"].text(length=40)
    if "ours" in fields:
        values["ours"] = fields["ours"].truth()
    _check_content(entry, fields)
    if "sections" in fields:
        items = fields["sections"].items(least=1)
        values["sections"] = tuple(_section(item, context) for item in items)
    if "controls" in fields:
        values["controls"] = _page(fields["controls"], context)
    return SectionData(**values)


def _check_content(entry: Entry, fields: dict[str, Entry]) -> None:
    if "sections" in fields and "controls" in fields:
        entry.fault(_("holds sections and controls; only one of them is allowed"))
    elif "sections" not in fields and "controls" not in fields:
        entry.fault(_("holds neither sections nor controls"))


def _page(entry: Entry, context: Context) -> tuple[ControlData, ...]:
    items = entry.items(least=1)
    controls = tuple(_control(item, context) for item in items)
    count = sum(1 for control in controls for _each in control.walk())
    if count > PAGE_CONTROLS:
        message = _(
            "holds %(count)s controls, at most %(limit)s fit a page: divide it into "
            "sections of ours"
        )
        entry.fault(message % {"count": count, "limit": PAGE_CONTROLS})
    return controls


CONTROL_KEYS = (
    "question",
    "guidance",
    "evidence",
    "criteria",
    "weight",
    "groups",
    "attributes",
    "options",
    "assessable",
    "controls",
)


def _control(entry: Entry, context: Context) -> ControlData:
    fields = entry.fields(required=("ref", "title"), optional=CONTROL_KEYS)
    values: dict[str, Any] = {"ref": "", "title": ""}
    if "ref" in fields:
        values["ref"] = _ref(fields["ref"], context.control_refs)
    if "title" in fields:
        values["title"] = fields["title"].text(length=300)
    if "question" in fields:
        values["question"] = _question(fields["question"])
    if "guidance" in fields:
        values["guidance"] = fields["guidance"].text(words=GUIDANCE_WORDS)
    if "evidence" in fields:
        values["evidence"] = fields["evidence"].texts(*EVIDENCE)
    if "criteria" in fields:
        values["criteria"] = _criteria(fields["criteria"], context)
    values |= _properties(fields, context)
    control = ControlData(**values)
    if control.asked and fields:
        _require(entry, fields, control, context)
    return control


def _properties(fields: dict[str, Entry], context: Context) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "weight" in fields:
        values["weight"] = _weight(fields["weight"])
    if "groups" in fields:
        message = _("is not a group of this edition")
        values["groups"] = _known(fields["groups"], context.groups, message)
    if "attributes" in fields:
        pairs = fields["attributes"].pairs()
        values["attributes"] = {key: value.text() for key, value in pairs.items()}
    if "options" in fields:
        scale = context.scale
        codes = frozenset(option.code for option in scale.options) if scale else None
        message = _("is not an option of the scale")
        values["options"] = _known(fields["options"], codes, message)
    if "assessable" in fields:
        values["assessable"] = fields["assessable"].truth()
    if "controls" in fields:
        items = fields["controls"].items()
        values["controls"] = tuple(_control(item, context) for item in items)
    return values


def _question(entry: Entry) -> str:
    question = entry.text()
    if question and not question.endswith("?"):
        entry.fault(_("must end with a question mark"))
    return question


def _weight(entry: Entry) -> Decimal:
    weight = entry.number()
    if not 0 < weight < WEIGHT_LIMIT:
        entry.fault(_("must be greater than 0 and less than 100000"))
    return weight


def _known(entry: Entry, known: frozenset[str] | None, message: str) -> tuple[str, ...]:
    found: list[str] = []
    for item in entry.items():
        text = item.text()
        if text in found:
            item.fault(_("stands here twice"))
        elif text and known is not None and text not in known:
            item.fault(message)
        found.append(text)
    return tuple(found)


def _criteria(entry: Entry, context: Context) -> tuple[CriterionData, ...]:
    found: list[CriterionData] = []
    for key, item in entry.pairs().items():
        if not key.isdecimal() or not _is_level(int(key), context.scale):
            item.fault(_("is not a level of the scale"))
            continue
        texts = enumerate(item.texts(least=1), start=1)
        found.extend(
            CriterionData(code=f"{key}.{position}", level=int(key), text=text)
            for position, text in texts
        )
    return tuple(sorted(found, key=lambda criterion: criterion.level))


def _is_level(level: int, scale: ScaleData | None) -> bool:
    return scale is None or level in {option.value for option in scale.options}


def _require(
    entry: Entry, fields: dict[str, Entry], control: ControlData, context: Context
) -> None:
    """What a control that is asked must have."""
    for key in ("question", "guidance", "evidence"):
        if key not in fields:
            entry.fault(_("is missing"), key=key)
    scale = context.scale
    if scale is None or scale.minimum != 0 or scale.maximum != 5:
        return
    levels = {criterion.level for criterion in control.criteria}
    for level in CRITERIA_LEVELS:
        key = f"criteria.{level}"
        if level not in levels and str(level) not in _keys(fields.get("criteria")):
            line = fields["criteria"].line if "criteria" in fields else 0
            entry.fault(_("is missing"), key=key, line=line)


def _keys(entry: Entry | None) -> set[str]:
    """The keys that stand there, faulty or not: such a level isn't missing as well."""
    if entry is None or not isinstance(entry.node, yaml.MappingNode):
        return set()
    return {key.value for key, _value in entry.node.value}

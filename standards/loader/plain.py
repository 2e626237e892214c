"""Dataclasses to what JSON can hold, and back. Decimals travel as text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from standards.loader.data import (
    AnalysisData,
    AspectData,
    ControlData,
    CriterionData,
    EditionData,
    GroupData,
    OptionData,
    QuestionData,
    RelatedData,
    ScaleData,
    SourceData,
    StandardData,
)

Plain = dict[str, Any]


def checksum(edition: EditionData) -> str:
    """SHA-256 over the content; database ids don't count."""
    content = _without_ids(asdict(edition))
    text = json.dumps(content, default=_text, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_ids(content: Plain) -> Plain:
    """Take the ids out of a copied tree, in place."""
    content.pop("id", None)
    for option in content.get("scale", {}).get("options", ()):
        # Editions from before there was such a word keep their checksum.
        if not option["short"]:
            del option["short"]
    for key in ("sections", "controls"):
        for child in content.get(key, ()):
            _without_ids(child)
    return content


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        # 1 and 1.00 are the same weight, and the database gives back 1.0000.
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored")


def to_plain(value: Any) -> Plain:
    """A dataclass as dicts, lists, texts, numbers and booleans."""
    plain: Plain = json.loads(json.dumps(asdict(value), default=_text))
    return plain


def scale_from_plain(plain: Mapping[str, Any]) -> ScaleData:
    return ScaleData(
        title=plain["title"],
        minimum=Decimal(plain["minimum"]),
        maximum=Decimal(plain["maximum"]),
        options=tuple(
            OptionData(
                **option
                | {
                    "value": None
                    if option["value"] is None
                    else Decimal(option["value"])
                }
            )
            for option in plain["options"]
        ),
    )


def detail_to_plain(control: ControlData) -> Plain:
    """The lists of a control, which are only ever read whole; no empty ones."""
    detail: Plain = {
        "evidence": list(control.evidence),
        "criteria": [[c.code, c.level, c.text] for c in control.criteria],
        "groups": list(control.groups),
        "attributes": dict(control.attributes),
        "options": list(control.options),
    }
    return {key: value for key, value in detail.items() if value}


def detail_from_plain(detail: Mapping[str, Any]) -> Plain:
    """The keyword arguments of ControlData that a control's detail holds."""
    return {
        "evidence": tuple(detail.get("evidence", ())),
        "criteria": tuple(
            CriterionData(code=code, level=level, text=text)
            for code, level, text in detail.get("criteria", ())
        ),
        "groups": tuple(detail.get("groups", ())),
        "attributes": dict(detail.get("attributes", {})),
        "options": tuple(detail.get("options", ())),
    }


def groups_from_plain(groups: list[Mapping[str, str]]) -> tuple[GroupData, ...]:
    return tuple(GroupData(code=g["code"], name=g["name"]) for g in groups)


def standard_from_plain(plain: Mapping[str, Any]) -> StandardData:
    aspects = {
        name: AspectData(
            text=aspect["text"],
            source=aspect["source"],
            published=_day(aspect["published"]),
            checked=_day(aspect["checked"]),
        )
        for name, aspect in plain["aspects"].items()
    }
    values: Plain = {key: plain[key] for key in _TEXTS}
    values |= {key: tuple(plain[key]) for key in _LISTS}
    return StandardData(
        **values,
        analysis=AnalysisData(**plain["analysis"]),
        aspects=aspects,
        faq=tuple(QuestionData(**entry) for entry in plain["faq"]),
        related=tuple(RelatedData(**entry) for entry in plain["related"]),
        sources=tuple(
            SourceData(
                title=entry["title"],
                publisher=entry["publisher"],
                checked=date.fromisoformat(entry["checked"]),
                published=_day(entry["published"]),
                url=entry["url"],
            )
            for entry in plain["sources"]
        ),
        reviewed_on=date.fromisoformat(plain["reviewed_on"]),
        # Profiles that were stored before there were any have none.
        grades=plain.get("grades", {}),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


_TEXTS = (
    "slug",
    "name",
    "tagline",
    "summary",
    "publisher",
    "nature",
    "obligation",
    "licence",
)
_LISTS = ("industry", "domain", "geography", "features")

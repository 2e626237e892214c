"""A report as JSON, for other programs; static/schemas/ describes every key.

Values are values: days and moments by ISO 8601, numbers with all their digits, shares
from 0 to 1, sizes in bytes, options by their codes. A score or a level has its printed
text beside it. The list “answers” can be brought back into an assessment.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from reports.documents import AssessmentReport
from reports.documents.values import Printed, value_of

SCHEMA = "plumbline.assessment-report"
VERSION = 2  # raise it when a key changes its meaning or goes away
# Fields of the document that are blank while there is nothing to print: null then.
VALUES = frozenset(
    {
        "at",
        "added",
        "answered_at",
        "due",
        "size",
        "period",
        "coverage",
        "lift",
        "weight",
    }
)
DRAWING = frozenset({"shade"})  # how a level looks, not what it is
ASIDE = frozenset(
    {
        *("organization", "title", "standard", "standard_code", "edition"),
        *("edition_code", "prepared_at", "made_at", "code", "team", "scope", "period"),
        *("status", "state", "marking", "is_final", "language", "engine"),
        *("paper", "zone", "axis", "answers", "texts"),
    }
)


def render_json(document: AssessmentReport) -> bytes:
    """Return `document` as UTF-8 JSON; equal input gives equal bytes.

    Half surrogates, which UTF-8 cannot hold, become U+FFFD.
    """
    data = {**_head(document), **_rest(document)}
    text = _written(data, "\n")
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return f"{whole}\n".encode()


def _written(value: Any, start: str) -> str:
    """JSON of a value; `start` begins a line at its depth.

    The module json would write a Decimal as a float, which rounds it.
    """
    inner = f"{start}  "
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict) and value:
        lines = [f"{_written(k, '')}: {_written(v, inner)}" for k, v in value.items()]
        return f"{{{inner}{f',{inner}'.join(lines)}{start}}}"
    if isinstance(value, list) and value:
        lines = [_written(item, inner) for item in value]
        return f"[{inner}{f',{inner}'.join(lines)}{start}]"
    return json.dumps(value, ensure_ascii=False)


def _head(document: AssessmentReport) -> dict[str, Any]:
    """What the file is about, and when it was made."""
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "prepared_at": _plain(document.made_at) or None,
        "as_of": _plain(document.prepared_at),
        "draft": not document.is_final,
        "assessment": document.code,
        "title": document.title,
        "organization": document.organization,
        "team": document.team,
        "standard": {"code": document.standard_code, "name": document.standard},
        "edition": {"code": document.edition_code, "title": document.edition},
        "scope": document.scope,
        "period": _plain(document.period) or None,
        "state": {"code": document.state, "label": document.status},
        "marking": document.marking,
        "language": document.language,
        "engine": document.engine,
        "answers": [
            {**row, "ticks": str(row["ticks"]).split()} for row in document.answers
        ],
    }


def _rest(document: AssessmentReport) -> dict[str, Any]:
    return {
        field.name: _plain(getattr(document, field.name))
        for field in fields(document)
        if field.name not in ASIDE
    }


def _plain(value: Any) -> Any:
    """What JSON has for a value: numbers as numbers, times by ISO 8601."""
    if isinstance(value, Printed):
        return _plain(_period(value_of(value)))
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, date):  # and datetime, which is one
        return value.isoformat()
    if is_dataclass(value):
        return {
            field.name: _blank(field.name, _plain(getattr(value, field.name)))
            for field in fields(value)
            if field.name not in DRAWING
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _period(value: Any) -> Any:
    if isinstance(value, tuple):
        start, end = value
        return {"start": start, "end": end}
    return value


def _blank(name: str, value: Any) -> Any:
    return None if name in VALUES and value == "" else value

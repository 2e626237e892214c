"""The JSON Schema of a report, out of the dataclasses that it is made of.

static/schemas/ holds the result; a test says when it has to be written again.
"""

import types
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from reports import documents
from reports.renderers.json import ASIDE, DRAWING, SCHEMA, VALUES, VERSION

Rule = dict[str, Any]

TEXT: Rule = {"type": "string"}
NUMBER: Rule = {"type": ["number", "null"]}
DAY: Rule = {"type": ["string", "null"], "format": "date"}
MOMENT: Rule = {"type": ["string", "null"], "format": "date-time"}
PLAIN: dict[Any, Rule] = {
    str: TEXT,
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    Decimal: {"type": "number"},
}
# What stands in place of a printed text.
PRINTED: dict[str, Rule] = {
    "at": MOMENT,
    "added": MOMENT,
    "answered_at": MOMENT,
    "due": DAY,
    "size": {"type": ["integer", "null"], "description": "Bytes."},
    "coverage": NUMBER | {"description": "Share from 0 to 1."},
    "lift": NUMBER | {"description": "What reaching the target adds to the score."},
    "weight": NUMBER | {"description": "Null where all weigh the same."},
    "period": {"$ref": "#/$defs/period"},
}


def report_schema() -> Rule:
    """The whole schema."""
    defs: dict[str, Rule] = {"answer": _answer(), "period": _period()}
    hints = get_type_hints(documents.AssessmentReport, vars(documents))
    rest = {
        field.name: _rule(hints[field.name], defs)
        for field in fields(documents.AssessmentReport)
        if field.name not in ASIDE
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Plumbline assessment report, version {VERSION}",
        "description": "The report “Answers” as JSON. Days and moments are ISO 8601, "
        "shares go from 0 to 1, numbers have all their digits.",
        **_object({**_head(), **rest}),
        "$defs": dict(sorted(defs.items())),
    }


def _object(properties: dict[str, Rule], description: str = "") -> Rule:
    about: Rule = {"description": description} if description else {}
    return {
        "type": "object",
        **about,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _head() -> dict[str, Rule]:
    named = _object({"code": TEXT, "title": TEXT})
    return {
        "schema": {"const": SCHEMA},
        "version": {"const": VERSION},
        "prepared_at": MOMENT
        | {
            "description": "When the file was made; of a sealed assessment its sealing."
        },
        "as_of": {
            "type": "string",
            "format": "date-time",
            "description": "When what it says came to be: sealing, or last change.",
        },
        "draft": {
            "type": "boolean",
            "description": "True until the assessment is sealed.",
        },
        **dict.fromkeys(("assessment", "title", "organization", "team"), TEXT),
        "standard": _object({"code": TEXT, "name": TEXT}),
        "edition": named,
        "scope": TEXT,
        "period": {"$ref": "#/$defs/period"},
        "state": _object({"code": TEXT, "label": TEXT}),
        "marking": TEXT,
        "language": {"type": "string", "description": "BCP 47."},
        "engine": TEXT,
        "answers": {"type": "array", "items": {"$ref": "#/$defs/answer"}},
    }


def _answer() -> Rule:
    """One row of the answers, as static/schemas/answers-1.json has it."""
    return _object(
        {
            "ref": {"type": "string", "description": "Text: 3.10 is not 3.1."},
            **dict.fromkeys(("title", "section"), TEXT),
            "option": {
                "type": "string",
                "description": "Code of the answer; empty while unanswered.",
            },
            **dict.fromkeys(("justification", "note"), TEXT),
            "ticks": {"type": "array", "items": TEXT},
            "flagged": PLAIN[bool],
            "version": {
                "type": "integer",
                "description": "Version of the answer, 0 while there is none.",
            },
            "answered_by": TEXT,
            "answered_at": {
                "anyOf": [{"type": "string", "format": "date-time"}, {"const": ""}]
            },
        },
        "A control that is asked, answered or not. An import reads these.",
    )


def _period() -> Rule:
    days = _object({"start": DAY, "end": DAY}, "First and last day; null where open.")
    return {"anyOf": [days, {"type": "null"}]}


def _rule(kind: Any, defs: dict[str, Rule]) -> Rule:
    """The rule for a type; dataclasses get a definition of their own."""
    if isinstance(kind, types.UnionType):
        inner = next(one for one in get_args(kind) if one is not type(None))
        return {"anyOf": [_rule(inner, defs), {"type": "null"}]}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _rule(get_args(kind)[0], defs)}
    if is_dataclass(kind) and isinstance(kind, type):
        name = kind.__name__[0].lower() + kind.__name__[1:]
        if name not in defs:
            defs[name] = {}  # a section holds sections
            defs[name] = _object(_properties(kind, defs), _about(kind))
        return {"$ref": f"#/$defs/{name}"}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"type": "string", "enum": [one.value for one in kind]}
    return PLAIN[kind]


def _properties(kind: type, defs: dict[str, Rule]) -> dict[str, Rule]:
    hints = get_type_hints(kind, vars(documents))
    names = [name for name in hints if name not in DRAWING]
    return {
        name: PRINTED[name] if name in VALUES else _rule(hints[name], defs)
        for name in names
    }


def _about(kind: type) -> str:
    line = (kind.__doc__ or "").splitlines()[0]
    return "" if line.startswith(f"{kind.__name__}(") else line

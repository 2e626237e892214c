"""As much of JSON Schema as our own schemas use; enough to hold a file against one."""

import json
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float, Decimal),
    "boolean": bool,
    "null": type(None),
}
FORMATS = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}


def schema(name: str) -> dict:
    return json.loads((Path(settings.BASE_DIR) / "static/schemas" / name).read_text())


def faults(value: object, rule: dict, root: dict | None = None, at: str = "$") -> list:
    """Every place at which a value breaks a rule."""
    root = root or rule
    if "$ref" in rule:
        rule = root["$defs"][rule["$ref"].removeprefix("#/$defs/")]
    if "anyOf" in rule:
        return min((faults(value, one, root, at) for one in rule["anyOf"]), key=len)
    names = rule.get("type", [])
    names = [names] if isinstance(names, str) else names
    if names and not any(_is(value, name) for name in names):
        return [f"{at}: {value!r} is no {names}"]
    if "const" in rule and value != rule["const"]:
        return [f"{at}: {value!r} is not {rule['const']!r}"]
    if "enum" in rule and value not in rule["enum"]:
        return [f"{at}: {value!r} is none of {rule['enum']}"]
    if isinstance(value, str):
        return _text_faults(value, rule, at)
    if isinstance(value, list):
        items = rule.get("items", {})
        found = (faults(x, items, root, f"{at}[{n}]") for n, x in enumerate(value))
        return [fault for one in found for fault in one]
    return _object_faults(value, rule, root, at) if isinstance(value, dict) else []


def _is(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])


def _text_faults(value: str, rule: dict, at: str) -> list:
    if "pattern" in rule and not re.search(rule["pattern"], value):
        return [f"{at}: {value!r} does not match {rule['pattern']}"]
    try:
        FORMATS.get(rule.get("format", ""), str)(value)
    except ValueError as error:
        return [f"{at}: {error}"]
    return []


def _object_faults(value: dict, rule: dict, root: dict, at: str) -> list:
    known = rule.get("properties", {})
    found = [f"{at}.{x} is missing" for x in rule.get("required", []) if x not in value]
    if rule.get("additionalProperties") is False:
        found += [f"{at}.{name} is unknown" for name in value if name not in known]
    for name, item in value.items():
        found += faults(item, known.get(name, {}), root, f"{at}.{name}")
    return found

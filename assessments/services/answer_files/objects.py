"""JSON: a list of answers, alone or in an object that says what they are about."""

import json
from collections import Counter
from decimal import Decimal
from itertools import islice

from django.utils.translation import gettext as _

from assessments.services.answer_files.cells import (
    MOST_ROWS,
    Cell,
    FileContents,
    FileRow,
    Kind,
    UnreadableFileError,
)
from assessments.services.answer_files.columns import (
    check_names,
    column_name,
    contents,
)

MOST_DIGITS = 400  # more than any spreadsheet's number has
ABOUT = ("assessment", "edition")


class _RepeatedKeyError(ValueError):
    pass


def read_json(content: bytes) -> FileContents:
    """The answers in a JSON file. Raises UnreadableFileError."""
    data = _parse(content)
    answers = data.get("answers") if isinstance(data, dict) else data
    if not isinstance(answers, list):
        raise UnreadableFileError(_("The file has no list “answers”."))
    about = _about(data) if isinstance(data, dict) else {}
    few = islice(answers, MOST_ROWS + 1)
    rows = [_row(number, entry, about) for number, entry in enumerate(few, start=1)]
    return contents(rows, [], typed=True)


def _parse(content: bytes) -> object:
    try:
        return json.loads(
            content,
            object_pairs_hook=_object,
            parse_float=Decimal,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError) as error:
        message = _("This is not JSON: %(error)s") % {"error": error}
        raise UnreadableFileError(message) from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose keys are named once; the standard takes the last silently."""
    made = dict(pairs)
    if len(made) < len(pairs):
        counts = Counter(name for name, _value in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise _RepeatedKeyError(
            _("“%(name)s” stands twice in one object") % {"name": twice[:40]}
        )
    return made


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _about(data: dict[str, object]) -> dict[str, Cell]:
    """What the file says about all its answers; a report names its edition in full."""
    texts = {}
    for name in ABOUT:
        value = data.get(name)
        text = value.get("code") if isinstance(value, dict) else value
        if isinstance(text, str):
            texts[name] = Cell(text, place=name)
    return texts


def _row(number: int, entry: object, about: dict[str, Cell]) -> FileRow:
    place = _("answer %(number)d") % {"number": number}
    if not isinstance(entry, dict):
        message = _("Answer %(number)d is no object.") % {"number": number}
        raise UnreadableFileError(message)
    names = {column: column_name(name) for column, name in enumerate(entry)}
    if "ref" not in names.values():
        message = _("“ref” is missing in answer %(number)d.") % {"number": number}
        raise UnreadableFileError(message)
    check_names(names, dict.fromkeys(names, place))
    values = zip(names.values(), entry.values(), strict=True)
    cells = {name: _cell(value, f"{place}, {name}") for name, value in values}
    fault = next(
        (
            _("%(place)s must be a text.") % {"place": cell.place}
            for cell in cells.values()
            if cell.kind is Kind.OBJECT
        ),
        "",
    )
    return FileRow(number, {**about, **cells}, fault)


def _cell(value: object, place: str) -> Cell:
    if value is None:
        return Cell(place=place)
    if isinstance(value, bool):
        return Cell("true" if value else "false", Kind.BOOLEAN, place)
    if isinstance(value, int):
        return Cell(str(value), Kind.NUMBER, place)
    if isinstance(value, Decimal):
        return Cell(_number(value), Kind.NUMBER, place)
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return Cell(_whole(" ".join(value)), place=place)
        return Cell("[…]", Kind.OBJECT, place)
    if isinstance(value, str):
        return Cell(_whole(value), place=place)
    return Cell("{…}", Kind.OBJECT, place)


def _number(value: Decimal) -> str:
    """All digits; of numbers such as 1e999999999, which have too many, as written."""
    return f"{value:f}" if abs(value.adjusted()) < MOST_DIGITS else str(value)


def _whole(text: str) -> str:
    """JSON can name halves of a character, which nothing can store or print."""
    return text.encode("utf-8", "replace").decode()

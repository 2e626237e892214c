"""How the commands print: a table for people, JSON for scripts."""

import json
from collections.abc import Mapping, Sequence

from django.core.management.base import CommandParser, OutputWrapper
from django.utils.translation import gettext as _

Row = Mapping[str, object]


def add_format(parser: CommandParser) -> None:
    parser.add_argument(
        "--format",
        choices=["table", "json"],
        default="table",
        help=_("how to print the result"),
    )


def write_rows(
    stdout: OutputWrapper, rows: Sequence[Row], titles: Mapping[str, str], form: str
) -> None:
    """Print rows that all have the keys of `titles`."""
    if form == "json":
        stdout.write(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    lines = [list(titles.values())]
    lines += [[_cell(row[key]) for key in titles] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        stdout.write("  ".join(cells).rstrip())


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)

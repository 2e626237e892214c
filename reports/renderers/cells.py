"""Tables of typed cells, and how levels and numbers become cells."""

from dataclasses import dataclass
from decimal import Decimal

from reports.documents import Level, Number

# A `Printed` text is written as the value that it keeps.
Value = str | int | Decimal | Number | None


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet."""

    title: str
    columns: tuple[tuple[str, int], ...]  # heading and width in characters
    rows: list[tuple[Value, ...]]
    frozen: str = "A2"  # the first cell that scrolls
    is_list: bool = True  # rows of one kind, which can be filtered


def number_cell(number: Number) -> Value:
    """A number that has a value; its text where there is none."""
    return number.text if number.value is None else number


def level_cell(level: Level | None) -> Value:
    """The number of a level; its words where it has none."""
    if level is None:
        return None
    return level.value if level.value is not None else level.label or level.text

"""What a file of answers holds: cells, each with its place, and rows of them.

A cell keeps what kind of value it was. A ref that a spreadsheet turned into a number or
a date no longer says which control it meant, and only the kind tells.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_CELLS = 500_000  # 20,000 rows of 13 cells have half of it


class UnreadableFileError(Exception):
    """The file as a whole can't be read; the message says why."""


class Kind(Enum):
    """What a cell holds, as the file says it."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    FORMULA = "formula"  # whose result the file doesn't hold
    ERROR = "error"
    OBJECT = "object"  # JSON within a value


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as text, what it was, and where it stands: "B12"."""

    text: str = ""
    kind: Kind = Kind.TEXT
    place: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.text.strip() and self.kind is Kind.TEXT


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet, with its number and its cells by column, the first 0."""

    number: int
    cells: Mapping[int, Cell]

    @property
    def is_blank(self) -> bool:
        return all(cell.is_blank for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as a file has it; `name` is empty where a file has only one."""

    name: str
    lines: Iterable[Line]


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row by the names of its columns: only those that the file has."""

    line: int
    cells: Mapping[str, Cell]
    fault: str = ""  # what is wrong with the row as such

    def cell(self, name: str) -> Cell:
        return self.cells.get(name, Cell())

    def text(self, name: str) -> str:
        return self.cell(name).text.strip()


@dataclass(frozen=True)
class FileContents:
    """The rows of a file, and what has to be said about how it was read."""

    rows: list[FileRow]
    remarks: list[str] = field(default_factory=list)
    # Whether refs are known to be text: they were never a spreadsheet's numbers.
    keeps_zeros: bool = False

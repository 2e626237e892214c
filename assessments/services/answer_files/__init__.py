"""Answers as a file, and back: JSON, CSV and XLSX with the same columns."""

from assessments.services.answer_files.cells import (
    MOST_BYTES,
    Cell,
    FileContents,
    FileRow,
    Kind,
    UnreadableFileError,
)
from assessments.services.answer_files.columns import COLUMNS
from assessments.services.answer_files.reading import (
    TYPES,
    read_content,
    read_file,
)
from assessments.services.answer_files.writing import FORMATS, Row, write_file

__all__ = [
    "COLUMNS",
    "FORMATS",
    "MOST_BYTES",
    "TYPES",
    "Cell",
    "FileContents",
    "FileRow",
    "Kind",
    "Row",
    "UnreadableFileError",
    "read_content",
    "read_file",
    "write_file",
]

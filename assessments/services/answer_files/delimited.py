"""CSV: the encodings and delimiters in which spreadsheets write it."""

import codecs
import csv
from collections.abc import Iterator
from io import StringIO

from django.utils.translation import gettext as _

from assessments.services.answer_files.cells import (
    MOST_CELLS,
    Cell,
    FileContents,
    Line,
    Sheet,
    UnreadableFileError,
)
from assessments.services.answer_files.columns import Header, find_header, read_table
from common.spreadsheets import original

DELIMITERS = ",;\t"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_csv(content: bytes) -> FileContents:
    """The answers in a CSV file. Raises UnreadableFileError."""
    return read_table(find_table(decoded(content)), typed=False)


def find_table(text: str) -> Header:
    """The header in the delimiter with which it has the most known columns.

    Raises UnreadableFileError for a text without a column “ref”.
    """
    headers = []
    fault: UnreadableFileError | None = None
    for delimiter in _delimiters(text):
        try:
            header = find_header(Sheet("", csv_lines(text, delimiter)))
        except UnreadableFileError as error:
            fault = fault or error
            continue
        if header:
            headers.append(header)
    if headers:
        return max(headers, key=lambda header: len(header.names))
    raise fault or UnreadableFileError(_("The column “ref” is missing."))


def _delimiters(text: str) -> str:
    """Those that may be meant; the line `sep=;` of Excel says which."""
    first = text[:6].lower()
    if first.startswith("sep=") and len(first) > len("sep="):
        return first[4]
    return DELIMITERS


def decoded(content: bytes) -> str:
    """The text of a CSV file. Raises UnreadableFileError for unclear encodings."""
    encoding = "utf-16" if content.startswith(UTF16) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = _(
            "Line %(line)d is not UTF-8. In Excel, save the file as “CSV UTF-8”."
        )
        raise UnreadableFileError(message % {"line": line}) from error
    if "\x00" in text:
        message = _("This is no CSV text. In Excel, save the file as “CSV UTF-8”.")
        raise UnreadableFileError(message)
    return text


def csv_lines(text: str, delimiter: str) -> Iterator[Line]:
    """Every line, with the number at which it starts. Raises UnreadableFileError."""
    # Strict, because a quote that nobody closes would swallow all rows after it.
    # Blanks after a delimiter would hide that a quote follows.
    reader = csv.reader(
        StringIO(text, newline=""),
        delimiter=delimiter,
        skipinitialspace=delimiter != "\t",
        strict=True,
    )
    start = 1
    cells = 0
    try:
        for texts in reader:
            cells += len(texts)
            if cells > MOST_CELLS:
                message = _("The file has more cells than any standard.")
                raise UnreadableFileError(message)
            if not (start == 1 and texts and texts[0].lower().startswith("sep=")):
                yield Line(start, _cells(start, texts))
            start = reader.line_num + 1
    except csv.Error as error:
        message = _("Line %(line)d: %(error)s") % {"line": start, "error": error}
        raise UnreadableFileError(message) from error


def _cells(line: int, texts: list[str]) -> dict[int, Cell]:
    place = _("line %(line)d, column %(column)d")
    return {
        column: Cell(original(text), place=place % {"line": line, "column": column + 1})
        for column, text in enumerate(texts)
    }

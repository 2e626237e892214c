"""Text in spreadsheets: one rule for every file that we write and read.

Some text would be run as a formula.
CSV has no way to mark a cell as text, so such text gets an apostrophe before it, which
goes again on the way in. A workbook marks the cell as text with Excel's quote prefix.
"""

import re

# What spreadsheets take for the start of a formula; the apostrophe itself, so that
# nothing that was written comes back changed.
_RISKY = re.compile(r"^'*[=+\-@\t\r|%]")
# What XML can't hold, and so no workbook.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# A workbook writes the letter A as _x0041_ where it must; whoever wrote that meant it.
_LOOKALIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def is_risky(text: str) -> bool:
    """Whether a spreadsheet could run `text`."""
    return bool(_RISKY.match(text))


def neutral(text: str) -> str:
    """Text that no spreadsheet runs."""
    return f"'{text}" if is_risky(text) else text


def original(text: str) -> str:
    """The text before `neutral`."""
    return text[1:] if text.startswith("'") and is_risky(text[1:]) else text


def cell_text(text: str) -> str:
    """Text as a workbook can hold it and give it back."""
    return _LOOKALIKE.sub("_x005F_", _UNSTORABLE.sub("", text))


def text_of_cell(text: str) -> str:
    """The text that a workbook means, before `cell_text`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)

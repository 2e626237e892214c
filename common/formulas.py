"""Text that a spreadsheet would take for a formula: one rule for every file we write.

CSV has no way to mark a cell as text, so such text gets an apostrophe before it, which
goes again on the way in. A workbook marks the cell as text with Excel's quote prefix.
"""

import re

# What spreadsheets take for the start of a formula; the apostrophe itself, so that
# nothing that was written comes back changed.
_RISKY = re.compile(r"^'*[=+\-@\t\r|%]")


def is_risky(text: str) -> bool:
    """Whether a spreadsheet could run `text`."""
    return bool(_RISKY.match(text))


def neutral(text: str) -> str:
    """Text that no spreadsheet runs."""
    return f"'{text}" if is_risky(text) else text


def original(text: str) -> str:
    """The text before `neutral`."""
    return text[1:] if text.startswith("'") and is_risky(text[1:]) else text

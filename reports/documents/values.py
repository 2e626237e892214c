"""Text that keeps the value which it prints."""

from datetime import date, datetime
from decimal import Decimal

Value = date | datetime | Decimal | int | tuple[date | None, date | None] | None


class Printed(str):
    """Text as pages print it, with its value for files that programs read.

    A day, a moment, a period (start and end), a share from 0 to 1, a size in bytes. For
    templates and tests it is the text that it looks like.
    """

    value: Value

    def __new__(cls, text: str, value: Value) -> "Printed":
        made = super().__new__(cls, text)
        made.value = value
        return made


def value_of(text: str) -> Value | str:
    """The value of a printed text; the text itself where it is no more than that."""
    return text.value if isinstance(text, Printed) else text

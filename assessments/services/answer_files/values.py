"""What a cell says: an option, yes or no, a version, ticks. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from decimal import Decimal, InvalidOperation
from functools import cached_property

from django.utils.translation import gettext as _

from assessments.enums import UNKNOWN
from assessments.services.answer_files.cells import Cell, FileRow, Kind
from assessments.services.answer_files.refs import RowFaultError
from assessments.services.answer_files.wording import plain_key
from assessments.services.content import allowed_options
from standards.loader import ControlData, OptionData, ScaleData

# The words of spreadsheets in other languages, as they write a box that was ticked.
YES = frozenset(
    {
        *("true", "yes", "y", "1", "x", "✓", "wahr", "ja", "vrai", "oui", "verdadero"),
        *("vero", "verdadeiro", "waar", "prawda", "sí", "si", "sim", "sì"),
    }
)
NO = frozenset(
    {
        *("", "false", "no", "n", "0", "falsch", "nein", "faux", "non", "falso"),
        *("onwaar", "nee", "fałsz", "não"),
    }
)
NOT_APPLICABLE = frozenset({"n/a", "na", "n.a.", "not applicable"})
DONT_KNOW = frozenset({UNKNOWN, "don't know", "do not know"})
NUMBER = re.compile(r"[0-9]{1,9}([.,][0-9]{1,9})?")
VERSION = re.compile("[0-9]{1,9}")
SEPARATORS = re.compile(r"[\s,;]+")


class Options:
    """The answers of a scale by everything that they are called."""

    def __init__(self, scale: ScaleData) -> None:
        self.scale = scale

    @cached_property
    def _words(self) -> dict[str, set[str]]:
        words: dict[str, set[str]] = {}
        for option in self.scale.options:
            for word in _words_of(option):
                words.setdefault(plain_key(word), set()).add(option.code)
        return words

    def read_row(self, row: FileRow, control: ControlData) -> str:
        """The code of the answer in a row, "" for none. Raises RowFaultError.

        A column “option” holds codes, a column “level” the numbers that levels have.
        """
        option = self._read(row.cell("option"), control, codes_first=True)
        if "level" not in row.cells:
            return option
        level = self._read(row.cell("level"), control, codes_first=False)
        if "option" in row.cells and option != level:
            message = _("%(first)s and %(second)s name two different answers.")
            marks = {
                "first": row.cell("option").place,
                "second": row.cell("level").place,
            }
            raise RowFaultError(message % marks)
        return level

    def _read(self, cell: Cell, control: ControlData, *, codes_first: bool) -> str:
        text = cell.text.strip()
        if cell.is_blank:
            return ""
        if cell.kind in {Kind.TEXT, Kind.NUMBER}:
            first = codes_first and cell.kind is Kind.TEXT
            codes = self._codes(text, control, codes_first=first)
            if len(codes) == 1:
                return codes.pop()
        message = _(
            "“%(option)s” in %(place)s is not an answer that %(ref)s allows. "
            "Allowed are %(allowed)s."
        )
        marks = {
            "option": text[:40],
            "place": cell.place,
            "ref": control.ref,
            "allowed": ", ".join(self._allowed(control)),
        }
        raise RowFaultError(message % marks)

    def _codes(self, text: str, control: ControlData, *, codes_first: bool) -> set[str]:
        """The codes that a text can mean; a code itself, written out, means itself."""
        allowed = allowed_options(control, self.scale)
        if codes_first and text in allowed:
            return {text}
        if plain_key(text) in DONT_KNOW | {plain_key(_("Don’t know"))}:
            return {UNKNOWN}
        words = self._words.get(plain_key(text), set()) & set(allowed)
        return words | self._codes_of_number(text, allowed)

    def _codes_of_number(self, text: str, allowed: Collection[str]) -> set[str]:
        """0,25 and 0.50 and 1.0 are the values 0.25, 0.5 and 1."""
        number = decimal_of(text)
        return {
            option.code
            for option in self.scale.options
            if number is not None
            and option.code in allowed
            and number in {option.value, decimal_of(option.code)}
        }

    def _allowed(self, control: ControlData) -> Iterator[str]:
        allowed = allowed_options(control, self.scale)
        for option in self.scale.options:
            if option.code in allowed:
                yield f"{option.code} ({option.label})"
        yield f"{UNKNOWN} ({_('Don’t know')})"


def _words_of(option: OptionData) -> Iterator[str]:
    yield option.code
    yield option.label
    for between in (" ", " - ", ": ", ", "):
        yield f"{option.code}{between}{option.label}"
    yield f"{option.code} ({option.label})"
    if option.na:
        yield from NOT_APPLICABLE
        yield _("Not applicable")


def decimal_of(text: str) -> Decimal | None:
    """A plain number with a point or a comma, None for anything else."""
    if not NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def read_flag(cell: Cell) -> bool:
    """Whether a cell says yes. Raises RowFaultError."""
    word = plain_key(cell.text)
    if word not in YES | NO:
        message = _("“%(text)s” in %(place)s: “flagged” must be true or empty.")
        raise RowFaultError(message % {"text": cell.text[:40], "place": cell.place})
    return word in YES


def read_version(cell: Cell) -> int:
    """The version that a row was made from, 0 for none. Raises RowFaultError."""
    text = cell.text.strip() or "0"
    if not VERSION.fullmatch(text) or cell.kind not in {Kind.TEXT, Kind.NUMBER}:
        message = _("“%(text)s” in %(place)s: the version must be a whole number.")
        raise RowFaultError(message % {"text": text[:20], "place": cell.place})
    return int(text)


def read_ticks(cell: Cell, control: ControlData) -> tuple[str, ...]:
    """The criteria that a cell names. Raises RowFaultError."""
    codes = [criterion.code for criterion in control.criteria]
    texts = [text for text in SEPARATORS.split(cell.text) if text]
    if cell.kind is Kind.NUMBER:
        # One tick that a spreadsheet made a number of: 1.1 may have been 1.10.
        number = decimal_of(cell.text)
        texts = [code for code in codes if decimal_of(code) == number]
        if len(texts) != 1:
            texts = [cell.text]
    for text in texts:
        if text not in codes:
            message = _(
                "“%(text)s” in %(place)s does not belong to this control. Its criteria "
                "are %(codes)s."
            )
            marks = {
                "text": text[:20],
                "place": cell.place,
                "codes": ", ".join(codes) or _("none"),
            }
            raise RowFaultError(message % marks)
    return tuple(texts)

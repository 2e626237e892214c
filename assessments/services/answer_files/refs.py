"""Which control a row means. A row that could mean two controls means none."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from assessments.services.answer_files.cells import Cell, FileRow, Kind
from assessments.services.answer_files.wording import plain_key
from standards.loader import ControlData, EditionData

NUMBER_LIKE = re.compile(r"[0-9]+([.,][0-9]+)?(e[+-]?[0-9]{1,2})?", re.IGNORECASE)
LONGEST = 60  # characters of a title in a message


class RowFaultError(Exception):
    """A row that can't be taken; the message says why."""


class Refs:
    """The refs of an edition, and what people and spreadsheets make of them."""

    def __init__(self, edition: EditionData) -> None:
        self.edition = edition
        self.keys: dict[str, list[ControlData]] = defaultdict(list)
        self.numbers: dict[Decimal, list[str]] = defaultdict(list)
        self.titles: dict[str, list[str]] = defaultdict(list)
        for control in edition.controls():
            self.keys[plain_key(control.ref)].append(control)
            self.titles[plain_key(control.title)].append(control.ref)
            number = _number(control.ref)
            if number is not None:
                self.numbers[number].append(control.ref)

    def control(self, row: FileRow, *, keeps_zeros: bool) -> ControlData:
        """The control of a row, by its ref and checked by its title.

        `keeps_zeros` says that the file shows zeros which a spreadsheet would have cut.
        Raises RowFaultError.
        """
        cell = row.cell("ref")
        if cell.is_blank:
            raise RowFaultError(_("The ref is missing."))
        if cell.kind is not Kind.TEXT:
            raise RowFaultError(self._not_text(cell))
        control = self._by_ref(cell)
        self._check_title(row, control)
        if not (keeps_zeros or row.text("title")):
            self._check_zeros(control)
        if not control.asked:
            message = _("%(ref)s is not asked itself.")
            raise RowFaultError(message % {"ref": control.ref})
        return control

    def twins(self, ref: str) -> list[str]:
        """Other refs that are the same number: 3.10 beside 3.1."""
        return [other for other in self._same_number(ref) if other != ref]

    def _same_number(self, ref: str) -> list[str]:
        number = _number(ref)
        return self.numbers.get(number, []) if number is not None else []

    def _by_ref(self, cell: Cell) -> ControlData:
        text = cell.text.strip()
        try:
            return self.edition.control(text)
        except KeyError:
            alike = self.keys.get(plain_key(text), [])
        if len(alike) == 1:
            return alike[0]
        raise RowFaultError(self._unknown(cell))

    def _unknown(self, cell: Cell) -> str:
        ref = cell.text.strip()
        message = _("%(edition)s has no control %(ref)s.") % {
            "edition": self.edition.title,
            "ref": ref[:40],
        }
        twins = self.twins(ref)
        if twins:
            hint = _("A spreadsheet may have changed it from %(refs)s.")
            message = f"{message} {hint % {'refs': _either(twins)}}"
        return message

    def _not_text(self, cell: Cell) -> str:
        marks = {"place": cell.place, "text": cell.text[:40]}
        if cell.kind is Kind.DATE:
            return (
                _(
                    "%(place)s holds the date %(text)s. A spreadsheet made it so: "
                    "format the cell as text and write the ref again."
                )
                % marks
            )
        if cell.kind is not Kind.NUMBER:
            return _("%(place)s must hold the ref as text.") % marks
        message = _(
            "%(place)s holds the number %(text)s, and a spreadsheet cuts zeros from "
            "numbers: format the cell as text and write the ref again."
        )
        alike = self._same_number(cell.text)
        hint = _("It may have been %(refs)s.") % {"refs": _either(alike)}
        return f"{message % marks} {hint}" if alike else message % marks

    def _check_title(self, row: FileRow, control: ControlData) -> None:
        title = row.text("title")
        if not title or plain_key(title) == plain_key(control.title):
            return
        marks = {
            "ref": control.ref,
            "place": row.cell("title").place,
            "title": title[:LONGEST],
            "own": control.title[:LONGEST],
            "others": _either(self.titles.get(plain_key(title), [])),
        }
        if marks["others"]:
            message = _(
                "The ref says %(ref)s, but the title is that of %(others)s. A "
                "spreadsheet may have changed the ref."
            )
        else:
            message = _(
                "The title “%(title)s” (%(place)s) is not that of %(ref)s, which is "
                "“%(own)s”. If the ref is right, empty the title."
            )
        raise RowFaultError(message % marks)

    def _check_zeros(self, control: ControlData) -> None:
        """In a file of text alone, 3.1 may be what a spreadsheet left of 3.10."""
        twins = self.twins(control.ref)
        if twins:
            message = _(
                "%(ref)s may be what a spreadsheet left of %(refs)s. Put the title of "
                "the control beside it, in a column “title”."
            )
            marks = {"ref": control.ref, "refs": _either(twins)}
            raise RowFaultError(message % marks)


def _number(ref: str) -> Decimal | None:
    """The number that a spreadsheet would take a ref for."""
    if not NUMBER_LIKE.fullmatch(ref):
        return None
    try:
        return Decimal(ref.replace(",", "."))
    except InvalidOperation:
        return None


def _either(refs: list[str]) -> str:
    return _(" or ").join(refs)

"""What an answer may say: one check for pages, plain forms and imports."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from django.utils.translation import gettext as _

from assessments.enums import JUSTIFICATION_MIN, UNKNOWN
from standards.loader import ControlData, ScaleData

NOTE_MAX = 20_000


@dataclass(frozen=True, slots=True)
class AnswerContent:
    """What a person says about one control."""

    option: str = ""
    justification: str = ""
    note: str = ""
    ticks: tuple[str, ...] = ()
    flagged: bool = False

    def fields(self) -> dict[str, object]:
        """The values as the models keep them."""
        return {
            "option": self.option,
            "justification": self.justification,
            "note": self.note,
            "ticks": list(self.ticks),
            "flagged": self.flagged,
        }

    @classmethod
    def of(cls, stored: Mapping[str, object]) -> "AnswerContent":
        """From the `content()` of an answer or a revision."""
        ticks = cast("list[str]", stored["ticks"])
        return cls(
            option=str(stored["option"]),
            justification=str(stored["justification"]),
            note=str(stored["note"]),
            ticks=tuple(ticks),
            flagged=bool(stored["flagged"]),
        )


@dataclass
class InvalidAnswer(Exception):
    """The content can't be kept. `errors` maps a field to one sentence."""

    errors: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join(self.errors.values())


def allowed_options(control: ControlData, scale: ScaleData) -> Collection[str]:
    """The codes that a control may be answered with, 'Don't know' apart."""
    codes = [option.code for option in scale.options]
    if not control.options:
        return codes
    return [code for code in codes if code in control.options]


# What nobody sees, and what neither XML nor PostgreSQL can hold.
# With the marks that force a direction of writing: they turn what others read. Those
# that only isolate a run of letters stay, as languages need them.
CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Text as it is stored: no control characters, one kind of line end."""
    one_end = text.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL_CHARACTERS.sub("", one_end).strip()


def clean_content(
    content: AnswerContent, control: ControlData, scale: ScaleData
) -> AnswerContent:
    """Return `content` as stored. Raises InvalidAnswer naming each wrong field."""
    content = replace(
        content,
        justification=clean_text(content.justification),
        note=clean_text(content.note),
        ticks=tuple(sorted(set(content.ticks))),
    )
    errors = {**_option_errors(content, control, scale), **_text_errors(content)}
    known = {criterion.code for criterion in control.criteria}
    if not known.issuperset(content.ticks):
        errors["ticks"] = _(
            "One of the ticked criteria does not belong to this control."
        )
    if errors:
        raise InvalidAnswer(errors)
    return content


def _option_errors(
    content: AnswerContent, control: ControlData, scale: ScaleData
) -> dict[str, str]:
    if content.option in {"", UNKNOWN}:
        return {}
    if content.option not in allowed_options(control, scale):
        message = _("“%(option)s” is not an answer that %(ref)s allows.")
        return {"option": message % {"option": content.option[:40], "ref": control.ref}}
    chosen = next(o for o in scale.options if o.code == content.option)
    if chosen.na and len(content.justification) < JUSTIFICATION_MIN:
        message = _("Say why it does not apply, in at least %(count)d characters.")
        return {"justification": message % {"count": JUSTIFICATION_MIN}}
    return {}


def _text_errors(content: AnswerContent) -> dict[str, str]:
    message = _("This text is too long: at most %(count)d characters.")
    return {
        name: message % {"count": NOTE_MAX}
        for name in ("note", "justification")
        if len(getattr(content, name)) > NOTE_MAX
    }

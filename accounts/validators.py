"""Passwords that are easy to guess: a person's own words, seasons with a year."""

import calendar
import re
import unicodedata
from collections.abc import Iterable

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

CONTEXT_WORDS = ("plumbline",)
# What must be left of a password without the words that others know.
LEAST_OF_ITS_OWN = 6
LEAST_WORD = 3
LEAST_DIFFERENT = 4
LETTERS = str.maketrans("@$!013457", "asioieast")
SEASONS = ("spring", "summer", "autumn", "fall", "winter")
GREETINGS = ("welcome", "hello", "changeme", "password", "company")
EASY = {*SEASONS, *GREETINGS} | {
    name.lower() for name in (*calendar.month_name, *calendar.day_name) if name
}


def require_own_words(password: str, words: Iterable[str]) -> None:
    """Refuse a password that is little more than names that others know.

    Raises ValidationError.
    """
    left = compact = _compact(password)
    parts = {part for word in [*words, *CONTEXT_WORDS] for part in _parts(word)}
    for part in sorted(parts, key=len, reverse=True):
        left = left.replace(part, "")
    if left != compact and len(left) < LEAST_OF_ITS_OWN:
        raise ValidationError(
            _(
                "This password is mostly your name, your address, your organization "
                "or “Plumbline”. Choose other words."
            ),
            code="password_personal",
        )


class PersonalWordsValidator:
    """The name, address and organizations of the person, and the product's name."""

    def validate(self, password: str, user: User | None = None) -> None:
        require_own_words(password, user.password_words() if user else [])

    def get_help_text(self) -> str:
        return _("Not your name, your organization or “Plumbline”.")


class CommonPatternValidator:
    """A common password or a word of the calendar, dressed up with digits and signs.

    Django's own validator knows the 20,000 commonest passwords as they are.
    """

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: User | None = None) -> None:
        if len(set(password.casefold())) < LEAST_DIFFERENT or self._is_pattern(
            password
        ):
            raise ValidationError(
                _(
                    "This password is too easy to guess: a common word with digits, "
                    "or a few signs again and again. Put several words together."
                ),
                code="password_pattern",
            )

    def _is_pattern(self, password: str) -> bool:
        plain = _folded(password)
        undressed = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
        bases = {undressed, undressed.translate(LETTERS)}
        bases.add(re.sub(r"^\d+|\d+$", "", plain.translate(LETTERS)))
        bases.add(re.sub(r"[\W\d_]+", "", plain))
        return any(base in EASY or base in self.common for base in bases if base)

    def get_help_text(self) -> str:
        return _("Not a common word with digits, such as a season and a year.")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _compact(text: str) -> str:
    return re.sub(r"[\W_]+", "", _folded(text))


def _parts(word: str) -> Iterable[str]:
    """The word in one piece, and its parts: acmegears, acme and gears."""
    yield from (
        part
        for part in [_compact(word), *re.split(r"[\W_]+", _folded(word))]
        if len(part) >= LEAST_WORD
    )

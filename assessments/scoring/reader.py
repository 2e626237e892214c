"""Reads plain data (from YAML or JSON) and names the key of every fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from assessments.scoring.profile import ProfileError

Word = TypeVar("Word", bound=str)


def as_number(value: object, key: str) -> Decimal:
    """Read a number; a YAML float becomes the decimal that the author typed."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ProfileError(key, "must be a number")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ProfileError(key, f"must be a number, not {value!r}") from None
    if not number.is_finite():
        raise ProfileError(key, "must be a finite number")
    return number


def as_text(value: object, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ProfileError(key, "must be text (quote what looks like a number)")
    return value


def as_mapping(value: object, key: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ProfileError(key, "must be a mapping")
    for name in value:
        if not isinstance(name, str):
            raise ProfileError(f"{key}.{name}", "must be text: put this key in quotes")
    return value


def as_list(value: object, key: str) -> Sequence[object]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ProfileError(key, "must be a list")
    return value


class Reader:
    """One mapping of a profile. Call `done` last: it refuses keys nobody asked for."""

    def __init__(self, data: object, path: str = "") -> None:
        self.path = path
        self.data = as_mapping(data, path or "profile")
        self.seen: set[str] = set()

    def key(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        return self.data.get(name) is not None

    def raw(self, name: str) -> object:
        self.seen.add(name)
        if not self.has(name):
            raise ProfileError(self.key(name), "is missing")
        return self.data[name]

    def optional(self, name: str) -> object:
        self.seen.add(name)
        return self.data.get(name)

    def text(self, name: str, default: str | None = None) -> str:
        if default is not None and self.optional(name) is None:
            return default
        return as_text(self.raw(name), self.key(name))

    def maybe_text(self, name: str) -> str | None:
        value = self.optional(name)
        return None if value is None else as_text(value, self.key(name))

    def number(self, name: str) -> Decimal:
        return as_number(self.raw(name), self.key(name))

    def maybe_number(self, name: str) -> Decimal | None:
        value = self.optional(name)
        return None if value is None else as_number(value, self.key(name))

    def integer(self, name: str, default: int) -> int:
        value = self.optional(name)
        return default if value is None else as_integer(value, self.key(name))

    def flag(self, name: str, default: bool) -> bool:
        value = self.optional(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ProfileError(self.key(name), "must be true or false")
        return value

    def choice(
        self, name: str, allowed: Sequence[Word], default: Word | None = None
    ) -> Word:
        if default is not None and self.optional(name) is None:
            return default
        value = self.raw(name)
        for word in allowed:
            if value == word:
                return word
        raise ProfileError(
            self.key(name), f"must be one of {', '.join(allowed)}, not {value!r}"
        )

    def items(self, name: str) -> list[tuple[object, str]]:
        """Elements of an optional list, each with its own key."""
        value = self.optional(name)
        if value is None:
            return []
        key = self.key(name)
        listed = as_list(value, key)
        return [(element, f"{key}[{at}]") for at, element in enumerate(listed)]

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(as_text(element, key) for element, key in self.items(name))

    def numbers(self, name: str) -> tuple[Decimal, ...]:
        return tuple(as_number(element, key) for element, key in self.items(name))

    def integers(self, name: str) -> tuple[int, ...]:
        return tuple(as_integer(element, key) for element, key in self.items(name))

    def pairs(self, name: str) -> list[tuple[str, object, str]]:
        """Entries of an optional mapping, each with its own key."""
        value = self.optional(name)
        if value is None:
            return []
        key = self.key(name)
        entries = as_mapping(value, key)
        return [(word, entries[word], f"{key}.{word}") for word in entries]

    def number_map(self, name: str) -> dict[str, Decimal]:
        return {word: as_number(value, key) for word, value, key in self.pairs(name)}

    def text_map(self, name: str) -> dict[str, str]:
        return {word: as_text(value, key) for word, value, key in self.pairs(name)}

    def done(self) -> None:
        for name in self.data:
            if name not in self.seen:
                raise ProfileError(self.key(name), "is not a known key")


def as_integer(value: object, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProfileError(key, "must be a whole number")
    return value

"""One value of a YAML file that knows its key and its line.

Readers ask an entry for what they expect. A wrong value notes a fault and yields
a harmless stand-in, so that one pass finds every fault of a file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from standards.loader.faults import Fault

Node = yaml.ScalarNode | yaml.SequenceNode | yaml.MappingNode

NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?")
# Nobody reads more, and looking for a key that was meant takes time for each.
UNKNOWN_SHOWN = 50
STAND_IN_DATE = date(1970, 1, 1)


class Entry:
    def __init__(self, node: Node, key: str, file: str, faults: list[Fault]) -> None:
        self.node = node
        self.key = key
        self.file = file
        self.faults = faults
        self.line = int(node.start_mark.line) + 1

    def _child(self, node: Node, key: str, line: int = 0) -> Entry:
        entry = Entry(node, key, self.file, self.faults)
        entry.line = line or entry.line
        return entry

    def fault(self, message: str, *, key: str = "", line: int = 0) -> None:
        place = self._below(key) if key else self.key
        self.faults.append(Fault(self.file, line or self.line, place, message))

    def _below(self, key: str) -> str:
        return f"{self.key}.{key}" if self.key else key

    # Containers

    def walk(self) -> Iterator[Entry]:
        """This value and all below it, without any check."""
        yield self
        if isinstance(self.node, yaml.MappingNode):
            for key, value in self.node.value:
                # A key may be a list in YAML; it has no name, but may carry a tag.
                name = key.value if isinstance(key, yaml.ScalarNode) else "?"
                place = self._below(name)
                line = key.start_mark.line + 1
                yield from self._child(key, place).walk()
                yield from self._child(value, place, line).walk()
        elif isinstance(self.node, yaml.SequenceNode):
            for number, value in enumerate(self.node.value):
                yield from self._child(value, f"{self.key}[{number}]").walk()

    def pairs(self) -> dict[str, Entry]:
        """The entries of a mapping with free keys."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fault(self._empty() or _("must be a mapping of keys to values"))
            return {}
        found: dict[str, Entry] = {}
        for key, value in self.node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.fault(_("has a key that is not a plain word"), line=line)
            elif key.value in found:
                self.fault(_("stands here twice"), key=key.value, line=line)
            else:
                # A list begins under its key; people look for the key.
                found[key.value] = self._child(value, self._below(key.value), line)
        return found

    def fields(
        self, required: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, Entry]:
        """The entries of a mapping whose keys are fixed."""
        found = self.pairs()
        known = [*required, *optional]
        unknown = {key: entry for key, entry in found.items() if key not in known}
        for key, entry in list(unknown.items())[:UNKNOWN_SHOWN]:
            self._unknown(key, known, entry.line)
        if (more := len(unknown) - UNKNOWN_SHOWN) > 0:
            self.fault(_("has %(more)s more keys that are not known") % {"more": more})
        for key in unknown:
            found.pop(key)
        if isinstance(self.node, yaml.MappingNode):
            for key in required:
                if key not in found:
                    self.fault(_("is missing"), key=key)
        return found

    def _unknown(self, key: str, known: list[str], line: int) -> None:
        near = difflib.get_close_matches(key, known, n=1)
        if near:
            message = _("is not a known key; did you mean %(near)s?") % {
                "near": near[0]
            }
        else:
            message = _("is not a known key")
        self.fault(message, key=key, line=line)

    def line_of(self, key: str) -> int:
        """The line of a key of this mapping; that of the mapping when it is missing."""
        if isinstance(self.node, yaml.MappingNode):
            for name, _value in self.node.value:
                if name.value == key:
                    return int(name.start_mark.line) + 1
        return self.line

    def items(self, least: int = 0, most: int | None = None) -> list[Entry]:
        if not isinstance(self.node, yaml.SequenceNode):
            self.fault(self._empty() or _("must be a list"))
            return []
        entries = [
            self._child(node, f"{self.key}[{number}]")
            for number, node in enumerate(self.node.value)
        ]
        if len(entries) < least or (most is not None and len(entries) > most):
            self.fault(_count_message(least, most, len(entries)))
        return entries

    # Values

    def _empty(self) -> str:
        null = self.node.tag == "tag:yaml.org,2002:null"
        return _("is empty") if null else ""

    def _is(self, kind: str) -> bool:
        return bool(self.node.tag == f"tag:yaml.org,2002:{kind}")

    def text(self, *, words: int | None = None, length: int | None = None) -> str:
        if not isinstance(self.node, yaml.ScalarNode):
            self.fault(_("must be text"))
            return ""
        if not self._is("str"):
            quoted = _("must be text: put it in quotes")
            self.fault(self._empty() or quoted)
            return ""
        text = str(self.node.value).strip()
        if not text:
            self.fault(_("is empty"))
        self._limit(text, words, length)
        return text

    def _limit(self, text: str, words: int | None, length: int | None) -> None:
        count = len(text.split())
        if words is not None and count > words:
            message = _("has %(count)s words, at most %(limit)s are allowed")
            self.fault(message % {"count": count, "limit": words})
        if length is not None and len(text) > length:
            message = _("has %(count)s characters, at most %(limit)s are allowed")
            self.fault(message % {"count": len(text), "limit": length})

    def texts(self, least: int = 0, most: int | None = None) -> tuple[str, ...]:
        return tuple(entry.text() for entry in self.items(least, most))

    def one_of(self, choices: Collection[str]) -> str:
        text = self.text()
        if text and text not in choices:
            message = _("must be one of: %(choices)s")
            self.fault(message % {"choices": ", ".join(choices)})
        return text

    def matching(self, pattern: re.Pattern[str], meaning: str) -> str:
        text = self.text()
        if text and not pattern.fullmatch(text):
            message = _("must be made of %(meaning)s")
            self.fault(message % {"meaning": meaning})
        return text

    def truth(self) -> bool:
        if not self._is("bool"):
            self.fault(_("must be true or false"))
            return False
        return str(self.node.value).lower() in {"true", "yes", "on"}

    def number(self) -> Decimal:
        is_number = self._is("int") or self._is("float")
        if not is_number or not NUMBER.fullmatch(self.node.value):
            self.fault(_("must be a number"))
            return Decimal(1)
        return Decimal(self.node.value)

    def day(self) -> date:
        try:
            return date.fromisoformat(self.node.value)
        except (TypeError, ValueError):
            self.fault(_("must be a date such as 2022-10-25"))
            return STAND_IN_DATE

    def plain(self) -> Any:
        """Anything, as JSON holds it; a fraction becomes text, never a float."""
        if isinstance(self.node, yaml.MappingNode):
            return {key: entry.plain() for key, entry in self.pairs().items()}
        if isinstance(self.node, yaml.SequenceNode):
            return [entry.plain() for entry in self.items()]
        if self._is("null"):
            return None
        if self._is("bool"):
            return self.truth()
        if self._is("int"):
            return int(self.number())
        if self._is("float"):
            return str(self.number())
        return str(self.node.value)


def _count_message(least: int, most: int | None, count: int) -> str:
    if most is None:
        message = ngettext(
            "must have at least %(least)s entry, has %(count)s",
            "must have at least %(least)s entries, has %(count)s",
            least,
        )
    elif least == most:
        message = _("must have exactly %(least)s entries, has %(count)s")
    else:
        message = _("must have %(least)s to %(most)s entries, has %(count)s")
    return message % {"least": least, "most": most, "count": count}

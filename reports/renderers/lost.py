"""Where a report could not print what people wrote, in words for its reader."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from reports.renderers.text import LOST, Printer

# Refs that are named; with more the sentence says how many there are.
NAMED = 12


def remark_on_lost(
    printed: Mapping[str, Any], printer: Printer, words: Mapping[str, str]
) -> str:
    """A sentence that names the refs whose text lost something; empty if none did."""
    if not printer.lost:
        return ""
    refs = list(dict.fromkeys(_refs(printed, printer.lost)))
    if not refs:
        return ""
    named = [printer.clean(ref) for ref in refs if ref]
    places = named[:NAMED]
    if len(named) > NAMED:
        places.append(words["no_font_more"].replace("{n}", str(len(named) - NAMED)))
    if "" in refs:
        places.append(words["no_font_elsewhere"])
    sentence = words["no_font"].replace("{sign}", LOST)
    return sentence.replace("{places}", ", ".join(places))


def _refs(
    value: Any, lost: Collection[str], refs: tuple[str, ...] = ("",)
) -> Iterator[str]:
    """The refs that the texts with something lost belong to, "" for others."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", _whole(value))
        if any(cluster in text for cluster in lost):
            yield from refs
    elif isinstance(value, Mapping):
        own = (value["ref"],) if value.get("ref") else tuple(value.get("refs") or refs)
        for item in value.values():
            yield from _refs(item, lost, own)
    elif isinstance(value, list):
        for item in value:
            yield from _refs(item, lost, refs)


def _whole(text: str) -> str:
    """The text without halves of surrogate pairs, as it is cleaned."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

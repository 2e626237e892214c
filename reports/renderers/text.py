"""Makes any text safe to print: only characters with a glyph, told apart by script.

Under PDF/UA and PDF/A Typst stops at a character that no font can draw, at control
characters and at half a surrogate pair. Whatever people typed, a report must come out:
such a cluster is written in plainer letters or loses its marks, and when that does not
help it becomes a sign that looks like nothing else. What was lost is remembered.
"""

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import regex

from reports.renderers.fonts import BASE, COVERAGE, FAMILIES

# Never an empty box: that reads as an answer that nobody ticked.
LOST = "\ufffd"
ZERO_WIDTH_SPACE = "\u200b"
# Drawn without a glyph of their own: joiners, marks of direction, variation selectors.
INVISIBLE = frozenset(
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f",
)
# Byte order mark, separators, bidi overrides and isolates, annotation signs.
DROPPED = frozenset(
    chr(point)
    for first, last in (
        (0x2028, 0x202E),
        (0x2066, 0x206F),
        (0xFEFF, 0xFEFF),
        (0xFFF9, 0xFFFB),
    )
    for point in range(first, last + 1)
)
FORBIDDEN = {"Cc", "Cs", "Co", "Cn"}
MARKS = {"Mn", "Me", "Mc"}
FIRST_FOREIGN = "\u0370"  # every script below reads as the report's own language
WHOLE_FIELDS = {"sha256", "digest"}  # printed unbroken, in a column made for them
# A run without a space that would leave its table cell. Text of East Asia, and Thai,
# Lao, Burmese and Khmer, has no spaces and breaks anyway.
LONG_RUN = regex.compile(
    r"[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af"
    r"\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]{25,}"
)
CLUSTERS = regex.compile(r"\X")
PIECE = 12
# Where a long run is broken first: after the signs that part addresses and file names.
PARTS = regex.compile(r"[^/?&=._@:\\-]*[/?&=._@:\\-]*")
LETTERS = regex.compile(
    r"(?P<ja>[\p{Hiragana}\p{Katakana}])|(?P<zh>\p{Han})|(?P<ko>\p{Hangul})"
    r"|(?P<ar>\p{Arabic})|(?P<el>\p{Greek})|(?P<he>\p{Hebrew})|(?P<th>\p{Thai})"
    r"|(?P<hi>\p{Devanagari})|(?P<bn>\p{Bengali})|(?P<pa>\p{Gurmukhi})"
    r"|(?P<gu>\p{Gujarati})|(?P<or>\p{Oriya})|(?P<ta>\p{Tamil})|(?P<te>\p{Telugu})"
    r"|(?P<kn>\p{Kannada})|(?P<ml>\p{Malayalam})|(?P<si>\p{Sinhala})"
    r"|(?P<my>\p{Myanmar})|(?P<km>\p{Khmer})|(?P<lo>\p{Lao})|(?P<hy>\p{Armenian})"
    r"|(?P<ka>\p{Georgian})|(?P<am>\p{Ethiopic})|(?P<other>\p{L})"
)
RIGHT_TO_LEFT = {"R", "AL"}
ORDER = tuple(FAMILIES)
BASE_BITS = (1 << len(BASE)) - 1  # the base families come first


class Printer:
    """Cleans text for one folder of fonts.

    `scripts` are the families that the text cleaned so far needs beyond those that
    every report has; `lost` are the clusters of which something could not be printed.
    """

    def __init__(self, fonts: Path) -> None:
        self.scripts: set[str] = set()
        self.lost: set[str] = set()
        coverage = json.loads((fonts / COVERAGE).read_text())
        self._families = [
            ([first for first, _ in family], [last for _, last in family])
            for family in coverage
        ]
        self._families_of = lru_cache(16384)(self._find_families)
        self._clean_cluster = lru_cache(65536)(self._cluster)
        # Names, levels and criteria come back hundreds of times in one report.
        self._mark_text = lru_cache(16384)(self._marked)
        # Most texts need no second look: printable in the first family, no marks.
        self._plain = frozenset(
            character
            for first, last in coverage[0]
            for character in map(chr, range(first, last + 1))
            if character not in DROPPED | INVISIBLE
            and unicodedata.category(character) not in MARKS | FORBIDDEN
        )

    def clean(self, text: str) -> str:
        """Return `text` with everything that cannot be printed replaced."""
        if self._plain.issuperset(text) and unicodedata.is_normalized("NFC", text):
            return text
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
        return "".join(
            self._clean_cluster(cluster) for cluster in CLUSTERS.findall(text)
        )

    def mark(self, value: Any, language: str, name: str = "") -> Any:
        """Return JSON-able `value`, printable; foreign text as {text, lang, rtl}."""
        if isinstance(value, str):
            return self._mark_text(value, language, name in WHOLE_FIELDS)
        if isinstance(value, Mapping):
            return {key: self.mark(item, language, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.mark(item, language, name) for item in value]
        return value

    def _marked(self, value: str, language: str, whole: bool) -> Any:
        text = self.clean(value)
        return mark_language(text if whole else break_long_runs(text), language)

    def _cluster(self, cluster: str) -> str:
        if cluster in {"\n", "\r"}:
            return "\n"
        if cluster == "\t":
            return " "
        kept = "".join(
            character
            for character in cluster
            if character not in DROPPED
            and unicodedata.category(character) not in FORBIDDEN
        )
        if all(character in INVISIBLE for character in kept):
            return ""
        if self._take(kept):
            return kept
        plainer = unicodedata.normalize("NFKC", kept)
        if plainer != kept and all(map(self._take, CLUSTERS.findall(plainer))):
            return plainer
        self.lost.add(cluster)
        bare = "".join(
            character
            for character in kept
            if not unicodedata.combining(character)
            and unicodedata.category(character) not in {"Mn", "Me"}
        )
        return bare if bare and self._take(bare) else LOST

    def _take(self, cluster: str) -> bool:
        """Whether one family has the whole cluster; remembers it if no base one has."""
        families = -1
        for character in cluster:
            if character not in INVISIBLE:
                families &= self._families_of(ord(character))
        if families > 0 and not families & BASE_BITS:
            self.scripts.add(ORDER[(families & -families).bit_length() - 1])
        return families != 0

    def _find_families(self, point: int) -> int:
        """Return a bit set of the font families that have `point`."""
        found = 0
        for i, (firsts, lasts) in enumerate(self._families):
            at = bisect_right(firsts, point) - 1
            if at >= 0 and point <= lasts[at]:
                found |= 1 << i
        return found


def break_long_runs(text: str) -> str:
    """Return `text` with places to break in hashes, addresses and the like."""
    if len(text) <= 24:
        return text
    broken: str = LONG_RUN.sub(lambda match: _pieces(match[0]), text)
    return broken


def _pieces(run: str) -> str:
    pieces: list[str] = []
    for part in PARTS.findall(run):
        clusters = CLUSTERS.findall(part)
        step = PIECE if len(clusters) > 2 * PIECE else len(clusters) or 1
        pieces += [
            "".join(clusters[start : start + step])
            for start in range(0, len(clusters), step)
        ]
    return ZERO_WIDTH_SPACE.join(pieces)


def mark_language(text: str, language: str) -> Any:
    """Return `text`, or {text, lang, rtl} when it isn't in the report's own language.

    The language is that of most letters; the direction that of the first strong
    character, as Unicode's bidirectional algorithm has it.
    """
    if max(text, default="") < FIRST_FOREIGN:
        return text
    lang = _language(text) or language
    rtl = _is_right_to_left(text)
    if lang == language and not rtl:
        return text
    return {"text": text, "lang": lang, "rtl": rtl}


def _language(text: str) -> str:
    counts: dict[str, int] = {}
    for match in LETTERS.finditer(text):
        script = match.lastgroup or ""
        counts[script] = counts.get(script, 0) + 1
    if counts.get("ja"):
        counts["ja"] += counts.pop("zh", 0)
    most = max(counts, key=lambda script: counts[script], default="other")
    return "" if most == "other" else most


def _is_right_to_left(text: str) -> bool:
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in RIGHT_TO_LEFT or direction == "L":
            return direction != "L"
    return False

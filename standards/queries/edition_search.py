"""Search in one edition: the best match first, and why each control matched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.search import holds_words, query_words, search_key
from standards.loader import ControlData, EditionData

AROUND = 60  # characters shown on each side of a match


@dataclass(frozen=True)
class Excerpt:
    """The place of a match in a control, cut around the first word of the query."""

    place: str | Promise
    before: str
    match: str
    after: str


@dataclass(frozen=True)
class FoundControl:
    """A control that holds every word; without an excerpt they stand in its title."""

    control: ControlData
    rank: int  # 0 is best
    excerpt: Excerpt | None


def search_edition(edition: EditionData, query: str) -> list[FoundControl]:
    """Controls that hold every word: by ref and title first, then by where they do."""
    words = query_words(query)
    if not words:
        return []
    matches = (_match(control, words) for control in edition.controls())
    # Sorting is stable: equal ranks stay in the order of the standard.
    return sorted(filter(None, matches), key=lambda match: match.rank)


def _match(control: ControlData, words: Sequence[str]) -> FoundControl | None:
    if search_key(control.ref) in words:
        return FoundControl(control, 0, None)
    if holds_words(words, control.ref, control.title):
        return FoundControl(control, 1, None)
    texts = list(_texts(control))
    for rank, (place, text) in enumerate(texts, start=2):
        if holds_words(words, text):
            return FoundControl(control, rank, _excerpt(place, text, words))
    everything = " ".join(text for _place, text in texts)
    if not holds_words(words, control.ref, control.title, everything):
        return None
    for place, text in texts:
        if any(holds_words([word], text) for word in words):
            return FoundControl(control, len(texts) + 2, _excerpt(place, text, words))
    return FoundControl(control, len(texts) + 2, None)


def _texts(control: ControlData) -> Iterator[tuple[str | Promise, str]]:
    yield _("In the question"), control.question
    yield _("In the guidance"), control.guidance
    yield _("In the typical evidence"), "; ".join(control.evidence)
    yield _("In the criteria"), " ".join(item.text for item in control.criteria)


def _excerpt(place: str | Promise, text: str, words: Sequence[str]) -> Excerpt:
    folded = text.casefold()
    starts = {folded.find(word): word for word in words if word in folded}
    # Where folding changed the length, positions would point beside the word.
    if not starts or len(folded) != len(text):
        cut = text[: 2 * AROUND]
        return Excerpt(place, cut + ("…" if len(cut) < len(text) else ""), "", "")
    start = min(starts)
    end = start + len(starts[start])
    # Cut between words.
    first = text.find(" ", start - AROUND, start) + 1 if start > AROUND else 0
    last = text.rfind(" ", end, end + AROUND) if end + AROUND < len(text) else len(text)
    return Excerpt(
        place,
        before=("… " if first else "") + text[first:start],
        match=text[start:end],
        after=text[end:last] + (" …" if last < len(text) else ""),
    )

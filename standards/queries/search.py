"""Search over editions: one for the library, the wizard and every other list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from common.search import holds_words
from standards.models import Control, Edition, Standard

# Shorter words stand in nearly every title.
SHORTEST_WORD = 3


@dataclass(frozen=True)
class Match:
    """A control whose ref or title holds words of a query."""

    ref: str
    title: str


def matching_editions(
    words: Sequence[str], editions: Iterable[Edition]
) -> dict[int, tuple[Match, ...]]:
    """Matching controls by the id of each edition that holds every word.

    They are empty where the texts about standard and edition hold every word already.
    `editions` come with their standard; one statement, none without words.
    """
    if not words:
        return {edition.pk: () for edition in editions}
    controls = _matching_controls(words)
    matches: dict[int, tuple[Match, ...]] = {}
    for edition in editions:
        titles = (edition.title, edition.label, edition.slug)
        about = " ".join((standard_text(edition.standard), *titles))
        if holds_words(words, about):
            matches[edition.pk] = ()
            continue
        here = tuple(
            match
            for match in controls.get(edition.pk, ())
            if holds_words(words, about, match.ref, match.title)
        )
        if here:
            matches[edition.pk] = here
    return matches


def standard_text(standard: Standard) -> str:
    """Everything about a standard that people search by."""
    texts = [
        standard.name,
        standard.slug,
        standard.tagline,
        standard.publisher,
        str(standard.get_nature_display()),
        standard.profile.get("summary", ""),
        *standard.domain,
        *standard.industry,
        *standard.geography,
    ]
    return " ".join(texts)


def _matching_controls(words: Iterable[str]) -> dict[int, list[Match]]:
    """Controls whose ref or title holds one of the words, by edition."""
    condition = Q()
    for word in words:
        if len(word) >= SHORTEST_WORD:
            condition |= Q(title_key__contains=word) | Q(ref__icontains=word)
    matches: dict[int, list[Match]] = {}
    if not condition:
        return matches
    rows = Control.objects.filter(condition, edition__published_at__isnull=False)
    for edition_id, ref, title in rows.order_by("edition", "position").values_list(
        "edition_id", "ref", "title"
    ):
        matches.setdefault(edition_id, []).append(Match(ref, title))
    return matches

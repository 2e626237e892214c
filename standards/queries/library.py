"""The library as a list: search, filters with counts, one standard's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from django.db.models import Model, Prefetch, QuerySet
from django.utils.translation import gettext_lazy

from common.search import holds_words, query_words, search_key
from standards.enums import Aspect, Nature
from standards.loader import AspectData, StandardData
from standards.loader.plain import standard_from_plain
from standards.models import Control, Edition, Section, Standard
from standards.queries.search import Match, matching_editions, standard_text

MATCHES_SHOWN = 3
FILTERS = {
    "nature": gettext_lazy("Nature"),
    "domain": gettext_lazy("Topic"),
    "industry": gettext_lazy("Industry"),
    "region": gettext_lazy("Region"),
}
SMALL_WORDS = frozenset({"and", "of", "the"})


def current_editions(editions: Sequence[Edition]) -> list[Edition]:
    """Editions of the same day as the newest, such as the three levels of CMMC."""
    return [one for one in editions if one.published == editions[0].published]


@dataclass(frozen=True)
class Listed:
    """A standard in the list, with its published editions, the newest first.

    `edition` is the newest, or with a query the newest that matched.
    """

    standard: Standard
    editions: tuple[Edition, ...]
    edition: Edition | None
    matches: tuple[Match, ...] = ()

    @property
    def current(self) -> list[Edition]:
        return current_editions(self.editions)

    @property
    def others(self) -> int:
        return len(self.editions) - len(self.current)

    @property
    def more_matches(self) -> int:
        return len(self.matches) - MATCHES_SHOWN

    @property
    def first_matches(self) -> tuple[Match, ...]:
        return self.matches[:MATCHES_SHOWN]


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class LibraryPage:
    listed: tuple[Listed, ...]
    facets: tuple[Facet, ...]
    total: int
    editions: int
    filtered: bool

    @property
    def chosen(self) -> int:
        """How many boxes are ticked."""
        return sum(choice.chosen for facet in self.facets for choice in facet.choices)


def counted_editions() -> QuerySet[Edition]:
    """Every edition, drafts too, with its standard and counts; one statement."""
    editions = Edition.objects.with_counts().select_related("standard")
    return editions.order_by("standard__slug", "slug")


def is_used(edition: Edition) -> bool:
    """Whether anything outside the library points at the edition or a part of it."""
    for model, path in ((Edition, ""), (Section, "__edition"), (Control, "__edition")):
        for relation in model._meta.related_objects:
            user = cast("type[Model]", relation.related_model)
            if user._meta.app_label == Edition._meta.app_label:
                continue
            lookup = {f"{relation.field.name}{path}": edition}
            if user._base_manager.filter(**lookup).exists():
                return True
    return False


def _library() -> list[Listed]:
    newest_first = (
        Edition.objects.in_library()
        .with_counts()
        .select_related("standard")
        .order_by("-published", "slug")
    )
    standards = Standard.objects.prefetch_related(
        Prefetch("editions", queryset=newest_first, to_attr="in_library")
    )
    return [
        Listed(
            standard=standard,
            editions=tuple(standard.in_library),
            edition=standard.in_library[0] if standard.in_library else None,
        )
        for standard in standards
    ]


def search_library(query: str, chosen: Mapping[str, Sequence[str]]) -> LibraryPage:
    """The standards that hold every word of the query and pass every filter.

    Within one filter any chosen value will do. A choice's count says how many
    standards it would show with the query and the other filters as they are.
    """
    everything = _library()
    found = _search(everything, query)
    filters = {name: frozenset(chosen.get(name, ())) for name in FILTERS}
    facets = tuple(_facet(name, everything, found, filters) for name in FILTERS)
    listed = tuple(one for one in found if _passes(one, filters))
    return LibraryPage(
        listed=listed,
        facets=facets,
        total=len(everything),
        editions=sum(len(one.editions) for one in everything),
        filtered=bool(query_words(query)) or any(filters.values()),
    )


def _values(listed: Listed, name: str) -> Sequence[str]:
    standard = listed.standard
    if name == "nature":
        return [standard.nature]
    values: Sequence[str] = {
        "domain": standard.domain,
        "industry": standard.industry,
        "region": standard.geography,
    }[name]
    return values


def _passes(
    listed: Listed, chosen: Mapping[str, Iterable[str]], *, but: str = ""
) -> bool:
    return all(
        not values
        or name == but
        or not frozenset(values).isdisjoint(_values(listed, name))
        for name, values in chosen.items()
    )


def _facet(
    name: str,
    everything: list[Listed],
    found: list[Listed],
    chosen: Mapping[str, frozenset[str]],
) -> Facet:
    counts = {value: 0 for one in everything for value in _values(one, name)}
    for one in found:
        if _passes(one, chosen, but=name):
            for value in _values(one, name):
                counts[value] += 1
    choices = [
        Choice(value, _label(name, value), count, value in chosen[name])
        for value, count in counts.items()
    ]
    choices.sort(key=lambda choice: choice.label)
    return Facet(name=name, title=str(FILTERS[name]), choices=tuple(choices))


def _label(name: str, value: str) -> str:
    if name == "nature":
        return str(Nature(value).label)
    if name == "region":
        words = value.split()
        return " ".join(w if w in SMALL_WORDS else w.capitalize() for w in words)
    return value[:1].upper() + value[1:]


def _search(everything: list[Listed], query: str) -> list[Listed]:
    """Standards of which an edition, or their own text, holds every word."""
    words = query_words(query)
    if not words:
        return everything
    editions = [edition for listed in everything for edition in listed.editions]
    matches = matching_editions(words, editions)
    rows = []
    for listed in everything:
        matching = [edition for edition in listed.editions if edition.pk in matches]
        if matching:
            edition = matching[0]
            rows.append(replace(listed, edition=edition, matches=matches[edition.pk]))
        elif not listed.editions and holds_words(words, standard_text(listed.standard)):
            rows.append(listed)
    return rows


@dataclass(frozen=True)
class StandardPage:
    standard: Standard
    profile: StandardData
    aspects: tuple[tuple[str, AspectData], ...]
    editions: list[Edition]
    known: frozenset[str]  # slugs of related standards that are here too

    @property
    def newest(self) -> Edition | None:
        return self.editions[0] if self.editions else None

    @property
    def current(self) -> list[Edition]:
        return current_editions(self.editions)


def standard_page(slug: str) -> StandardPage:
    """A standard, its published editions and which of its relatives are here.

    Raises Standard.DoesNotExist.
    """
    standard = Standard.objects.get(slug=slug)
    profile = standard_from_plain(standard.profile)
    editions = standard.editions.in_library().with_counts().order_by("-published")
    related = [entry.slug for entry in profile.related]
    known = Standard.objects.filter(slug__in=related).values_list("slug", flat=True)
    return StandardPage(
        standard=standard,
        profile=profile,
        aspects=tuple(
            (str(aspect.label), profile.aspects[aspect.value]) for aspect in Aspect
        ),
        editions=list(editions),
        known=frozenset(known),
    )


def standard_spelled(slug: str) -> Standard | None:
    """The standard whose slug has the same letters and digits, such as ISO_27001."""
    for standard in Standard.objects.all():
        if _letters(standard.slug) == _letters(slug):
            return standard
    return None


def edition_spelled(standard: str, slug: str) -> Edition | None:
    """The published edition whose address has the same letters and digits."""
    for edition in Edition.objects.in_library().select_related("standard"):
        pair = (_letters(edition.standard.slug), _letters(edition.slug))
        if pair == (_letters(standard), _letters(slug)):
            return edition
    return None


def _letters(text: str) -> str:
    return "".join(letter for letter in search_key(text) if letter.isalnum())

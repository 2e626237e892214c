"""Reads of the library."""

from standards.queries.edition_search import search_edition
from standards.queries.library import (
    FILTERS,
    Facet,
    LibraryPage,
    Listed,
    counted_editions,
    edition_spelled,
    is_used,
    search_library,
    standard_page,
    standard_spelled,
)
from standards.queries.tree import edition_tree, outline

__all__ = [
    "FILTERS",
    "Facet",
    "LibraryPage",
    "Listed",
    "counted_editions",
    "edition_spelled",
    "edition_tree",
    "is_used",
    "outline",
    "search_edition",
    "search_library",
    "standard_page",
    "standard_spelled",
]

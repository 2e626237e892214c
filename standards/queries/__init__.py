"""Reads of the library."""

from standards.queries.library import (
    FILTERS,
    Facet,
    LibraryPage,
    Listed,
    counted_editions,
    is_used,
    search_library,
    standard_page,
)
from standards.queries.tree import Outline, edition_tree, outline

__all__ = [
    "FILTERS",
    "Facet",
    "LibraryPage",
    "Listed",
    "Outline",
    "counted_editions",
    "edition_tree",
    "is_used",
    "outline",
    "search_library",
    "standard_page",
]

"""One way to compare names and to search: by normalized text, within bounds."""

import unicodedata
from collections.abc import Iterable

# Longer queries are cut: nobody means the rest, and each word costs a comparison.
QUERY_LENGTH = 100  # characters
QUERY_WORDS = 8


def search_key(text: str) -> str:
    """Text by which names are compared: NFKC, case-folded, single blanks.

    SQLite folds the case of ASCII letters only, so the key is stored beside what is
    searched or must be unique.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Folding may take a letter apart, and only the composed form compares equal.
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def clean_query(text: str) -> str:
    """Query as it is shown again: one line, at most QUERY_LENGTH characters."""
    return " ".join(text.replace("\0", " ")[:QUERY_LENGTH].split())


def query_words(text: str) -> tuple[str, ...]:
    """Normalized words of a query, each once, at most QUERY_WORDS of them."""
    words = dict.fromkeys(search_key(clean_query(text)).split())
    return tuple(words)[:QUERY_WORDS]


def holds_words(words: Iterable[str], *texts: str) -> bool:
    """Say whether the texts together hold every word."""
    text = search_key(" ".join(texts))
    return all(word in text for word in words)

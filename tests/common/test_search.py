"""Normalized text: the key of uniqueness and search on both databases."""

import pytest

from common.search import (
    QUERY_LENGTH,
    QUERY_WORDS,
    clean_query,
    holds_words,
    query_words,
    search_key,
)


@pytest.mark.parametrize(
    "writing",
    [
        "Zürich Ärzte",
        "ZÜRICH ÄRZTE",
        "  Zürich \t Ärzte ",
        "Zürich\u00a0Ärzte",
        "Zu\u0308rich A\u0308rzte",
        "Ｚürich Ärzte",
    ],
)
def test_writings_of_one_name_have_one_key(writing):
    assert search_key(writing) == "zürich ärzte"


@pytest.mark.parametrize(
    ("text", "key"),
    [("Straße", "strasse"), ("STRASSE", "strasse"), ("ΣΊΣΥΦΟΣ", "σίσυφοσ"), ("①", "1")],
)
def test_keys_fold_what_lower_case_does_not(text, key):
    assert search_key(text) == key


def test_a_key_is_its_own_key():
    for text in ("İstanbul", "ǰ Ω ﬁ", "Zürich"):
        assert search_key(search_key(text)) == search_key(text)


def test_a_query_is_cut():
    long = " ".join(f"word{number}" for number in range(1_900))

    assert len(clean_query(long)) <= QUERY_LENGTH
    assert len(query_words(long)) == QUERY_WORDS
    assert query_words("a A ａ b\0c") == ("a", "b", "c")


def test_every_word_must_be_held():
    assert holds_words(query_words("ÄRZTE zürich"), "Zürich", "Ärzte")
    assert not holds_words(query_words("Ärzte Bern"), "Zürich", "Ärzte")

"""Sizes of files as people read them."""

import pytest

from common.sizes import size_text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (529, "529 bytes"),
        (1024, "1 KB"),
        (1536, "1.5 KB"),
        (289_792, "283 KB"),
        (1024 * 1024 - 1, "1 MB"),
        (26_214_400, "25 MB"),
        (5 * 1024**3, "5 GB"),
        (5000 * 1024**3, "5000 GB"),
    ],
)
def test_a_size_in_words(size, text):
    assert size_text(size) == text.replace(" ", "\xa0")

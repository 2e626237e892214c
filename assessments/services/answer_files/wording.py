"""Different writings of the same word, brought to one."""

import unicodedata

# Signs that stand for a hyphen: what word processors and web pages make of it.
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_QUOTES = {ord("‘"): "'", ord("’"): "'", ord("“"): '"', ord("”"): '"'}
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
# Full-width letters and digits, as East Asian keyboards write them. NFKC would also
# turn the mark of a footnote into a digit: 3.1² is not 3.12.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ALIKE = {**_FULL_WIDTH, **_DASHES, **_QUOTES, **_UNSEEN}


def plain_key(text: str) -> str:
    """Text by which two writings of one word are equal."""
    composed = unicodedata.normalize("NFC", text).translate(_ALIKE)
    return " ".join(composed.split()).casefold()

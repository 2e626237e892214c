"""Names that people type: what is taken out, what is refused, what mails show."""

import re
import unicodedata

# Marks that turn the direction of writing, or that nobody sees: names need neither.
HIDDEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
UNREADABLE = "\ufffd"
LINK = re.compile(
    r"://|\bwww\.|\bmailto:|[^\s@]@[^\s@]+\.|\b[\w-]+(\.[\w-]+)+[/:?#]", re.IGNORECASE
)
JOINING = re.compile(r"(?<=\S)[.。．｡:/\\@＠]+(?=\S)")


def clean_name(text: str) -> str:
    """The name in one line, composed, without hidden and control characters."""
    text = HIDDEN.sub("", unicodedata.normalize("NFC", text))
    kept = (" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
    return " ".join("".join(kept).split())


def is_unreadable(text: str) -> bool:
    """Whether a part of the text was lost on its way."""
    return UNREADABLE in text


def has_link(text: str) -> bool:
    """Whether the text holds an address of the web or of mail."""
    return LINK.search(unicodedata.normalize("NFKC", text)) is not None


def name_for_mail(text: str) -> str:
    """The name as it stands in a mail: no program makes a link of it."""
    plain = clean_name(unicodedata.normalize("NFKC", text))
    return JOINING.sub(" ", plain)

"""Text, in whatever encoding people's programs write it."""

import codecs
import re

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from assessments.services.files.kinds import Kind
from assessments.services.files.pictures import ending_of, head_of, wrong_content
from assessments.services.files.refusals import Problem

CHUNK = 64 * 1024
# Takes every byte: Windows-1252 and the older encodings of Asia and Eastern Europe,
# which nothing tells apart for sure. Control characters tell what is no text.
ONE_BYTE = "latin-1"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Control characters that programs write into texts: tab, line ends, page ends, the
# old end of a file, colours of a terminal.
CONTROLS = re.compile(r"[\x00-\x06\x0e-\x19\x1c-\x1f\x7f\ufffe\uffff]")
# Before the first element of a page: blanks, an XML declaration, comments.
PREAMBLE = re.compile(r"(?:\s+|<\?xml.*?\?>|<!--.*?-->)*", re.DOTALL)
PAGE = re.compile(r"<(!doctype\s+html|html|head|body|script|svg|iframe)\b", re.I)


def check_text(upload: UploadedFile, kind: Kind) -> None:
    """Raises Problem when the content is no text, or a page that could act."""
    head = head_of(upload)
    if ending := ending_of(head):
        raise wrong_content(ending, kind)
    marked = next((name for mark, name in MARKS if head.startswith(mark)), "")
    encodings = [marked] if marked else ["utf-8", ONE_BYTE]
    if not any(_is_text(upload, encoding) for encoding in encodings):
        raise Problem(
            _(
                "“%(name)s” has signs that no text has. If it is a text, save it as "
                "UTF-8 and add it again."
            )
        )


def _is_text(upload: UploadedFile, encoding: str) -> bool:
    """Whether all of it can be read in `encoding`. Raises Problem for a web page."""
    upload.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    start = ""
    try:
        while chunk := upload.read(CHUNK):
            text = decoder.decode(chunk)
            if CONTROLS.search(text):
                return False
            if len(start) < CHUNK:
                start = (start + text).lstrip()
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    _refuse_page(start[:CHUNK])
    return True


def _refuse_page(start: str) -> None:
    preamble = PREAMBLE.match(start)
    if PAGE.match(start, preamble.end() if preamble else 0):
        raise Problem(_("“%(name)s” is a web page. Print it to PDF, and add that."))

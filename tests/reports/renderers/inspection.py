"""Looks into a PDF: its text, its tags, and whether it keeps the standards."""

import re
import subprocess
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import page
import pikepdf

LIMITS = page.SafetyLimits(
    max_table_grid_rows=20_000, max_table_grid_cells=10**7, max_object_count=10**6
)
# A false alarm of the checker when compressed data ends in a carriage return (PDF.md).
QUIRK = "PDFA2A-STREAM-LENGTH-001"
JOINERS = str.maketrans("", "", "\u200b\u2060\u00ad\u200e\u200f\u202a\u202b\u202c")


def failures(content: bytes, profile: str) -> list[str]:
    """Return the rules of "ua1" or "2a" that `content` breaks."""
    report = page.validate_pdf_bytes(content, profile=profile, limits=LIMITS)
    found = [failure.rule_id for failure in report.failures]
    if QUIRK in found and is_sound(content):
        found.remove(QUIRK)
    return found


def is_sound(content: bytes) -> bool:
    """Return whether qpdf, which pikepdf is built on, finds nothing to complain of."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return not pdf.check_pdf_syntax()


def text(content: bytes, *, first: int = 1, last: int = 0, mode: str = "-raw") -> str:
    """Return the text of the pages, without the signs that only help line breaks."""
    pages = ["-f", str(first), *(["-l", str(last)] if last else [])]
    result = subprocess.run(
        ["pdftotext", mode, *pages, "-", "-"],
        input=content,
        capture_output=True,
        check=True,
    )
    return unicodedata.normalize("NFC", result.stdout.decode()).translate(JOINERS)


def squeezed(words: str) -> str:
    return re.sub(r"\s+", "", words.translate(JOINERS))


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every element of the structure tree."""
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting.extend(node)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            if "/K" in node:
                waiting.append(node.K)

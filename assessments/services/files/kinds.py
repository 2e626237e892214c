"""The list of what is taken as evidence, for pages, messages and checks alike."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Family = Literal["pdf", "image", "office", "opendocument", "zip", "mail", "text"]
OFFICE = "application/vnd.openxmlformats-officedocument"
OPENDOCUMENT = "application/vnd.oasis.opendocument"
ZIP_TYPE = "application/zip"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its endings, how it is served, and what it is called."""

    endings: tuple[str, ...]
    media_type: str
    family: Family
    label: str | Promise  # in the list of what is allowed
    noun: str | Promise  # in a sentence: "The content is a PNG picture"


KINDS = (
    Kind((".pdf",), "application/pdf", "pdf", "PDF", gettext_lazy("a PDF")),
    Kind((".png",), "image/png", "image", "PNG", gettext_lazy("a PNG picture")),
    Kind(
        (".jpg", ".jpeg"),
        "image/jpeg",
        "image",
        "JPEG",
        gettext_lazy("a JPEG picture"),
    ),
    Kind((".webp",), "image/webp", "image", "WebP", gettext_lazy("a WebP picture")),
    Kind((".gif",), "image/gif", "image", "GIF", gettext_lazy("a GIF picture")),
    Kind((".heic",), "image/heic", "image", "HEIC", gettext_lazy("a HEIC picture")),
    Kind(
        (".docx",),
        f"{OFFICE}.wordprocessingml.document",
        "office",
        gettext_lazy("Word"),
        gettext_lazy("a Word document"),
    ),
    Kind(
        (".xlsx",),
        f"{OFFICE}.spreadsheetml.sheet",
        "office",
        gettext_lazy("Excel"),
        gettext_lazy("an Excel workbook"),
    ),
    Kind(
        (".pptx",),
        f"{OFFICE}.presentationml.presentation",
        "office",
        gettext_lazy("PowerPoint"),
        gettext_lazy("a PowerPoint presentation"),
    ),
    Kind(
        (".odt",),
        f"{OPENDOCUMENT}.text",
        "opendocument",
        gettext_lazy("OpenDocument"),
        gettext_lazy("an OpenDocument text"),
    ),
    Kind(
        (".ods",),
        f"{OPENDOCUMENT}.spreadsheet",
        "opendocument",
        gettext_lazy("OpenDocument"),
        gettext_lazy("an OpenDocument spreadsheet"),
    ),
    Kind(
        (".odp",),
        f"{OPENDOCUMENT}.presentation",
        "opendocument",
        gettext_lazy("OpenDocument"),
        gettext_lazy("an OpenDocument presentation"),
    ),
    Kind((".csv",), "text/csv", "text", "CSV", gettext_lazy("text")),
    Kind((".txt",), "text/plain", "text", "TXT", gettext_lazy("text")),
    Kind((".log",), "text/plain", "text", "LOG", gettext_lazy("text")),
    Kind((".md",), "text/markdown", "text", "MD", gettext_lazy("text")),
    Kind((".json",), "application/json", "text", "JSON", gettext_lazy("text")),
    Kind((".eml",), "message/rfc822", "text", "EML", gettext_lazy("a mail as text")),
    Kind(
        (".msg",),
        "application/vnd.ms-outlook",
        "mail",
        "MSG",
        gettext_lazy("an Outlook mail"),
    ),
    Kind((".zip",), ZIP_TYPE, "zip", "ZIP", gettext_lazy("a ZIP archive")),
)
BY_ENDING = {ending: kind for kind in KINDS for ending in kind.endings}
# What a file input may offer.
ACCEPT = ",".join(BY_ENDING)


def _types_text() -> str:
    """Every label once, in the order of the list."""
    return ", ".join(dict.fromkeys(str(kind.label) for kind in KINDS))


TYPES_TEXT = lazy(_types_text, str)()


def kind_of_type(media_type: str) -> Kind | None:
    """The kind that is served as this media type."""
    return next((kind for kind in KINDS if kind.media_type == media_type), None)


def advice(ending: str) -> str:
    """What to do with a kind that people often have and that is not taken."""
    if ending in {".doc", ".xls", ".ppt", ".rtf", ".vsd", ".vsdx"}:
        return _("Save it as PDF or in a present format, and add that.")
    if ending in {".docm", ".xlsm", ".pptm", ".xlsb", ".dotm", ".xltm", ".potm"}:
        return _("Files with macros are not taken. Save it without, or as PDF.")
    if ending in {".html", ".htm", ".mht", ".svg", ".xml"}:
        return _("Print it to PDF, and add that.")
    if ending in {".7z", ".rar", ".gz", ".tgz", ".tar"}:
        return _("Pack it as ZIP, and add that.")
    if ending in {".bmp", ".tif", ".tiff", ".avif"}:
        return _("Save the picture as PNG or JPEG, and add that.")
    if ending in {".exe", ".bat", ".cmd", ".js", ".msi", ".ps1", ".sh", ".vbs"}:
        return _("Programs are not taken. Add a picture or a text of what it does.")
    return ""

"""What may be uploaded as evidence, and how a disguised file is recognized."""

import hashlib
import re
import zipfile
from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

HEAD = 8192
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
# The list of members that a ZIP may have, in bytes: some thousand names.
MOST_LISTED = 512 * 1024

# Extension -> media type, first bytes (empty: text), a member that a ZIP must hold.
TYPES: dict[str, tuple[str, tuple[bytes, ...], str]] = {
    ".pdf": ("application/pdf", (b"%PDF-",), ""),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",), ""),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",), ""),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",), ""),
    ".webp": ("image/webp", (b"RIFF",), ""),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (ZIP,),
        "word/document.xml",
    ),
    ".xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (ZIP,),
        "xl/workbook.xml",
    ),
    ".pptx": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        (ZIP,),
        "ppt/presentation.xml",
    ),
    ".odt": ("application/vnd.oasis.opendocument.text", (ZIP,), "content.xml"),
    ".ods": ("application/vnd.oasis.opendocument.spreadsheet", (ZIP,), "content.xml"),
    ".odp": ("application/vnd.oasis.opendocument.presentation", (ZIP,), "content.xml"),
    ".csv": ("text/csv", (), ""),
    ".txt": ("text/plain", (), ""),
    ".md": ("text/markdown", (), ""),
    ".eml": ("message/rfc822", (), ""),
}
TYPES_TEXT = (
    "PDF, PNG, JPEG, WebP, Word, Excel, PowerPoint, OpenDocument, CSV, TXT, MD, EML"
)
# What a file input may offer.
ACCEPT = ",".join(TYPES)


class RefusedFile(Exception):
    """The file can't be taken; the message says why and what to do."""


def check_file(upload: UploadedFile) -> str:
    """Return the media type of an honest, allowed file. Raises RefusedFile."""
    name = upload.name or ""
    extension = PurePath(name).suffix.lower()
    if extension not in TYPES:
        message = _("“%(name)s” can't be added. Allowed are: %(types)s.")
        raise RefusedFile(message % {"name": name, "types": TYPES_TEXT})
    if not upload.size:
        raise RefusedFile(
            _("“%(name)s” is empty. Choose the file again.") % {"name": name}
        )
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        limit = filesizeformat(settings.EVIDENCE_MAX_BYTES)
        message = _("“%(name)s” is too large. The limit is %(limit)s a file.")
        raise RefusedFile(message % {"name": name, "limit": limit})
    _check_content(upload, name, extension)
    return TYPES[extension][0]


def _check_content(upload: UploadedFile, name: str, extension: str) -> None:
    _type, signatures, member = TYPES[extension]
    upload.seek(0)
    head = upload.read(HEAD)
    if signatures and not head.startswith(signatures):
        _refuse(name, extension, protected=head.startswith(OLE))
    if not signatures and not _is_text(head):
        _refuse(name, extension)
    if member:
        _check_archive(upload, name, extension, member)
    if extension == ".pdf" and _is_encrypted_pdf(upload):
        _refuse(name, extension, protected=True)
    upload.seek(0)


def _refuse(name: str, extension: str, *, protected: bool = False) -> None:
    if protected:
        message = _(
            "“%(name)s” is protected by a password, or in an old format. "
            "Save it without a password and add it again."
        )
    else:
        message = _("“%(name)s” is not what its ending “%(extension)s” says.")
    raise RefusedFile(message % {"name": name, "extension": extension})


def _is_text(head: bytes) -> bool:
    if b"\x00" in head or head.startswith((b"MZ", b"\x7fELF", b"%PDF", ZIP)):
        return False
    # A document of another kind under a harmless ending.
    return not re.match(
        rb"\s*<(!doctype html|html|script|svg|\?xml)", head, re.IGNORECASE
    )


class _TooManyMembers(Exception):
    pass


class _Sparing:
    """A file for ZipFile, which reads the whole list of members in one piece."""

    def __init__(self, upload: UploadedFile) -> None:
        self.seek, self.tell, self._read = upload.seek, upload.tell, upload.read

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > MOST_LISTED:
            raise _TooManyMembers
        content: bytes = self._read(size)
        return content


def _check_archive(
    upload: UploadedFile, name: str, extension: str, member: str
) -> None:
    try:
        with zipfile.ZipFile(_Sparing(upload)) as archive:
            names = archive.namelist()
    except _TooManyMembers:
        message = _(
            "“%(name)s” has too many parts, or parts with too long names. "
            "Save it as PDF and add that."
        )
        raise RefusedFile(message % {"name": name}) from None
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        names = []
    if member not in names or "word/vbaProject.bin" in names:
        _refuse(name, extension)


def _is_encrypted_pdf(upload: UploadedFile) -> bool:
    upload.seek(max(0, (upload.size or 0) - 64 * 1024))
    return b"/Encrypt" in upload.read()


def sha256(upload: UploadedFile) -> str:
    """The SHA-256 of the whole file, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def safe_name(name: str) -> str:
    """The file's own name without path, control characters and bidirectional tricks."""
    base = PurePath(name.replace("\\", "/")).name
    return "".join(c for c in base if c.isprintable())[-200:] or "file"

"""ZIP archives: their list of members is read, their content never unpacked."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from assessments.services.files.kinds import BY_ENDING
from assessments.services.files.pictures import ZIP, ending_of, head_of, wrong_content
from assessments.services.files.refusals import (
    Problem,
    damaged,
    protected,
    too_many_parts,
)

# The list of members that a ZIP may have, in bytes, and how many.
MOST_LISTED = 512 * 1024
MOST_MEMBERS = 5000
# A member that is read to the end: the list of parts of an office file.
MOST_READ = 1024 * 1024
# What an archive may grow to when somebody unpacks it, in bytes.
MOST_UNPACKED = 2 * 1024**3
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
SAFE_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# Names that lead out of the folder into which somebody unpacks.
ESCAPES = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\x00")


class _TooManyMembers(Exception):
    pass


class _Sparing:
    """A file for ZipFile, which reads the whole list of members in one piece."""

    def __init__(self, file: File[bytes] | BinaryIO) -> None:
        self.seek, self.tell, self._read = file.seek, file.tell, file.read

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > MOST_LISTED:
            raise _TooManyMembers
        content: bytes = self._read(size if size is not None else -1)
        return content


@contextmanager
def open_zip(file: File[bytes] | BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The archive, with its list of members. Raises Problem when it can't be read."""
    try:
        with zipfile.ZipFile(_Sparing(file)) as archive:
            if len(archive.filelist) > MOST_MEMBERS:
                raise _TooManyMembers
            yield archive
    except _TooManyMembers:
        raise too_many_parts() from None
    except UNREADABLE:
        raise damaged() from None


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One member, whole. Raises Problem when it is too large or can't be read."""
    info = archive.getinfo(name)
    if info.flag_bits & 1:
        raise protected()
    if info.compress_type not in SAFE_METHODS or info.file_size > MOST_READ:
        raise too_many_parts()
    with archive.open(info) as member:
        content = member.read(MOST_READ + 1)
    if len(content) > MOST_READ:
        raise too_many_parts()
    return content


def check_zip(upload: UploadedFile) -> None:
    """Raises Problem for an archive that nobody should unpack."""
    head = head_of(upload)
    if not head.startswith(ZIP):
        raise wrong_content(ending_of(head), BY_ENDING[".zip"])
    with open_zip(upload) as archive:
        members = archive.infolist()
    if not members:
        raise Problem(_("“%(name)s” holds no file. Choose another one."))
    if any(member.flag_bits & 1 for member in members):
        raise protected()
    if any(ESCAPES.search(member.orig_filename) for member in members):
        raise Problem(
            _(
                "“%(name)s” holds names that lead out of its own folder. "
                "Pack the files again."
            )
        )
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED or packed > (upload.size or 0):
        raise Problem(
            _(
                "“%(name)s” would grow beyond all measure when it is unpacked. "
                "Pack fewer files together, and add that."
            )
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """One file in an archive."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The files in an archive, by name; folders of their own are left out."""

    files: tuple[Listed, ...]

    @property
    def size(self) -> int:
        """What all of them have unpacked, in bytes, as the archive says."""
        return sum(file.size for file in self.files)


def listing_of(file: File[bytes] | BinaryIO) -> Listing:
    """What a stored archive holds; empty when it can't be read."""
    try:
        with open_zip(file) as archive:
            members = archive.infolist()
    except Problem:
        return Listing(())
    files = (Listed(_shown(m.filename), m.file_size) for m in members if not m.is_dir())
    return Listing(tuple(sorted(files, key=lambda file: file.name)))


def _shown(name: str) -> str:
    """A member's name without control characters and bidirectional tricks."""
    return "".join(c for c in name if c.isprintable())[:300] or "?"

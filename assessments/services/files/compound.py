"""The container of Microsoft's older formats, also of Outlook mails.

Only its directory is read: names and nothing else, at most MOST_SECTORS of them.
"""

import struct

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from assessments.services.files.kinds import Kind
from assessments.services.files.pictures import OLE, ending_of, head_of, wrong_content
from assessments.services.files.refusals import Problem, damaged, protected

HEADER = 512
ENTRY = 128
MOST_SECTORS = 256
IN_HEADER = 109  # sectors of the allocation table that the header itself lists
MOST_LISTS = 8  # further sectors that list them: enough for 60 MB
END = 0xFFFFFFFA  # from here on no sector, but the end of a chain or a free place


def entry_names(upload: UploadedFile) -> set[str]:
    """The names in the directory. Raises Problem when it can't be read."""
    upload.seek(0)
    header = upload.read(HEADER)
    try:
        shift, sector = _geometry(header)
        table = _allocation_table(upload, header, shift)
        names: set[str] = set()
        for _count in range(MOST_SECTORS):
            data = _sector(upload, sector, shift)
            names.update(_names(data))
            sector = _next(upload, table, sector, shift)
            if sector >= END:
                break
    except (struct.error, IndexError, ValueError):
        raise damaged() from None
    return names


def _geometry(header: bytes) -> tuple[int, int]:
    (shift,) = struct.unpack_from("<H", header, 30)
    (first,) = struct.unpack_from("<I", header, 48)
    if shift not in {9, 12}:
        message = "no sector size of the format"
        raise ValueError(message)
    return shift, first


def _allocation_table(upload: UploadedFile, header: bytes, shift: int) -> list[int]:
    """The numbers of the sectors that say which sector follows which."""
    table = list(struct.unpack_from(f"<{IN_HEADER}I", header, 76))
    (following,) = struct.unpack_from("<I", header, 68)
    for _count in range(MOST_LISTS):
        if following >= END:
            break
        listed = _sector(upload, following, shift)
        *numbers, following = struct.unpack(f"<{len(listed) // 4}I", listed)
        table += numbers
    return table


def _sector(upload: UploadedFile, number: int, shift: int) -> bytes:
    upload.seek((number + 1) << shift)
    data: bytes = upload.read(1 << shift)
    if len(data) < ENTRY:
        message = "the sector lies outside the file"
        raise ValueError(message)
    return data


def _next(upload: UploadedFile, table: list[int], sector: int, shift: int) -> int:
    per_sector = 1 << (shift - 2)
    page = _sector(upload, table[sector // per_sector], shift)
    (number,) = struct.unpack_from("<I", page, 4 * (sector % per_sector))
    return int(number)


def _names(data: bytes) -> set[str]:
    names = set()
    for start in range(0, len(data) - ENTRY + 1, ENTRY):
        (length,) = struct.unpack_from("<H", data, start + 64)
        raw = data[start : start + max(0, min(length, 64) - 2)]
        names.add(raw.decode("utf-16-le", "replace"))
    return names - {""}


def check_mail(upload: UploadedFile, kind: Kind) -> None:
    """Raises Problem when the content is no Outlook mail."""
    head = head_of(upload)
    if not head.startswith(OLE):
        raise wrong_content(ending_of(head), kind)
    names = entry_names(upload)
    if not any(name.startswith("__properties_version1.0") for name in names):
        raise wrong_content("", kind)


def old_format(upload: UploadedFile) -> Problem:
    """Why an office file is in this container: encrypted, or of an old program."""
    if "EncryptedPackage" in entry_names(upload):
        return protected()
    return Problem(
        _(
            "“%(name)s” is in an old format under a new ending. Open it, save it in "
            "the present format or as PDF, and add that."
        )
    )

"""What a content is by its first bytes; pictures are told by these alone."""

from django.core.files.uploadedfile import UploadedFile

from assessments.services.files.kinds import BY_ENDING, Kind
from assessments.services.files.refusals import Problem, other_content, other_kind

HEAD = 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")
# The brands of a picture in the ISO container of films and pictures.
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def head_of(upload: UploadedFile) -> bytes:
    """The first bytes; the file stands at its start after that."""
    upload.seek(0)
    head: bytes = upload.read(HEAD)
    upload.seek(0)
    return head


def ending_of(head: bytes) -> str:
    """The ending that belongs to a content with these first bytes; empty if none."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if head.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return ".gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return ".webp"
    if head[4:8] == b"ftyp" and head[8:12] in HEIC:
        return ".heic"
    if head.startswith(b"%PDF-"):
        return ".pdf"
    return ".zip" if head.startswith(ZIP) else ""


def check_picture(upload: UploadedFile, kind: Kind) -> None:
    """Raises Problem when the content is no picture of this kind."""
    ending = ending_of(head_of(upload))
    if ending not in kind.endings:
        raise wrong_content(ending, kind)


def wrong_content(ending: str, kind: Kind) -> Problem:
    """The problem of a content that belongs to `ending`, where `kind` is expected."""
    if ending:
        return other_kind(str(BY_ENDING[ending].noun), ending)
    return other_content(str(kind.noun))

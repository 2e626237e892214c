"""Office documents and OpenDocument: ZIP archives that name their parts."""

import re
import zipfile
from pathlib import PurePosixPath
from xml.parsers import expat

from django.core.files.uploadedfile import UploadedFile

from assessments.services.files.archives import open_zip, read_member
from assessments.services.files.compound import old_format
from assessments.services.files.kinds import BY_ENDING, KINDS, Kind, kind_of_type
from assessments.services.files.pictures import (
    OLE,
    ZIP,
    ending_of,
    head_of,
    wrong_content,
)
from assessments.services.files.refusals import (
    Problem,
    damaged,
    macros,
    other_content,
    other_kind,
    protected,
    too_many_parts,
)

CONTENT_TYPES = "[Content_Types].xml"
MANIFEST = "META-INF/manifest.xml"
MOST_MEDIA_TYPE = 200
# The type of a main part, whatever the part is called.
MAIN = re.compile(r"(application/vnd\.openxmlformats-officedocument\.\S+)\.main\+xml")
MACRO_TYPES = ("macroenabled", "vbaproject", "macrosheet")
MACRO_PARTS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|macrosheets/.+)$", re.I)
# Modules of macros; the lists beside them are there without any module too.
MODULES = re.compile(r"^(basic|scripts)/.*[^/]$", re.I)
MODULE_LISTS = {"script-lb.xml", "script-lc.xml", "dialog-lb.xml", "dialog-lc.xml"}


def check_office(upload: UploadedFile, kind: Kind) -> None:
    """Raises Problem when the content is no such Office document, or holds macros."""
    _expect_zip(upload, kind)
    with open_zip(upload) as archive:
        names = archive.namelist()
        if names.count(CONTENT_TYPES) != 1:
            raise _not_office(archive, names, kind)
        types = _content_types(read_member(archive, CONTENT_TYPES))
    told = " ".join(types.values()).lower()
    if any(map(MACRO_PARTS.search, names)) or any(map(told.count, MACRO_TYPES)):
        raise macros()
    parts = {f"/{name}".lower() for name in names}
    mains = {
        match[1]
        for part, media_type in types.items()
        if (match := MAIN.fullmatch(media_type)) and _is_there(part, parts)
    }
    if kind.media_type not in mains:
        others = [k for k in KINDS if k.media_type in mains]
        raise _other(others[0]) if others else other_content(str(kind.noun))


def _other(kind: Kind) -> Problem:
    return other_kind(str(kind.noun), kind.endings[0])


def _is_there(part: str, parts: set[str]) -> bool:
    """Whether a part is in the archive; a default for an ending is no part."""
    return not part.startswith("/") or part.lower() in parts


def _content_types(content: bytes) -> dict[str, str]:
    """The media types by part, and by ending where one is given for all."""
    types: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        key = attributes.get("PartName") or attributes.get("Extension")
        if key and tag.rpartition(":")[2] in {"Override", "Default"}:
            types[key] = attributes.get("ContentType", "")

    def refuse(*_args: object) -> None:
        raise damaged()

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    # No writer has one, and entities can grow beyond all measure.
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise damaged() from None
    return types


def check_opendocument(upload: UploadedFile, kind: Kind) -> None:
    """Raises Problem when the content is no such OpenDocument, or holds macros."""
    _expect_zip(upload, kind)
    with open_zip(upload) as archive:
        names = archive.namelist()
        media_type = _media_type(archive, names)
        manifest = read_member(archive, MANIFEST) if MANIFEST in names else b""
    if media_type != kind.media_type:
        actual = kind_of_type(media_type)
        raise _other(actual) if actual else other_content(str(kind.noun))
    if b"encryption-data" in manifest:
        raise protected()
    if any(map(_is_module, names)):
        raise macros()
    if "content.xml" not in names:
        raise damaged()


def _media_type(archive: zipfile.ZipFile, names: list[str]) -> str:
    if names.count("mimetype") != 1:
        return ""
    content = read_member(archive, "mimetype")
    if len(content) > MOST_MEDIA_TYPE:
        raise too_many_parts()
    return content.decode("ascii", "replace").strip()


def _is_module(name: str) -> bool:
    return bool(MODULES.match(name)) and PurePosixPath(name).name not in MODULE_LISTS


def _expect_zip(upload: UploadedFile, kind: Kind) -> None:
    head = head_of(upload)
    if head.startswith(OLE):
        raise old_format(upload)
    if not head.startswith(ZIP):
        raise wrong_content(ending_of(head), kind)


def _not_office(archive: zipfile.ZipFile, names: list[str], kind: Kind) -> Problem:
    """What a ZIP without the list of an Office document is."""
    if CONTENT_TYPES in names:
        return damaged()  # twice: programs would disagree about the content
    actual = kind_of_type(_media_type(archive, names))
    return _other(actual or BY_ENDING[".zip"])

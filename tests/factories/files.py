"""Small honest files of each kind, as programs write them."""

import io
import struct
import zipfile

PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OPENDOCUMENT = "application/vnd.oasis.opendocument"


def zipped(*names: str, **contents: str) -> bytes:
    """A ZIP with members of one letter, and others with their content."""
    return zip_of(dict.fromkeys(names, "x") | contents)


def zip_of(members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def office(
    main: str = WORD,
    part: str = "word/document.xml",
    *names: str,
    types: str = "",
) -> bytes:
    """An Office document whose main part is `part`, with further members."""
    listed = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{main}.main+xml"/>{types}</Types>'
    )
    members = {"[Content_Types].xml": listed, part: "<x/>"}
    return zip_of(members | dict.fromkeys(names, "x"))


def opendocument(kind: str = "text", *names: str, manifest: str = "") -> bytes:
    """An OpenDocument of this kind, with further members."""
    members = {
        "mimetype": f"{OPENDOCUMENT}.{kind}",
        "content.xml": "<x/>",
        "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
    }
    return zip_of(members | dict.fromkeys(names, "x"))


def compound(*names: str, filler: int = 0) -> bytes:
    """A container of Microsoft's older formats with these entries in its directory.

    `filler` sectors of 512 bytes stand before it, as those of attachments do.
    """
    entries = b"".join(map(_entry, ("Root Entry", *names)))
    directory = -(-len(entries) // 512)
    tables = 1
    while tables * 128 < filler + directory + tables + 8:
        tables += 1
    lists = -(-max(0, tables - 109) // 127)
    first = tables + lists + filler
    chain = [0xFFFFFFFD] * first + list(range(first + 1, first + directory))
    chain.append(0xFFFFFFFE)
    numbers = list(range(tables))
    header = bytearray(b"\xff" * 512)
    header[:8] = OLE
    struct.pack_into("<H", header, 30, 9)  # sectors of 512 bytes
    struct.pack_into("<I", header, 48, first)
    struct.pack_into("<I", header, 68, tables if lists else 0xFFFFFFFE)
    struct.pack_into(f"<{len(numbers[:109])}I", header, 76, *numbers[:109])
    body = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * 512, b"\xff")
    for number in range(lists):
        part = numbers[109 + 127 * number : 109 + 127 * (number + 1)]
        part += [0xFFFFFFFF] * (127 - len(part))
        following = tables + number + 1 if number + 1 < lists else 0xFFFFFFFE
        body += struct.pack("<128I", *part, following)
    return (
        bytes(header)
        + body
        + bytes(512 * filler)
        + entries.ljust(directory * 512, b"\0")
    )


def _entry(name: str) -> bytes:
    raw = name.encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<H", len(raw) + 2)
    return entry.ljust(128, b"\0")

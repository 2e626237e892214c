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


def compound(*names: str) -> bytes:
    """A container of Microsoft's older formats with these entries in its directory."""
    header = bytearray(b"\xff" * 512)
    header[:8] = OLE
    struct.pack_into("<H", header, 30, 9)  # sectors of 512 bytes
    struct.pack_into("<I", header, 48, 1)  # the directory begins in sector 1
    struct.pack_into("<I", header, 76, 0)  # the allocation table is sector 0
    entries = b"".join(map(_entry, ("Root Entry", *names)))
    sectors = -(-len(entries) // 512)
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    return bytes(header) + table + entries.ljust(sectors * 512, b"\0")


def _entry(name: str) -> bytes:
    raw = name.encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<H", len(raw) + 2)
    return entry.ljust(128, b"\0")

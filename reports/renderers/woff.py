"""Turns a WOFF font, as packages for the web hold it, into TrueType."""

import struct
import zlib

HEADER = ">4sIIHHI"
ENTRY = ">4sIIII"
HEADER_SIZE, ENTRY_SIZE = 44, 20


def to_truetype(woff: bytes) -> bytes:
    """Return the font inside a WOFF 1.0 file. Raises ValueError for anything else."""
    try:
        signature, flavor, _length, count, _reserved, _total = struct.unpack_from(
            HEADER, woff
        )
        if signature != b"wOFF" or not count:
            message = "This is not a WOFF font."
            raise ValueError(message)
        entries = [
            struct.unpack_from(ENTRY, woff, HEADER_SIZE + ENTRY_SIZE * i)
            for i in range(count)
        ]
        tables = [
            (tag, checksum, _table(woff[offset : offset + packed], size))
            for tag, offset, packed, size, checksum in entries
        ]
    except (struct.error, zlib.error) as error:
        message = "The WOFF font is damaged."
        raise ValueError(message) from error
    return _assemble(flavor, sorted(tables))


def _table(content: bytes, size: int) -> bytes:
    """One table, unpacked where that made it smaller."""
    table = zlib.decompress(content) if len(content) < size else content
    if len(table) != size:
        message = "A table of the WOFF font is damaged."
        raise ValueError(message)
    return table


def _assemble(flavor: int, tables: list[tuple[bytes, int, bytes]]) -> bytes:
    """The header, the list of tables, and the tables, each at a multiple of four."""
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    head = struct.pack(">IHHHH", flavor, count, search, power, count * 16 - search)
    offset = len(head) + 16 * count
    listed, contents = b"", b""
    for tag, checksum, content in tables:
        at = offset + len(contents)
        listed += struct.pack(">4sIII", tag, checksum, at, len(content))
        contents += content + b"\0" * (-len(content) % 4)
    return head + listed + contents

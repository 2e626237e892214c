"""Which characters a TrueType font has glyphs for, read without a font library."""

import struct
from pathlib import Path

# (platform, encoding) of the character maps, the fullest first.
PREFERRED = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))
SEGMENTS, GROUPS = 4, 12  # the two map formats in use

Ranges = list[list[int]]


def covered_ranges(path: Path) -> Ranges:
    """Return the covered code points of the font at `path` as [first, last] pairs.

    Raises ValueError when the file is no TrueType font with a Unicode map.
    """
    font = path.read_bytes()
    try:
        return _merge(_points(font, _table(font, b"cmap")))
    except struct.error as error:
        message = f"{path.name} is not a TrueType font that can be read."
        raise ValueError(message) from error


def _table(font: bytes, wanted: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for i in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * i)
        if tag == wanted:
            return int(offset)
    message = "The font has no character map."
    raise ValueError(message)


def _points(font: bytes, start: int) -> list[int]:
    (count,) = struct.unpack_from(">H", font, start + 2)
    maps = {}
    for i in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * i)
        maps[platform, encoding] = start + offset
    for key in PREFERRED:
        if key in maps:
            (form,) = struct.unpack_from(">H", font, maps[key])
            if form == GROUPS:
                return _grouped(font, maps[key])
            if form == SEGMENTS:
                return _segmented(font, maps[key])
    message = "The font has no Unicode character map."
    raise ValueError(message)


def _grouped(font: bytes, start: int) -> list[int]:
    (count,) = struct.unpack_from(">I", font, start + 12)
    points: list[int] = []
    for i in range(count):
        first, last, glyph = struct.unpack_from(">III", font, start + 16 + 12 * i)
        points += range(first + (glyph == 0), last + 1)
    return points


def _segmented(font: bytes, start: int) -> list[int]:
    (twice,) = struct.unpack_from(">H", font, start + 6)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    firsts = struct.unpack_from(f">{count}H", font, start + 16 + twice)
    deltas = struct.unpack_from(f">{count}H", font, start + 16 + 2 * twice)
    table = start + 16 + 3 * twice
    offsets = struct.unpack_from(f">{count}H", font, table)
    points: list[int] = []
    for i, (first, last) in enumerate(zip(firsts, ends, strict=True)):
        for point in range(first, min(last, 0xFFFE) + 1):
            glyph = point
            if offsets[i]:
                at = table + 2 * i + offsets[i] + 2 * (point - first)
                (glyph,) = struct.unpack_from(">H", font, at)
                if not glyph:
                    continue
            if (glyph + deltas[i]) & 0xFFFF:
                points.append(point)
    return points


def _merge(points: list[int]) -> Ranges:
    ranges: Ranges = []
    for point in sorted(set(points)):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return ranges

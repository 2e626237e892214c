"""The fonts of the PDF: a folder of plain TTF files and a record of what they cover.

Typst finds no system fonts (a server has none to rely on) and stops at a character
without a glyph, so the coverage is worked out once, here, and `text.py` asks it.
"""

import json
import os
from pathlib import Path

from reports.renderers.cmap import covered_ranges

# Package folder of @expo-google-fonts, and the weights to copy. The first is measured.
FAMILIES = {
    "source-sans-3": ("400Regular", "400Regular_Italic", "600SemiBold", "700Bold"),
    "vazirmatn": ("400Regular", "600SemiBold"),
    "noto-sans-sc": ("400Regular", "600SemiBold"),
    "noto-sans-kr": ("400Regular", "600SemiBold"),
    "noto-emoji": ("400Regular",),
}
COVERAGE = "coverage.json"
STAMP = "stamp.json"


def prepare_fonts(source: Path, target: Path) -> bool:
    """Fill `target` with the fonts of `source` (…/@expo-google-fonts), if they changed.

    Safe to call at every start and from two processes at once. Returns whether anything
    was done. Raises FileNotFoundError when the npm packages are not installed.
    """
    files = {family: _files(source, family) for family in FAMILIES}
    stamp = json.dumps(
        [
            [path.name, path.stat().st_size, path.stat().st_mtime_ns]
            for paths in files.values()
            for path in paths
        ]
    )
    if _is_current(target, stamp):
        return False
    target.mkdir(parents=True, exist_ok=True)
    for path in (path for paths in files.values() for path in paths):
        _replace(target / path.name, path.read_bytes())
    coverage = [covered_ranges(paths[0]) for paths in files.values()]
    _replace(target / COVERAGE, json.dumps(coverage, separators=(",", ":")).encode())
    _replace(target / STAMP, stamp.encode())  # last: only a whole folder is current
    return True


def _files(source: Path, family: str) -> list[Path]:
    paths = []
    for weight in FAMILIES[family]:
        found = sorted((source / family / weight).glob("*.ttf"))
        if not found:
            message = f"{source / family / weight} has no font; run `npm ci` first."
            raise FileNotFoundError(message)
        paths.append(found[0])
    return paths


def _is_current(target: Path, stamp: str) -> bool:
    try:
        if (target / STAMP).read_text() != stamp:
            return False
        (target / COVERAGE).stat()
        return all(
            (target / name).stat().st_size == size
            for name, size, _ in json.loads(stamp)
        )
    except FileNotFoundError:
        return False


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)

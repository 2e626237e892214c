"""The fonts of the PDF: a folder of plain TTF files and a record of what they cover.

Typst finds no system fonts (a server has none to rely on) and stops at a character
without a glyph, so the coverage is worked out once, here, and `text.py` asks it.
"""

import json
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from reports.renderers.cmap import covered_ranges
from reports.renderers.woff import to_truetype

# Package folder of @expo-google-fonts, and the weights to copy. The first is measured.
BASE = {
    "source-sans-3": ("400Regular", "400Regular_Italic", "600SemiBold", "700Bold"),
    "vazirmatn": ("400Regular", "600SemiBold"),
    "noto-sans-sc": ("400Regular", "600SemiBold"),
    "noto-sans-kr": ("400Regular", "600SemiBold"),
    "noto-emoji": ("400Regular",),
}
# Package folder of @fontsource, and script and weight of the files to copy. A report
# loads these only for letters that the fonts above don't have.
SCRIPTS = {
    "noto-sans-hebrew": ("hebrew-400", "hebrew-700"),
    "noto-sans-thai": ("thai-400", "thai-700"),
    "noto-sans-devanagari": ("devanagari-400", "devanagari-700"),
    "noto-sans-bengali": ("bengali-400", "bengali-700"),
    "noto-sans-gurmukhi": ("gurmukhi-400", "gurmukhi-700"),
    "hind-vadodara": ("gujarati-400", "gujarati-700"),
    "noto-sans-oriya": ("oriya-400", "oriya-700"),
    "noto-sans-tamil": ("tamil-400", "tamil-700"),
    "mandali": ("telugu-400",),
    "benne": ("kannada-400",),
    "manjari": ("malayalam-400", "malayalam-700"),
    "abhaya-libre": ("sinhala-400", "sinhala-700"),
    "padauk": ("myanmar-400", "myanmar-700"),
    "battambang": ("khmer-400", "khmer-700"),
    "phetsarath": ("lao-400", "lao-700"),
    "noto-sans-armenian": ("armenian-400", "armenian-700"),
    "noto-sans-georgian": ("georgian-400", "georgian-700"),
    "abyssinica-sil": ("ethiopic-400",),
    "noto-sans-symbols-2": ("symbols-400",),
}
FAMILIES = BASE | SCRIPTS
# What Typst calls them.
NAMES = {
    "source-sans-3": "Source Sans 3",
    "noto-sans-sc": "Noto Sans SC",
    "noto-sans-kr": "Noto Sans KR",
    "abyssinica-sil": "Abyssinica SIL",
}
COVERAGE = "coverage.json"
STAMP = "stamp.json"


@dataclass(frozen=True, slots=True)
class Font:
    """A file of a package, and the name under which the folder keeps it."""

    path: Path
    name: str

    def content(self) -> bytes:
        """The font as TrueType."""
        content = self.path.read_bytes()
        return to_truetype(content) if self.path.suffix == ".woff" else content


def family_name(family: str) -> str:
    """What Typst calls a family."""
    return NAMES.get(family, family.replace("-", " ").title())


def prepare_fonts(source: Path, target: Path) -> bool:
    """Fill `target` with the fonts of `source` (…/@expo-google-fonts), if they changed.

    The other scripts come from @fontsource beside it. Safe to call at every start and
    from two processes at once. Returns whether anything was done. Raises
    FileNotFoundError when the npm packages are not installed.
    """
    fonts = {family: _fonts(source, family) for family in FAMILIES}
    sources = [
        [font.path.name, font.path.stat().st_size, font.path.stat().st_mtime_ns]
        for fonts_of_family in fonts.values()
        for font in fonts_of_family
    ]
    if _is_current(target, sources):
        return False
    target.mkdir(parents=True, exist_ok=True)
    files: dict[str, dict[str, int]] = {}
    for family, fonts_of_family in fonts.items():
        files[family] = {}
        for font in fonts_of_family:
            content = font.content()
            files[family][font.name] = len(content)
            _replace(target / font.name, content)
    coverage = [covered_ranges(target / family[0].name) for family in fonts.values()]
    _replace(target / COVERAGE, json.dumps(coverage, separators=(",", ":")).encode())
    stamp = {"sources": sources, "files": files}
    # Last: only a whole folder is current.
    _replace(target / STAMP, json.dumps(stamp).encode())
    return True


def font_files(folder: Path, scripts: Collection[str]) -> list[Path]:
    """The fonts of every report, and those of the families in `scripts`."""
    files = json.loads((folder / STAMP).read_text())["files"]
    return [
        folder / name
        for family in FAMILIES
        if family in BASE or family in scripts
        for name in files[family]
    ]


def _fonts(source: Path, family: str) -> list[Font]:
    found = []
    for weight in FAMILIES[family]:
        if family in BASE:
            folder, pattern = source / family / weight, "*.ttf"
        else:
            folder = source.parent / "@fontsource" / family / "files"
            pattern = f"{family}-{weight}-normal.woff"
        paths = sorted(folder.glob(pattern))
        if not paths:
            message = f"{folder} has no font; run `npm ci` first."
            raise FileNotFoundError(message)
        found.append(Font(paths[0], f"{paths[0].stem}.ttf"))
    return found


def _is_current(target: Path, sources: list[list[object]]) -> bool:
    try:
        stamp = json.loads((target / STAMP).read_text())
        if not isinstance(stamp, dict) or stamp["sources"] != sources:
            return False
        (target / COVERAGE).stat()
        return all(
            (target / name).stat().st_size == size
            for sizes in stamp["files"].values()
            for name, size in sizes.items()
        )
    except FileNotFoundError:
        return False


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)

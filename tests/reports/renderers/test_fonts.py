"""The font folder: complete, quick to check, and honest about what it covers."""

import json
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from reports.renderers.cmap import covered_ranges
from reports.renderers.fonts import COVERAGE, FAMILIES, prepare_fonts
from tests.reports.renderers.measuring import FONT_PACKAGES


def test_fonts_are_copied_once(tmp_path: Path) -> None:
    assert prepare_fonts(FONT_PACKAGES, tmp_path) is True
    assert prepare_fonts(FONT_PACKAGES, tmp_path) is False

    names = {path.suffix for path in tmp_path.glob("*.ttf")}
    assert names == {".ttf"}
    assert len(list(tmp_path.glob("*.ttf"))) == sum(map(len, FAMILIES.values()))
    assert len(json.loads((tmp_path / COVERAGE).read_text())) == len(FAMILIES)


@pytest.mark.parametrize("damage", ["Vazirmatn_400Regular.ttf", COVERAGE])
def test_a_damaged_folder_is_mended(damage: str, tmp_path: Path) -> None:
    prepare_fonts(FONT_PACKAGES, tmp_path)
    (tmp_path / damage).unlink()

    assert prepare_fonts(FONT_PACKAGES, tmp_path) is True
    assert (tmp_path / damage).stat().st_size > 0


def test_missing_packages_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="npm ci"):
        prepare_fonts(tmp_path / "nothing", tmp_path / "fonts")


def test_coverage_is_what_fonttools_reads(fonts: Path) -> None:
    for path in fonts.glob("*.ttf"):
        points = {p for a, b in covered_ranges(path) for p in range(a, b + 1)}
        with TTFont(path, lazy=True) as font:
            assert points == set(font.getBestCmap())


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"\x00\x01\x00\x00" + b"\x00" * 40]
)
def test_what_is_no_font_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "wrong.ttf"
    path.write_bytes(content)

    with pytest.raises(ValueError, match=r"no character map|not a TrueType font"):
        covered_ranges(path)

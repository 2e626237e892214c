"""What goes wrong while a PDF is made is told in plain words, and stays contained."""

from pathlib import Path

import pytest

from reports.renderers import pdf
from reports.renderers.errors import RenderError
from reports.renderers.pdf import render_pdf
from tests.reports.renderers.conftest import TIMESTAMP, Render
from tests.reports.renderers.factory import make_report


def test_timeout_is_told_to_people(fonts: Path) -> None:
    with pytest.raises(RenderError, match=r"took longer than 0\.01 seconds"):
        render_pdf(
            make_report(4), "full", fonts=fonts, timestamp=TIMESTAMP, timeout=0.01
        )


def test_failing_template_is_told_to_people(
    render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "full.typ").write_text("#panic()")
    monkeypatch.setattr(pdf, "TEMPLATES", tmp_path)

    with pytest.raises(RenderError, match="fault of Plumbline") as raised:
        render(make_report(4))
    assert "panicked" in raised.value.detail


def test_templates_read_nothing_outside_their_folder(
    render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "TEMPLATES", tmp_path)
    for path in ("/etc/passwd", "../secret.txt"):
        (tmp_path / "full.typ").write_text(f'#read("{path}")')
        with pytest.raises(RenderError):
            render(make_report(4))


def test_what_standards_forbid_is_printed_and_flagged(
    render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "full.typ").write_text('#set document(title: "t")\nx\ue000y')
    monkeypatch.setattr(pdf, "TEMPLATES", tmp_path)

    rendered = render(make_report(4))

    assert rendered.conforms is False
    assert rendered.content.startswith(b"%PDF")


def test_too_little_memory_is_told_to_people(
    render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MEMORY", 160 << 20)

    with pytest.raises(RenderError, match=r"too large|stopped unexpectedly"):
        render(make_report(93))


def test_missing_fonts_are_told_to_people(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="collect_fonts"):
        render_pdf(make_report(4), "full", fonts=tmp_path, timestamp=TIMESTAMP)


def test_the_web_process_never_compiles() -> None:
    """Typst hangs in a process forked after it compiled (PDF.md 5.1)."""
    sources = Path(pdf.__file__).parent.glob("*.py")
    importers = {path.name for path in sources if "import typst" in path.read_text()}

    assert importers == {"worker.py"}

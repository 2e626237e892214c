"""Fonts, and reports that are rendered once for all tests."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from reports.documents import AssessmentReport
from reports.renderers.fonts import prepare_fonts
from reports.renderers.pdf import RenderedPdf, render_pdf
from reports.renderers.text import Printer
from tests.reports.renderers.factory import make_report
from tests.reports.renderers.measuring import FONT_PACKAGES

TIMESTAMP = 1_795_269_780
Render = Callable[..., RenderedPdf]


@dataclass
class Opened:
    """A rendered report, its bytes and its structure."""

    content: bytes
    pdf: pikepdf.Pdf

    @classmethod
    def of(cls, rendered: RenderedPdf) -> "Opened":
        assert rendered.conforms
        return cls(rendered.content, pikepdf.open(BytesIO(rendered.content)))


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fonts")
    prepare_fonts(FONT_PACKAGES, folder)
    return folder


@pytest.fixture(scope="session")
def printer(fonts: Path) -> Printer:
    return Printer(fonts)


@pytest.fixture(scope="session")
def render(fonts: Path) -> Render:
    def render_one(document: AssessmentReport, kind: str = "full") -> RenderedPdf:
        return render_pdf(document, kind, fonts=fonts, timestamp=TIMESTAMP)

    return render_one


@pytest.fixture(scope="session")
def full(render: Render) -> Opened:
    return Opened.of(render(make_report(sealed=True)))


@pytest.fixture(scope="session")
def executive(render: Render) -> Opened:
    return Opened.of(render(make_report(provisional=True), "executive"))

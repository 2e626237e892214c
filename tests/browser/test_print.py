"""Pages on paper: no navigation, everything unfolded, no heading left alone."""

import re
import subprocess
from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.factories.assessments import answer_all
from tests.factories.standards import built_in_edition
from tests.reports.renderers import inspection

# What helps on a screen and is only in the way on paper.
SCREEN_ONLY = ("Sign out", "Skip to content", "Menu", "Accessibility", "Save section")
LINE = re.compile(r'<line [^>]*yMax="(?P<bottom>[\d.]+)">(?P<words>.*?)</line>', re.S)


@dataclass(frozen=True)
class Paper:
    """A page of ours as it comes out of the printer."""

    content: bytes
    headings: list[str]

    @property
    def text(self) -> str:
        return " ".join(inspection.text(self.content).split())

    def sheets(self) -> list[list[str]]:
        """The lines of each sheet, from top to bottom."""
        command = ["pdftotext", "-bbox-layout", "-", "-"]
        result = subprocess.run(
            command, input=self.content, capture_output=True, check=True
        )
        pages = result.stdout.decode().split("<page ")[1:]
        return [self._lines(page) for page in pages]

    def _lines(self, page: str) -> list[str]:
        found = [
            (
                float(match["bottom"]),
                " ".join(re.findall(r">([^<]+)</word>", match["words"])),
            )
            for match in LINE.finditer(page)
        ]
        return [words for _bottom, words in sorted(found)]

    def orphans(self) -> list[str]:
        """The headings that end a sheet, with their text on the next one."""
        lasts = [lines[-1] for lines in self.sheets()[:-1] if lines]
        return [last for last in lasts if last in self.headings]


def print_out(page: Page, path: str) -> Paper:
    page.goto(path)
    headings = page.locator("h2, h3, h4").all_inner_texts()
    content = page.pdf(format="A4", prefer_css_page_size=True)
    return Paper(content, [" ".join(text.split()) for text in headings])


@pytest.fixture
def page_of(plant, new_context, enter) -> Page:
    """The manager's, in a dark scheme, which paper ignores."""
    answer_all(plant.assessment, "2")
    return enter(new_context(color_scheme="dark").new_page(), plant.manager)


def test_the_task_list(page_of, plant):
    paper = print_out(
        page_of, reverse("assessments:tasks", args=[plant.assessment.code])
    )
    check(paper, sheets=1)
    assert "Porto site and its cloud services" in paper.text
    assert "Page 1 C.1–C.6 6 of 6 Open to the team 5 Dec In progress" in paper.text


def test_the_results(page_of, plant):
    paper = print_out(page_of, plant.results)
    check(paper, sheets=range(2, 5))
    # Of the working, which is folded on a screen.
    assert "Add level × weight 6 answers 24" in paper.text
    assert "What to work on first" in paper.text


def test_an_edition(transactional_db, new_context):
    edition = built_in_edition("iso-27001/2022")
    page = new_context().new_page()
    path = reverse("standards:edition", args=[edition.standard.slug, edition.slug])
    paper = print_out(page, path)
    check(paper, sheets=range(15, 70))
    # Of the scale, which is folded on a screen.
    assert "Single people do it when they think of it" in paper.text
    assert "5.1 Leadership and commitment" in paper.text


def check(paper: Paper, *, sheets: int | range) -> None:
    count = len(paper.sheets())
    assert count in (sheets if isinstance(sheets, range) else [sheets])
    assert [text for text in SCREEN_ONLY if text in paper.text] == []
    assert paper.orphans() == []

"""Text is made printable, whatever people typed."""

import random
import unicodedata
from dataclasses import replace

import pytest

from reports.documents import Finding, Grade
from reports.renderers.text import Printer, break_long_runs, mark_language
from tests.reports.renderers.conftest import Render
from tests.reports.renderers.factory import make_bare_report

HOSTILE = (
    "\x00\x07\x1b[31m",
    "\ud800 half",
    "\udc00\ud800",
    "\ufeff\ufffe\uffff",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "\ue000\U000f0000 private",
    "ไทย עברית हिन्दी",
    "Z̵̧͓̈a̶̖̐l̷̰̈g̷̬̈o̵̖͝",
    "𝔘𝔫𝔦 𠮷",
    "👩‍👩‍👧‍👦 🏳️‍🌈 ⚠️ 1️⃣ 🇵🇹",
    "a\u0301\u0301\u0301",
    "\u200b\u200d\u2060",
    "\r\n\t\v\f\x85\u2028\u2029",
    "#" * 50 + "\\" * 50 + "$" * 50,
    "```typ\n#panic()\n```",
    "\u00ad" * 30,
)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("plain", "plain"),
        ("Ünïcödé – “quotes” …", "Ünïcödé – “quotes” …"),
        ("e\u0301", "é"),
        ("a\tb\r\nc\rd", "a b\nc\nd"),
        ("bell\x07 and \x00", "bell and "),
        ("\ud83d\ude00", "😀"),
        ("half \ud800", "half �"),
        ("over\u202eride", "override"),
        ("ไทย", "ไทย"),
        ("质量 الأمن ασφάλεια 보안", "质量 الأمن ασφάλεια 보안"),
        ("👍🏽", "👍🏽"),
        ("x\u0f71", "x"),
        ("", ""),
    ],
)
def test_clean(typed: str, printed: str, printer: Printer) -> None:
    assert printer.clean(typed) == printed


@pytest.mark.parametrize("text", HOSTILE)
def test_clean_twice_is_clean_once(text: str, printer: Printer) -> None:
    once = printer.clean(text)

    assert printer.clean(once) == once
    assert not {unicodedata.category(c) for c in once} & {"Cs", "Co", "Cn"}


def test_hashes_are_not_broken_where_they_have_a_column(printer: Printer) -> None:
    digest = "ab" * 32

    marked = printer.mark({"sha256": digest, "note": digest}, "en")

    assert marked["sha256"] == digest
    assert "\u200b" in marked["note"]


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("a short word", "a short word"),
        ("x" * 30, f"{'x' * 12}|{'x' * 12}|{'x' * 6}"),
        ("https://example.org/a?b=c&d=e", "https://|example.|org/|a?|b=|c&|d=|e"),
        ("质" * 40, "质" * 40),
    ],
)
def test_break_long_runs(text: str, broken: str) -> None:
    assert break_long_runs(text).replace("\u200b", "|") == broken


@pytest.mark.parametrize(
    ("text", "lang", "rtl"),
    [
        ("质量管理体系 ISO", "zh", False),
        ("検査は毎年", "ja", False),
        ("보안 정책", "ko", False),
        ("مراجعة A.5", "ar", True),
        ("Έλεγχος", "el", False),
    ],
)
def test_foreign_text_is_marked(text: str, lang: str, rtl: bool) -> None:
    assert mark_language(text, "en") == {"text": text, "lang": lang, "rtl": rtl}


@pytest.mark.parametrize("text", ["plain", "Größe – geprüft", "Проверка", "12 €"])
def test_own_text_is_not_marked(text: str) -> None:
    assert mark_language(text, "en") == text


def test_two_hundred_hostile_texts_still_make_a_standard_pdf(render: Render) -> None:
    chance = random.Random(27001)
    texts = [*HOSTILE, *(_hostile(chance) for _ in range(200))]
    document = replace(
        make_bare_report(),
        findings=tuple(
            Finding(f"F{i}", Grade.MINOR, "Minor", f"A.{i}", text or "-", text)
            for i, text in enumerate(texts)
        ),
    )

    assert render(document).conforms


def _hostile(chance: random.Random) -> str:
    ranges = (
        (0x0, 0x24F),
        (0x300, 0x36F),
        (0x370, 0x6FF),
        (0x900, 0xE7F),
        (0x1F00, 0x2BFF),
        (0x3000, 0x9FFF),
        (0xAC00, 0xFFFF),
        (0x1D400, 0x1FAFF),
        (0x20000, 0x323AF),
    )
    return "".join(
        chr(chance.randint(*chance.choice(ranges)))
        for _ in range(chance.randint(1, 24))
    )

"""Texts of the executive report that are cut to fit its two pages."""

from dataclasses import replace

from reports.renderers.data import shorten
from tests.reports.renderers.factory import make_report


def test_a_long_next_step_ends_after_a_whole_word():
    report = make_report()
    words = "Reporting is 3.6.2, testing is 3.6.3. " * 20
    gap = replace(report.gaps[0], next_step=words, after="X" * 400)

    short = shorten(replace(report, gaps=(gap,))).gaps[0]

    kept, _space, end = short.next_step.rpartition(" ")
    assert end == "…"
    assert words.startswith(kept)
    assert words[len(kept)] in " .,"
    assert short.after.endswith("X…")

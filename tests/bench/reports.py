"""PDF reports of three sizes against the handbook's limits: medians, as it has them."""

from statistics import median

from tests.bench.table import Figure
from tests.reports.renderers.measuring import measure

SIZES = (93, 330, 1200)
REPEATED = 5
NAMES = {"to_bare": "cpu to a bare compile"}
KEYS = {"cpu": "s", "to_bare": "times", "rss": "MB", "size": "KB"}


def figures() -> list[Figure]:
    found = []
    for size in SIZES:
        measured = [measure(size) for _ in range(REPEATED)]
        limits = measured[0]["limits"]
        found += [
            Figure(
                f"PDF of {size} controls: {NAMES.get(key, key)}",
                median(one[key] for one in measured),
                unit,
                most=limits.get(key),
            )
            for key, unit in KEYS.items()
        ]
    return found

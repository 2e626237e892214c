"""PDF reports of three sizes against the handbook's limits."""

from tests.bench.table import Figure
from tests.reports.renderers.measuring import measure

SIZES = (93, 330, 1200)
KEYS = {"wall": "s", "cpu": "s", "rss": "MB", "size": "KB"}


def figures() -> list[Figure]:
    found = []
    for size in SIZES:
        measured = measure(size)
        limits = measured["limits"]
        found += [
            Figure(
                f"PDF of {size} controls: {key}",
                measured[key],
                unit,
                most=limits.get(key),
            )
            for key, unit in KEYS.items()
        ]
    return found

"""Fixed amounts of work, measured beside our own on the same machine at the same time.

A slow day slows both, so limits are ratios: this code broke four limits in seconds on
a day on which nothing had changed.
"""

import time
from collections.abc import Callable
from decimal import Decimal
from functools import cache

ROUNDS = 15
TURNS = 20_000


def cpu_seconds(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """CPU seconds of one call, the best of several: noise only ever adds."""
    best = float("inf")
    for _round in range(rounds):
        begun = time.process_time()
        action()
        best = min(best, time.process_time() - begun)
    return best


def _loop() -> Decimal:
    """What the engine is made of: decimals, tuples and dictionaries."""
    total, seen = Decimal(0), {}
    for number in range(TURNS):
        value = Decimal(number % 6)
        total += value * 3 / 7
        seen[number % 97, "ref"] = (value, total)
    return total


@cache
def python_loop() -> float:
    """CPU seconds of the fixed loop, measured once a run."""
    return cpu_seconds(_loop)

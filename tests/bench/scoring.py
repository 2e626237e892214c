"""CPU time of the scoring engine, whole tree with trace, and of a portfolio."""

import time
from collections.abc import Callable

from assessments.queries.scores import scoring_edition
from assessments.scoring import Answer, score
from tests.bench.table import Figure
from tests.factories.standards import synthetic_edition

ROUNDS = 15


def cpu_ms(action: Callable[[], object]) -> float:
    """The best of several rounds: noise only ever adds."""
    best = float("inf")
    for _round in range(ROUNDS):
        begun = time.process_time()
        action()
        best = min(best, time.process_time() - begun)
    return best * 1000


def figures() -> list[Figure]:
    times = {}
    found = []
    for size, most in ((93, 5), (1200, 50)):
        edition = scoring_edition(synthetic_edition(controls=size))
        answers = {
            control.ref: Answer(str(number % 6))
            for number, control in enumerate(_controls(edition))
        }
        score(edition, answers)
        times[size] = cpu_ms(lambda e=edition, a=answers: score(e, a))
        found.append(
            Figure(
                f"score {size} controls with trace",
                round(times[size], 2),
                "ms CPU",
                most=most,
            )
        )
    ratio = times[1200] / times[93]
    found.append(
        Figure("score: 1,200 to 93 controls", round(ratio, 1), "times", most=16)
    )
    return found


def _controls(edition):
    stack = list(edition.sections)
    while stack:
        section = stack.pop()
        yield from section.controls
        stack.extend(section.sections)

"""CPU time of the scoring engine, whole tree with trace, and of a portfolio."""

import time
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Answer as StoredAnswer
from assessments.models import Assessment
from assessments.models.assessment import new_code
from assessments.queries.overview import overviews, with_names
from assessments.queries.prepared import scoring_edition
from assessments.scoring import Answer, score
from standards.queries.tree import edition_tree
from tests.bench import setting
from tests.bench.table import Figure
from tests.factories.assessments import tree_of
from tests.factories.standards import built_in_library, synthetic_edition

ROUNDS = 15
# A portfolio: so many assessments, each of so many controls.
ASSESSMENTS, CONTROLS = 500, 100


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
    found.append(_c2m2())
    ratio = times[1200] / times[93]
    found.append(
        Figure("score: 1,200 to 93 controls", round(ratio, 1), "times", most=16)
    )
    return found + _portfolio()


def _c2m2() -> Figure:
    """The 356 practices of C2M2, levels per domain, whole tree with trace."""
    (data,) = (one for one in built_in_library().editions if one.code == "c2m2/2.1")
    edition = scoring_edition(data)
    options = ("LI", "FI", "PI", "NI", "FI")
    answers = {
        control.ref: Answer(options[number % len(options)])
        for number, control in enumerate(data.assessable())
    }
    score(edition, answers)
    time_ms = cpu_ms(lambda: score(edition, answers))
    name = f"score {len(answers)} C2M2 practices with trace"
    return Figure(name, round(time_ms, 2), "ms CPU", most=15)


def _portfolio() -> list[Figure]:
    """Everything that a portfolio shows of each assessment, from an empty cache on."""
    first = setting.assessment(CONTROLS)
    controls = tree_of(first).assessable()
    fields = {field.name for field in Assessment._meta.concrete_fields} - {"id", "code"}
    same = {name: getattr(first, name) for name in fields}
    Assessment.objects.bulk_create(
        Assessment(**same, code=new_code()) for _number in range(ASSESSMENTS - 1)
    )
    found = with_names(Assessment.objects.filter(edition=first.edition_id))
    StoredAnswer.objects.bulk_create(
        StoredAnswer(
            assessment_id=pk,
            control_id=control.pk,
            option=str((pk + place) % 6),
            updated_by=first.manager,
            updated_at=first.created_at,
        )
        for pk in found.values_list("pk", flat=True)
        for place, control in enumerate(controls)
    )
    edition_tree.cache_clear()
    with CaptureQueriesContext(connection) as captured:
        begun = time.process_time()
        rows = overviews(found)
        said = [(row.value, row.against_target, row.target) for row in rows]
        seconds = time.process_time() - begun
    assert len(said) == ASSESSMENTS
    assert all(map(all, said))
    name = f"portfolio: {ASSESSMENTS} assessments of {CONTROLS} controls"
    return [
        Figure(name, round(seconds, 2), "s CPU", most=2),
        Figure(name, len(captured), "statements", most=10),
    ]


def _controls(edition):
    stack = list(edition.sections)
    while stack:
        section = stack.pop()
        yield from section.controls
        stack.extend(section.sections)

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
from tests.bench.yardstick import cpu_seconds, python_loop
from tests.factories.assessments import tree_of
from tests.factories.standards import built_in_library, synthetic_edition

# A portfolio: so many assessments, each of so many controls.
ASSESSMENTS, CONTROLS = 500, 100


def compared(name: str, action: Callable[[], object], most: float) -> list[Figure]:
    """CPU time of one call, and how many of the fixed loops of Python it takes."""
    seconds = cpu_seconds(action)
    loops = seconds / python_loop()
    return [
        Figure(name, round(seconds * 1000, 2), "ms CPU"),
        Figure(f"{name}, to the fixed loop", round(loops, 2), "times", most=most),
    ]


def figures() -> list[Figure]:
    rows = [Figure("fixed loop of Python", round(python_loop() * 1000, 2), "ms CPU")]
    times = {}
    for size, most in ((93, 0.25), (1200, 2.5)):
        edition = scoring_edition(synthetic_edition(controls=size))
        answers = {
            control.ref: Answer(str(number % 6))
            for number, control in enumerate(_controls(edition))
        }
        score(edition, answers)
        rows += compared(
            f"score {size} controls with trace",
            lambda e=edition, a=answers: score(e, a),
            most,
        )
        times[size] = rows[-1].value
    ratio = times[1200] / times[93]
    rows.append(
        Figure("score: 1,200 to 93 controls", round(ratio, 1), "times", most=16)
    )
    return [*rows, *_c2m2(), *_portfolio()]


def _c2m2() -> list[Figure]:
    """The 356 practices of C2M2, levels per domain, whole tree with trace."""
    (data,) = (one for one in built_in_library().editions if one.code == "c2m2/2.1")
    edition = scoring_edition(data)
    options = ("LI", "FI", "PI", "NI", "FI")
    answers = {
        control.ref: Answer(options[number % len(options)])
        for number, control in enumerate(data.assessable())
    }
    score(edition, answers)
    name = f"score {len(answers)} C2M2 practices with trace"
    return compared(name, lambda: score(edition, answers), 0.8)


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
        Figure(name, round(seconds, 2), "s CPU"),
        Figure(
            f"{name}, to the fixed loop",
            round(seconds / python_loop()),
            "times",
            most=120,
        ),
        Figure(name, len(captured), "statements", most=10),
    ]


def _controls(edition):
    stack = list(edition.sections)
    while stack:
        section = stack.pop()
        yield from section.controls
        stack.extend(section.sections)

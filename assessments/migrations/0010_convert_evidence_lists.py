"""Store what each revision changed of the evidence, and the present asks.

The lists that each revision copied are compared with the one before. This stands
alone: PostgreSQL changes no table whose rows were changed in the same transaction.
"""

from collections.abc import Iterator
from itertools import groupby

from django.db import migrations

BATCH = 200


def convert(apps, _editor) -> None:
    """Store what each version attached and detached, and the present asks."""
    Answer = apps.get_model("assessments", "Answer")
    AnswerRevision = apps.get_model("assessments", "AnswerRevision")
    with_evidence = AnswerRevision.objects.exclude(evidence=[]).values("answer")
    rows = AnswerRevision.objects.filter(answer__in=with_evidence)
    _store(AnswerRevision, _compared(rows.only("answer", "evidence")))
    asked = Answer.objects.exclude(ask=None)
    for pk, version, ask in asked.values_list("pk", "version", "ask").iterator():
        AnswerRevision.objects.filter(answer=pk, version=version).update(ask=ask)


def _compared(rows) -> Iterator:
    ordered = rows.order_by("answer", "version").iterator(chunk_size=BATCH)
    for _answer, revisions in groupby(ordered, key=lambda row: row.answer_id):
        before: dict[str, dict] = {}
        for revision in revisions:
            after = {item["code"]: item for item in revision.evidence}
            revision.attached = [after[code] for code in after if code not in before]
            revision.detached = [before[code] for code in before if code not in after]
            before = after
            yield revision


def restore(apps, _editor) -> None:
    """Store the whole list in each version again."""
    AnswerRevision = apps.get_model("assessments", "AnswerRevision")
    changed = AnswerRevision.objects.exclude(attached=[]).values("answer")
    rows = AnswerRevision.objects.filter(answer__in=changed)
    ordered = rows.order_by("answer", "version").iterator(chunk_size=BATCH)
    for _answer, revisions in groupby(ordered, key=lambda row: row.answer_id):
        present: dict[str, dict] = {}
        for revision in revisions:
            for item in revision.detached:
                present.pop(item["code"], None)
            present |= {item["code"]: item for item in revision.attached}
            revision.evidence = list(present.values())
            revision.save(update_fields=["evidence"])


def _store(model, revisions: Iterator) -> None:
    batch = []
    for revision in revisions:
        if not revision.attached and not revision.detached:
            continue
        batch.append(revision)
        if len(batch) == BATCH:
            model.objects.bulk_update(batch, ["attached", "detached"])
            batch = []
    if batch:
        model.objects.bulk_update(batch, ["attached", "detached"])


class Migration(migrations.Migration):
    dependencies = [("assessments", "0009_evidence_changes")]

    operations = [migrations.RunPython(convert, restore)]

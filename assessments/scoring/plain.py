"""A score as plain data: for JSON, for snapshots, for other programs."""

from __future__ import annotations

from decimal import Decimal

from assessments.scoring.result import Score, SectionScore
from common.numbers import exact_text


def to_plain(score: Score | SectionScore) -> dict[str, object]:
    """Return the score with its sections as JSON values.

    Numbers are text at full precision, or None; counts are integers. The trace is left
    out: it explains a number and is no part of it.
    """
    return {
        "name": score.name,
        "value": _exact(score.value),
        "min": _exact(score.minimum),
        "max": _exact(score.maximum),
        "unit": score.unit,
        "label": score.label,
        "status": score.status,
        "coverage": {
            "answered": score.coverage.answered,
            "applicable": score.coverage.applicable,
        },
        "low": _exact(score.low),
        "high": _exact(score.high),
        "excluded_na": score.excluded_na,
        "gates": [
            {"id": gate.id, "outcome": gate.outcome, "message": gate.message}
            for gate in score.gates
        ],
        "sections": [
            {"ref": section.ref, "title": section.title, **to_plain(section)}
            for section in score.sections
        ],
    }


def _exact(number: Decimal | None) -> str | None:
    return None if number is None else exact_text(number)

"""Checks rows of answers before they are stored or scored."""

from __future__ import annotations

from collections.abc import Iterable

from assessments.scoring.edition import AnswerRow, Edition
from assessments.scoring.plan import Plan, prepare
from assessments.scoring.result import Problem


def check_answers(
    edition: Edition,
    rows: Iterable[AnswerRow | tuple[str, str | None] | tuple[str, str | None, str]],
) -> list[Problem]:
    """List every row that cannot be taken, in the order of the rows.

    A row is (ref, option, justification, line); a blank option means unanswered. Faults
    are an unknown or repeated ref, an answer to a control that is not asked, an option
    that the scale lacks or the control does not allow, N/A without a justification.
    """
    plan = prepare(edition)
    forbidden = _forbids_na(edition)
    seen: set[str] = set()
    problems = []
    for position, row in enumerate(rows, start=1):
        entry = AnswerRow(*row)
        message = _fault(plan, entry, seen, forbidden)
        if message:
            problems.append(Problem(entry.line or position, entry.ref, message))
        seen.add(entry.ref)
    return problems


def _forbids_na(edition: Edition) -> bool:
    missing = (
        getattr(step, "missing", None)
        for outcome in edition.profile.outcomes
        for step in outcome.steps
    )
    return any(entry is not None and entry.na == "forbid" for entry in missing)


def _fault(
    plan: Plan, row: AnswerRow, seen: set[str], na_forbidden: bool
) -> str | None:
    if row.ref not in plan.known:
        return f"unknown control {row.ref!r}"
    if row.ref in seen:
        return f"control {row.ref} stands here twice"
    if not row.option:
        return None
    if row.ref not in plan.index:
        return f"control {row.ref} is not asked itself"
    return _option_fault(plan, row, row.option, na_forbidden)


def _option_fault(
    plan: Plan, row: AnswerRow, code: str, na_forbidden: bool
) -> str | None:
    option = plan.options.get(code)
    if option is None:
        known = ", ".join(plan.options)
        return f"unknown option {code!r}; the scale has {known}"
    if code not in plan.leaves[plan.index[row.ref]].allowed:
        return f"option {code!r} is not allowed for control {row.ref}"
    if not option.na:
        return None
    if na_forbidden:
        return "this method knows no not-applicable"
    if not row.justification.strip():
        return f"option {code!r} needs a justification"
    return None

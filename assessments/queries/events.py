"""Entries of the event log as sentences that anybody understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import Event
from assessments.enums import State
from standards.loader import EditionData, SectionData

SENTENCES = {
    "assessment.created": _("Started the assessment."),
    "assessment.changed": _("Changed the plan."),
    "assessment.tuned": _("Changed weights or targets."),
    "assessment.submitted": _("Submitted the answers for review."),
    "assessment.resubmitted": _("Submitted the answers again."),
    "assessment.sent_back": _("Sent the answers back and asked for changes."),
    "assessment.accepted": _("Accepted the assessment."),
    "assessment.sealed": _("Sealed the assessment."),
    "assessment.reopened": _("Opened the assessment again."),
    "assessment.archived": _("Archived the assessment."),
    "assessment.restored": _("Took the assessment back from the archive."),
    "assessment.review_refused": _("Was kept from reviewing."),
    "section.assigned": _("Assigned a section."),
    "section.completed": _("Marked a section as completed."),
    "section.reopened": _("Marked a section as not completed."),
}
LABELS = {
    "auditor": _("Auditor"),
    "due": _("Due"),
    "edition": _("Edition"),
    "manager": _("Manager"),
    "owner": _("Owner"),
    "period_end": _("Period to"),
    "period_start": _("Period from"),
    "same_person": _("Counts as the same person"),
    "scope": _("Scope"),
    "section": _("Section"),
    "state": _("State"),
    "target": _("Target"),
    "targets": _("Targets"),
    "team": _("Team"),
    "weights": _("Weights"),
}
# What the note of a step is called.
NOTES = {
    "assessment.sent_back": _("Controls"),
    "assessment.reopened": _("Reason"),
    "assessment.submitted": _("Declaration"),
    "assessment.resubmitted": _("Declaration"),
}


@dataclass(frozen=True, slots=True)
class Detail:
    """One value: what it was and what it became; `before` is empty for a new one."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    sentence: str
    section: SectionData | None = None
    details: list[Detail] = field(default_factory=list)


def tell(event: Event, edition: EditionData) -> Told:
    """An event in words, with the values before and after."""
    before, after = event.before or {}, event.after or {}
    section = _section(after.get("section") or before.get("section"), edition)
    # The section stands in the line itself, and the state is what the sentence says.
    hidden = {"section", "state"} if event.action in SENTENCES else set()
    names = [name for name in {**before, **after} if name not in hidden]
    details = [_detail(event.action, name, before, after) for name in names]
    return Told(
        sentence=str(SENTENCES.get(event.action, event.action)),
        section=section,
        details=[detail for detail in details if detail.before != detail.after],
    )


def _section(ref: object, edition: EditionData) -> SectionData | None:
    return next((s for s in edition.all_sections() if s.ref == ref), None)


def _detail(
    action: str,
    name: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> Detail:
    label = NOTES.get(action, _("Note")) if name == "note" else LABELS.get(name)
    said = str(label) if label else name
    return Detail(said, _plain(before.get(name)), _plain(after.get(name)))


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        named = ((ref, _plain(one)) for ref, one in value.items())
        return ", ".join(f"{ref}: {text or '–'}" for ref, text in named)
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    text = str(value)
    if text in State.values:
        return str(State(text).label)
    day = _day(text)
    return date_format(day, "DATE_FORMAT") if day else text


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None

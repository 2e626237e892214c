"""Who may ask for a report, and who may read it: questions about a membership.

Everybody who sees results may ask for the executive report, which holds no notes. The
full report and the answers hold notes and evidence: only those who read answers may ask
for them. A finished report is a document of the organization, so viewers read both
printed ones; the answers as raw data stay with those who may read them on the pages.
"""

from accounts.models import Membership
from assessments.permissions import can_read_answers
from reports.enums import Format, Kind

PRINTED = frozenset({Kind.EXECUTIVE, Kind.FULL})


def requestable_kinds(member: Membership) -> frozenset[Kind]:
    return frozenset(Kind) if can_read_answers(member) else frozenset({Kind.EXECUTIVE})


def readable_kinds(member: Membership) -> frozenset[Kind]:
    return frozenset(Kind) if can_read_answers(member) else PRINTED


def can_request(member: Membership, kind: str) -> bool:
    return kind in requestable_kinds(member)


def can_read(member: Membership, kind: str) -> bool:
    return kind in readable_kinds(member)


def documents_for(
    member: Membership, documents: tuple[tuple[Kind, Format], ...]
) -> list[tuple[Kind, Format]]:
    """Those of `documents` that this member may ask for."""
    return [one for one in documents if can_request(member, one[0])]

"""The fixed choices of the work."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an assessment stands. UX.md section 2, auditor flow."""

    OPEN = "open", _("In progress")
    REVIEW = "review", _("In review")
    CHANGES = "changes", _("Changes requested")
    ACCEPTED = "accepted", _("Accepted")
    SEALED = "sealed", _("Sealed")


class Grade(models.TextChoices):
    """The auditor's conclusion on one revision of an answer."""

    CONFORMS = "conforms", _("Conforms")
    OBSERVATION = "observation", _("Observation")
    OPPORTUNITY = "opportunity", _("Opportunity for improvement")
    MINOR = "minor", _("Minor nonconformity")
    MAJOR = "major", _("Major nonconformity")
    # Only for standards that name it: the grades of most end at major.
    CRITICAL = "critical", _("Critical nonconformity")


NONCONFORMITIES = frozenset({Grade.MINOR, Grade.MAJOR, Grade.CRITICAL})


# Don't know: kept as an answer, counted as unanswered by every score.
UNKNOWN = "unknown"
# The shortest justification for 'not applicable' that says something.
JUSTIFICATION_MIN = 15
# A live score before this many answers would mislead more than it tells.
SCORE_AFTER = 5

"""Keeping people from reviewing what they have a part in."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from django.core.exceptions import PermissionDenied

from accounts.models import Event, User
from accounts.services.events import log
from assessments.models import Assessment
from assessments.queries.independence import Dependence, dependence_of

REFUSED = "assessment.review_refused"

P = ParamSpec("P")
R = TypeVar("R")


def by_independent_auditor(service: Callable[P, R]) -> Callable[P, R]:
    """Let a service with `assessment` and `by` act for independent people only.

    Raises PermissionDenied, and tells the organization in its log, outside of the
    transaction of the service, which does not begin.
    """

    @wraps(service)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        assessment = cast(Assessment, kwargs["assessment"])
        by = cast(User, kwargs["by"])
        if dependence := dependence_of(assessment, by):
            _log_once(assessment, by, dependence)
            raise PermissionDenied(dependence.message)
        return service(*args, **kwargs)

    return wrapper


def _log_once(assessment: Assessment, by: User, dependence: Dependence) -> None:
    """Write who was taken for whom; trying again adds nothing."""
    if dependence.other is None:
        return
    after = {"same_person": str(dependence.other)}
    events = Event.objects.filter(
        organization=assessment.organization_id,
        subject=assessment.subject,
        action=REFUSED,
        actor=by,
        after=after,
    )
    if not events.exists():
        log(
            organization=assessment.organization,
            actor=by,
            action=REFUSED,
            subject=assessment.subject,
            after=after,
        )

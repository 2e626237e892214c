"""Sending mail within limits: for a receiver, for a person, for all of Plumbline."""

import hashlib
import logging
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import SentMail, User

logger = logging.getLogger(__name__)

INVITATION = "invitation"
KEPT = timedelta(days=1)
HOUR = timedelta(hours=1)


def deliver(
    *, kind: str, to: str, send: Callable[[], object], person: User | None = None
) -> bool:
    """Send a mail and count it. Returns whether it left.

    It does not when a limit is reached, or the mail server is down; the log says why.
    """
    reached = _limit_reached(to, person)
    if reached:
        logger.warning("A mail (%s) did not leave: %s.", kind, reached)
        return False
    now = timezone.now()
    SentMail.objects.filter(at__lt=now - KEPT).delete()
    SentMail.objects.create(at=now, kind=kind, receiver=_hashed(to), person=person)
    try:
        send()
    except (SMTPException, OSError):
        logger.exception("A mail (%s) did not leave.", kind)
        return False
    return True


def invitations_in_last_hour(person: User | None = None) -> int:
    """How many invitations were mailed for one person, or for everybody."""
    sent = _last_hour().filter(kind=INVITATION)
    return sent.count() if person is None else sent.filter(person=person).count()


def _limit_reached(to: str, person: User | None) -> str:
    """Which limit of the last hour is reached, in words for the log; mostly none."""
    sent = _last_hour()
    to_receiver = sent.filter(receiver=_hashed(to))
    if sent.count() >= settings.MAILS_MAX_PER_HOUR:
        return "this installation sent as many as it may (PLUMBLINE_MAILS_PER_HOUR)"
    if to_receiver.count() >= settings.MAILS_MAX_PER_RECEIVER:
        return "its receiver got as many as one address may"
    if person is None:
        return ""
    of_person = sent.filter(person=person).count()
    if of_person >= settings.MAILS_MAX_PER_PERSON:
        return f"person {person.pk} sent as many as one may"
    from_person = to_receiver.filter(person=person).count()
    if from_person >= settings.MAILS_MAX_PER_RECEIVER_OF_ONE_PERSON:
        return f"person {person.pk} sent its receiver as many as one may"
    return ""


def _last_hour() -> QuerySet[SentMail]:
    return SentMail.objects.filter(at__gt=timezone.now() - HOUR)


def _hashed(address: str) -> str:
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()

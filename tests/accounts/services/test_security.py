"""Clearing what is left of sessions."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.tasks import clear_sessions


def listed(person, session) -> UserSession:
    return UserSession.objects.create(
        user=person, session_key=session.session_key, ip="192.0.2.1", user_agent="x"
    )


def test_only_sessions_that_are_over_are_cleared(nobody, sign_in):
    over, living = sign_in(nobody), sign_in(nobody)
    listed(nobody, over.session)
    kept = listed(nobody, living.session)
    Session.objects.filter(session_key=over.session.session_key).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    clear_sessions()

    assert [s.session_key for s in Session.objects.all()] == [kept.session_key]
    assert list(UserSession.objects.all()) == [kept]


def test_it_is_done_every_hour(settings):
    job = settings.CELERY_BEAT_SCHEDULE["clear-sessions"]
    assert (job["task"], job["schedule"]) == (clear_sessions.name, 3600)

"""Eight people who save without pause at the real web server: is all of it kept?"""

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from accounts.models import Membership
from assessments.models import Answer, AnswerRevision
from config.processes import web_command
from tests.bench import setting
from tests.bench.table import Figure
from tests.factories.accounts import TeamFactory
from tests.factories.assessments import tree_of

CLIENTS = 8
SECONDS = 20
SIZES = (93, 1200)
# Locking, comparing, a revision and an event beside the row itself.
SAVE_TO_BARE = 4


@dataclass
class Sender:
    """One person in a browser, who sends forms and notes how long each takes."""

    base: str
    cookies: str
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def run(self, until: float) -> None:
        number = 0
        while time.monotonic() < until:
            number += 1
            self.save(number)

    def save(self, number: int) -> None:
        raise NotImplementedError

    def post(self, path: str, fields: dict[str, object]) -> bool:
        """Send a form and say whether it was taken."""
        data = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": "x" * 32})
        headers = {
            "Accept": "application/json",
            "Cookie": self.cookies,
            "X-CSRFToken": "x" * 32,
            "Origin": self.base,
        }
        request = urllib.request.Request(self.base + path, data.encode(), headers)
        begun = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                response.read()
        except urllib.error.HTTPError as error:
            self.errors.append(f"{error.code} {error.read()[:200]!r}")
            return False
        except OSError as error:
            self.errors.append(str(error))
            return False
        self.times.append(time.monotonic() - begun)
        return True


@dataclass
class BareSender(Sender):
    """Saves one row of one table, again and again: the yardstick."""

    team: int = 0

    def save(self, number: int) -> None:
        self.post(f"/teams/{self.team}/", {"name": f"Team {self.team} {number}"})


@dataclass
class Writer(Sender):
    """Answers some controls in turn, with a version for each."""

    code: str = ""
    refs: list[str] = field(default_factory=list)
    last: dict[str, tuple[int, str]] = field(default_factory=dict)

    def save(self, number: int) -> None:
        ref, option = self.refs[number % len(self.refs)], str(number % 6)
        version = self.last.get(ref, (0, ""))[0]
        note = f"Note {number}"
        fields: dict[str, object] = {
            f"option:{ref}": option,
            f"note:{ref}": note,
            f"version:{ref}": version,
            f"key:{ref}": f"{ref}-{number}",
        }
        control = f"/assessments/{self.code}/controls/{urllib.parse.quote(ref)}"
        if self.post(f"{control}/answer/", fields):
            self.last[ref] = (version + 1, note)


def figures() -> list[Figure]:
    bare = _bare_p50()
    return [figure for size in SIZES for figure in _of_size(size, bare)]


def _bare_p50() -> float:
    """Median seconds of a bare form save by as many clients at the same server."""
    organization = setting.assessment(SIZES[0]).organization
    people = _people(organization)
    teams = [TeamFactory(organization=organization).pk for _person in people]
    with _web_server("tests.bench.bare") as base:
        senders = [
            BareSender(base, _cookies(user), team=team)
            for user, team in zip(people, teams, strict=True)
        ]
        _run(senders, SECONDS / 2)
    errors = [error for sender in senders for error in sender.errors]
    assert not errors, errors[0]
    return statistics.median(t for sender in senders for t in sender.times)


def _of_size(size: int, bare: float) -> list[Figure]:
    assessment = setting.assessment(size)
    refs = [control.ref for control in tree_of(assessment).assessable()]
    share = len(refs) // CLIENTS
    with _web_server("config.settings") as base:
        writers = [
            Writer(
                base,
                _cookies(user),
                code=assessment.code,
                refs=refs[n * share : (n + 1) * share],
            )
            for n, user in enumerate(_people(assessment.organization))
        ]
        _run(writers, SECONDS)
    return _judge(size, assessment, writers, bare)


def _people(organization) -> list:
    members = Membership.objects.filter(organization=organization, role="contributor")
    return list(get_user_model().objects.filter(memberships__in=members)[:CLIENTS])


def _run(senders: Sequence[Sender], seconds: float) -> None:
    connections.close_all()
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=s.run, args=(until,)) for s in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _judge(size: int, assessment, writers: list[Writer], bare: float) -> list[Figure]:
    times = sorted(t for writer in writers for t in writer.times)
    errors = [error for writer in writers for error in writer.errors]
    for error in errors[:3]:
        print(error, file=sys.stderr)
    stored = {
        ref: (version, note)
        for ref, version, note in Answer.objects.filter(
            assessment=assessment
        ).values_list("control__ref", "version", "note")
    }
    told = {ref: last for writer in writers for ref, last in writer.last.items()}
    lost = sum(stored.get(ref) != last for ref, last in told.items())
    revisions = AnswerRevision.objects.filter(answer__assessment=assessment).count()
    name = f"{size} controls, {CLIENTS} clients: "
    median = statistics.median(times)
    p95 = times[int(len(times) * 0.95)]
    return [
        Figure(name + "saves", round(len(times) / SECONDS, 1), "saves/s"),
        Figure(name + "p50", round(median * 1000, 1), "ms"),
        Figure(
            name + "p50 to a bare form save",
            round(median / bare, 2),
            "times",
            most=SAVE_TO_BARE,
        ),
        Figure(name + "p95", round(p95 * 1000, 1), "ms"),
        Figure(name + "errors", len(errors), "errors", most=0),
        Figure(name + "lost answers", lost, "answers", most=0),
        Figure(name + "revisions missing", len(times) - revisions, "revisions", most=0),
    ]


def _cookies(user) -> str:
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={'x' * 32}"


@contextmanager
def _web_server(settings_module: str) -> Iterator[str]:
    """The address of our web server with these settings."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        web_command("127.0.0.1", port),
        env=os.environ | {"DJANGO_SETTINGS_MODULE": settings_module},
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{base}/help/", server)
        yield base
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        with suppress(OSError):
            urllib.request.urlopen(url, timeout=1).read()
            return
        assert server.poll() is None, "the web server ended"
        time.sleep(0.1)
    raise RuntimeError("The web server did not start.")

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
from tests.factories.assessments import tree_of

CLIENTS = 8
SECONDS = 20
SIZES = (93, 1200)


@dataclass
class Writer:
    """One person in a browser: a session, some controls, a version for each."""

    base: str
    code: str
    refs: list[str]
    cookies: str
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    last: dict[str, tuple[int, str]] = field(default_factory=dict)

    def run(self, until: float) -> None:
        number = 0
        while time.monotonic() < until:
            ref = self.refs[number % len(self.refs)]
            number += 1
            self._save(ref, str(number % 6), number)

    def _save(self, ref: str, option: str, number: int) -> None:
        version = self.last.get(ref, (0, ""))[0]
        note = f"Note {number}"
        data = urllib.parse.urlencode(
            {
                f"option:{ref}": option,
                f"note:{ref}": note,
                f"version:{ref}": version,
                f"key:{ref}": f"{ref}-{number}",
                "csrfmiddlewaretoken": "x" * 32,
            }
        ).encode()
        control = f"/assessments/{self.code}/controls/{urllib.parse.quote(ref)}"
        url = f"{self.base}{control}/answer/"
        request = urllib.request.Request(
            url,
            data,
            {
                "Accept": "application/json",
                "Cookie": self.cookies,
                "X-CSRFToken": "x" * 32,
                "Origin": self.base,
            },
        )
        begun = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                response.read()
        except urllib.error.HTTPError as error:
            self.errors.append(f"{error.code} {error.read()[:200]!r}")
            return
        except OSError as error:
            self.errors.append(str(error))
            return
        self.times.append(time.monotonic() - begun)
        self.last[ref] = (version + 1, note)


def figures() -> list[Figure]:
    return [figure for size in SIZES for figure in _of_size(size)]


def _of_size(size: int) -> list[Figure]:
    assessment = setting.assessment(size)
    refs = [control.ref for control in tree_of(assessment).assessable()]
    members = Membership.objects.filter(
        organization=assessment.organization, role="contributor"
    )
    people = get_user_model().objects.filter(memberships__in=members)
    base, server = _web_server()
    try:
        share = len(refs) // CLIENTS
        writers = [
            Writer(
                base, assessment.code, refs[n * share : (n + 1) * share], _cookies(user)
            )
            for n, user in enumerate(people[:CLIENTS])
        ]
        connections.close_all()
        until = time.monotonic() + SECONDS
        threads = [threading.Thread(target=w.run, args=(until,)) for w in writers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        server.terminate()
        server.wait()
    return _judge(size, assessment, writers)


def _judge(size: int, assessment, writers: list[Writer]) -> list[Figure]:
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
    p95 = times[int(len(times) * 0.95)] if times else 0
    return [
        Figure(name + "saves", round(len(times) / SECONDS, 1), "saves/s"),
        Figure(name + "p50", round(statistics.median(times) * 1000, 1), "ms"),
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


def _web_server() -> tuple[str, subprocess.Popen[bytes]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = web_command("127.0.0.1", port)
    server = subprocess.Popen(command, env=os.environ, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    for _attempt in range(200):
        try:
            urllib.request.urlopen(f"{base}/help/", timeout=1).read()
            break
        except OSError:
            time.sleep(0.1)
    return base, server

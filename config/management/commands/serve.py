"""`manage.py serve`: all of Plumbline in one terminal.

An embedded broker (unless CELERY_BROKER_URL names another), the worker, the clock of
its jobs and the web server. Each starts again when it dies; Ctrl-C stops them in order.
"""

import contextlib
import errno
import fcntl
import http.client
import os
import socket
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.utils import OperationalError

from common.health import ask_broker
from config import broker, preparation
from config.environment import NO_ROOM, CannotStart, name_of
from config.processes import clock_command, web_command, worker_command
from config.supervisor import Child, GivingUp, StopRequested, Supervisor, say

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
DISK_FAULTS = (*NO_ROOM, errno.EACCES, errno.EPERM, errno.EIO)
READY_WITHIN = 60  # seconds; a first start on a slow machine takes a while


class Command(BaseCommand):
    help = "Starts web server, worker and broker, and stops them in order on Ctrl-C."
    # `make check` runs them all; here they would import every view just for that.
    requires_system_checks = [Tags.staticfiles]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", default=settings.PORT, type=int)

    def handle(self, *_args: Any, host: str, port: int, **_options: Any) -> None:
        supervisor = Supervisor()
        supervisor.listen()
        try:
            with only_one(address(host, port)):
                run(supervisor, host, port)
        except StopRequested:
            pass
        except (CannotStart, GivingUp) as problem:
            raise CommandError(str(problem)) from problem
        except OSError as problem:
            if problem.errno not in DISK_FAULTS:
                raise
            where = problem.filename or settings.DATA_DIR
            raise CommandError(f"{where}: {problem.strerror}.") from problem


def run(supervisor: Supervisor, host: str, port: int) -> None:
    """Start everything, and watch it until a signal raises StopRequested."""
    ensure_named(host)
    ensure_free(host, port)
    close_to_others()
    preparation.check_restored()
    preparation.check_folders()
    preparation.ensure_room()
    try:
        start_broker(supervisor)
        with supervisor.interruption():
            prepare()
        supervisor.start(Child("worker", worker_command(), patience=30))
        supervisor.start(Child("clock", clock_command(), patience=10))
        supervisor.start(Child("web server", web_command(host, port), patience=15))
        if not supervisor.wait_for(lambda: web_answers(host, port), READY_WITHIN):
            message = f"The web server did not answer within {READY_WITHIN} seconds."
            raise CannotStart(message)
        say(f"Plumbline is ready: {address(host, port)} (Ctrl-C stops it)")
        if settings.OWN_PORTS:
            say(f"It answers to no name but {', '.join(settings.ALLOWED_HOSTS)}")
        supervisor.watch()
    finally:
        supervisor.stop()


def start_broker(supervisor: Supervisor) -> None:
    if os.environ.get("CELERY_BROKER_URL"):
        try:
            ask_broker()
        except Exception as error:  # every client library has its own
            message = "The broker that CELERY_BROKER_URL names does not answer."
            raise CannotStart(message) from error
        return
    program = broker.find_program()
    if not program:
        message = (
            "No broker found: install valkey-server or redis-server, "
            "or let CELERY_BROKER_URL name one."
        )
        raise CannotStart(message)
    try:
        broker.prepare_directories(settings.DATA_DIR)
    except OSError as error:
        raise CannotStart(str(error)) from error
    command = broker.command(program, settings.DATA_DIR)
    path = broker.socket_path(settings.DATA_DIR)
    supervisor.start(
        Child(
            "broker",
            command,
            patience=10,
            mend=lambda: broker.set_queue_aside(settings.DATA_DIR),
        )
    )
    if not supervisor.wait_for(lambda: broker.answers(path), seconds=10):
        log = settings.DATA_DIR / "broker" / "log"
        message = f"The broker did not answer within 10 seconds; see {log}."
        raise CannotStart(message)


def close_to_others() -> None:
    if mended := preparation.close_to_others():
        say(f"{mended} files and folders were open to other users: closed to them")
    if settings.DATA_DIR.stat().st_mode & 0o077:
        say(f"{settings.DATA_DIR} is open to others and not ours: close it")


def prepare() -> None:
    preparation.forget_signs_of_life()
    try:
        preparation.check_database()
        preparation.migrate()
        preparation.load_library()
    except OperationalError as error:
        message = f"The database does not answer: {str(error).splitlines()[0]}"
        raise CannotStart(message) from error
    preparation.collect_fonts()
    if preparation.collect_static_files():
        say("static files collected")
    preparation.make_demo()


@contextlib.contextmanager
def only_one(where: str) -> Iterator[None]:
    """Hold the lock of the data directory; the kernel frees it however we end."""
    path = settings.DATA_DIR / "serve.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            message = (
                f"Plumbline already runs with the data in {settings.DATA_DIR}: "
                f"{file.read().strip() or 'it is just starting'}. Stop it first, "
                "or choose other data with PLUMBLINE_DATA."
            )
            raise CannotStart(message) from error
        file.truncate(0)
        file.write(f"process {os.getpid()}, {where}")
        file.flush()
        yield


def ensure_named(host: str) -> None:
    """Stop with a clear sentence if every browser but our own would be refused.

    Raises ImproperlyConfigured.
    """
    if name_of(host) not in LOOPBACK and LOOPBACK.issuperset(settings.ALLOWED_HOSTS):
        message = (
            f"HOST is '{host}', so PLUMBLINE_HOSTS should say what browsers call "
            "this server: names such as plumbline.example, separated by commas."
        )
        raise ImproperlyConfigured(message)


def ensure_free(host: str, port: int) -> None:
    """Stop with a clear sentence if the web server could not listen here.

    Raises CannotStart, or ImproperlyConfigured when HOST is no address of this machine.
    """
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = (
                f"Port {port} is already in use: stop the other program, "
                f"or choose another port, for example PORT={port + 1}."
            )
            raise CannotStart(message) from error
        if error.errno == errno.EACCES:
            message = (
                f"Only an administrator may use port {port}: choose one from 1024."
            )
            raise CannotStart(message) from error
        message = f"HOST is '{host}', but should be an address of this machine."
        raise ImproperlyConfigured(message) from error


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds us."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def web_answers(host: str, port: int) -> bool:
    """Say whether the web server answers at all; what it says does not matter here."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    request = http.client.HTTPConnection(name, port, timeout=5)
    try:
        request.request("HEAD", "/healthz", headers={"Host": "localhost"})
        request.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        request.close()
    return True

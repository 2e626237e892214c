"""Is everything there that Plumbline needs? Each answer comes within two seconds."""

import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong

from celery import current_app
from django.conf import settings
from django.db import connection

from common.signs import STALE_AFTER, clock_sign, seconds_since, worker_sign

logger = logging.getLogger(__name__)

SECONDS = 2
STARTED = time.monotonic()  # of this web server
START_SECONDS = 60  # in which worker and clock may come up
OK, STARTING = "ok", "starting"
# Bounded: questions that hang must not pile up threads, one for every new request.
POOL = ThreadPoolExecutor(max_workers=6, thread_name_prefix="health")


class Unwell(Exception):
    """The part answers, but not as it should; the text says how, for the public."""


class Starting(Unwell):
    """The part has not shown life yet, and need not have."""

    def __init__(self) -> None:
        super().__init__(STARTING)


def ask_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    finally:
        connection.close()  # this thread's own


def ask_broker() -> None:
    with current_app.connection_for_write(connect_timeout=1) as broker:
        broker.ensure_connection(max_retries=0, timeout=1)


def ask_clock() -> None:
    _judge(seconds_since(clock_sign()))


def ask_worker() -> None:
    """Judge by the last job; if the clock sends none, by an answer of the worker."""
    try:
        _judge(seconds_since(worker_sign()))
    except Unwell:
        if _is_well(ask_clock) or not current_app.control.ping(timeout=1):
            raise


def ask_disk() -> None:
    """Write a little to the data directory, and look at the room that is left."""
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
            file.write(bytes(4096))
    except OSError as error:
        raise Unwell(f"cannot be written: {error.strerror}") from error
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < settings.DISK_MIN_FREE_BYTES:
        left, least = (n // 1024**2 for n in (free, settings.DISK_MIN_FREE_BYTES))
        raise Unwell(f"{left} MB left, fewer than {least}")


def _judge(age: float | None) -> None:
    if age is None:
        if time.monotonic() - STARTED < START_SECONDS:
            raise Starting
        raise Unwell("no sign of life yet")
    if age > STALE_AFTER:
        raise Unwell(f"no sign of life for {age:.0f} seconds")


def _is_well(question: Callable[[], None]) -> bool:
    try:
        question()
    except Unwell:
        return False
    return True


QUESTIONS: Mapping[str, Callable[[], None]] = {
    "database": ask_database,
    "disk": ask_disk,
    "broker": ask_broker,
    "clock": ask_clock,
    "worker": ask_worker,
}


def examine() -> dict[str, str]:
    """Ask all parts at once, and return "ok", "starting" or what is wrong with each."""
    asked = {part: POOL.submit(question) for part, question in QUESTIONS.items()}
    return {part: _outcome(part, answer) for part, answer in asked.items()}


def _outcome(part: str, answer: "Future[None]") -> str:
    try:
        answer.result(timeout=SECONDS)
    except Unwell as problem:
        return str(problem)
    except TookTooLong:
        return "no answer in time"
    except Exception:  # whatever it is, the page must name the part that has it
        # The reason may hold addresses and passwords: it goes to the log alone.
        logger.warning("The %s is not reachable.", part, exc_info=True)
        return "not reachable"
    return OK

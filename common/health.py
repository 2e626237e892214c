"""Is everything there that Plumbline needs? Each answer comes within two seconds."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong

from celery import current_app
from django.db import connection

from common.tasks import STALE_AFTER, seconds_since_heartbeat

logger = logging.getLogger(__name__)

SECONDS = 2
# Bounded: questions that hang must not pile up threads, one for every new request.
POOL = ThreadPoolExecutor(max_workers=6, thread_name_prefix="health")


class Unwell(Exception):
    """The part answers, but not as it should; the text says how, for the public."""


def ask_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    finally:
        connection.close()  # this thread's own


def ask_broker() -> None:
    with current_app.connection_for_write(connect_timeout=1) as broker:
        broker.ensure_connection(max_retries=0, timeout=1)


def ask_worker() -> None:
    age = seconds_since_heartbeat()
    if age is None:
        message = "no sign of life yet"
        raise Unwell(message)
    if age > STALE_AFTER:
        message = f"no sign of life for {age:.0f} seconds"
        raise Unwell(message)


QUESTIONS: Mapping[str, Callable[[], None]] = {
    "database": ask_database,
    "broker": ask_broker,
    "worker": ask_worker,
}


def examine() -> dict[str, str]:
    """Ask all parts at once, and return "ok" or what is wrong with each."""
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
    return "ok"

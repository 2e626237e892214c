import errno
import os
import re
import time

import pytest
from django.test import override_settings

from common import health
from common.signs import clock_sign, worker_sign
from common.tasks import heartbeat
from tests.processes import kill_group, wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _urls():
    forget_signs()
    with override_settings(ROOT_URLCONF="tests.common.urls"):
        yield
    forget_signs()


@pytest.fixture(autouse=True)
def _long_since_started(monkeypatch):
    monkeypatch.setattr(health, "STARTED", time.monotonic() - health.START_SECONDS)


WELL = dict.fromkeys(("database", "disk", "broker", "clock", "worker"), "ok")


def forget_signs():
    worker_sign().unlink(missing_ok=True)
    clock_sign().unlink(missing_ok=True)


def show_life():
    heartbeat()
    clock_sign().touch()


def failing(part, outcome):
    return {
        "status": "failing",
        "failing": [part],
        "parts": WELL | {part: outcome},
    }


def of_age(sign, seconds):
    at = time.time() - seconds
    os.utime(sign, (at, at))


def test_all_parts_live(client, broker):
    show_life()

    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "failing": [],
        "parts": WELL,
    }
    assert "no-store" in response["Cache-Control"]


def test_a_worker_that_never_came_is_named(client, broker):
    clock_sign().touch()

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == failing("worker", "no sign of life yet")


def test_parts_that_come_up_are_no_fault(client, broker, monkeypatch, caplog):
    monkeypatch.setattr(health, "STARTED", time.monotonic())

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == {
        "status": "starting",
        "failing": [],
        "parts": WELL | {"clock": "starting", "worker": "starting"},
    }
    assert caplog.records == []


@pytest.mark.parametrize("seconds", [45, -45])
def test_a_worker_that_is_gone_is_named(client, broker, seconds):
    """Also when somebody set the time of the machine back."""
    show_life()
    of_age(worker_sign(), seconds)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == failing("worker", "no sign of life for 45 seconds")


def test_a_broker_that_is_gone_is_named(client, broker_that_is_gone):
    show_life()

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == failing("broker", "not reachable")


def test_a_database_that_is_gone_is_named_without_its_secrets(
    client, broker, monkeypatch
):
    show_life()

    def refuse():
        message = "password of database.internal is wrong"
        raise ConnectionError(message)

    monkeypatch.setitem(health.QUESTIONS, "database", refuse)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == failing("database", "not reachable")


def test_a_part_that_hangs_does_not_hang_the_page(client, broker, monkeypatch):
    show_life()
    monkeypatch.setattr(health, "SECONDS", 0.2)
    monkeypatch.setitem(health.QUESTIONS, "database", lambda: time.sleep(1))
    started = time.monotonic()

    response = client.get("/healthz")

    assert time.monotonic() - started < 1
    assert response.status_code == 503
    assert response.json() == failing("database", "no answer in time")


def test_a_clock_that_is_gone_is_named(client, broker):
    show_life()
    of_age(clock_sign(), 45)

    response = client.get("/healthz")

    assert response.json() == failing("clock", "no sign of life for 45 seconds")


def test_a_disk_with_little_room_is_named(client, broker, settings):
    show_life()
    settings.DISK_MIN_FREE_BYTES = 2**62

    response = client.get("/healthz")

    assert response.status_code == 503
    answer = response.json()
    assert answer["failing"] == ["disk"]
    assert re.fullmatch(
        r"\d+ MB left, fewer than 4398046511104", answer["parts"]["disk"]
    )


def test_a_disk_that_takes_nothing_is_named(client, broker, monkeypatch):
    def full(**_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    show_life()
    monkeypatch.setattr(health.tempfile, "TemporaryFile", full)

    response = client.get("/healthz")

    assert response.json() == failing(
        "disk", "cannot be written: No space left on device"
    )


def test_asking_is_all_that_one_can_do(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.processes
def test_a_real_worker_shows_life_at_once(client, worker):
    wait_until(worker_sign().exists, seconds=4)  # before the clock's first stroke

    assert client.get("/healthz").status_code == 200


@pytest.mark.processes
def test_a_worker_that_nobody_gives_jobs_is_not_blamed(client, worker):
    wait_until(worker_sign().exists)
    kill_group(worker.clock)
    of_age(worker_sign(), 45)
    of_age(clock_sign(), 45)

    response = client.get("/healthz")

    assert response.json() == failing("clock", "no sign of life for 45 seconds")

import os
import time

import pytest
from django.test import override_settings

from common import health
from common.tasks import heartbeat, heartbeat_file
from tests.processes import wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _urls():
    heartbeat_file().unlink(missing_ok=True)
    with override_settings(ROOT_URLCONF="tests.common.urls"):
        yield
    heartbeat_file().unlink(missing_ok=True)


def failing(part, outcome):
    return {
        "status": "failing",
        "failing": [part],
        "parts": {"database": "ok", "broker": "ok", "worker": "ok"} | {part: outcome},
    }


def test_all_parts_live(client, broker):
    heartbeat()

    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "failing": [],
        "parts": {"database": "ok", "broker": "ok", "worker": "ok"},
    }
    assert "no-store" in response["Cache-Control"]


def test_a_worker_that_never_came_is_named(client, broker):
    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == failing("worker", "no sign of life yet")


def test_a_worker_that_is_gone_is_named(client, broker):
    heartbeat()
    before = time.time() - 45
    os.utime(heartbeat_file(), (before, before))

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == failing("worker", "no sign of life for 45 seconds")


def test_a_broker_that_is_gone_is_named(client, broker_that_is_gone):
    heartbeat()

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == failing("broker", "not reachable")


def test_a_database_that_is_gone_is_named_without_its_secrets(
    client, broker, monkeypatch
):
    heartbeat()

    def refuse():
        message = "password of database.internal is wrong"
        raise ConnectionError(message)

    monkeypatch.setitem(health.QUESTIONS, "database", refuse)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == failing("database", "not reachable")


def test_a_part_that_hangs_does_not_hang_the_page(client, broker, monkeypatch):
    heartbeat()
    monkeypatch.setattr(health, "SECONDS", 0.2)
    monkeypatch.setitem(health.QUESTIONS, "database", lambda: time.sleep(1))
    started = time.monotonic()

    response = client.get("/healthz")

    assert time.monotonic() - started < 1
    assert response.status_code == 503
    assert response.json() == failing("database", "no answer in time")


def test_asking_is_all_that_one_can_do(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.processes
def test_a_real_worker_shows_life_at_once(client, worker):
    wait_until(heartbeat_file().exists, seconds=4)  # before the clock's first stroke

    assert client.get("/healthz").status_code == 200

"""The web server as it runs: what reaches Django, and what no client can hold up."""

import asyncio
import contextlib
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as present

from config import rsgi
from config.processes import web_command
from tests.config.web_urls import FILE_BYTES
from tests.processes import free_port, running, wait_until

pytestmark = pytest.mark.processes

HEAD = b"GET /threads HTTP/1.1\r\nHost: localhost\r\nX-Half: "
BODY = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf"
FILE = b"GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Web:
    """A running web server with the pages of `tests.config.web_urls`."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    def get(self, path: str, **options) -> bytes:
        url = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, **options)  # noqa: S310
        with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310
            return response.read()

    def send(self, request: bytes) -> bytes:
        """Return the first line of the answer to these very bytes."""
        with self.connect(request) as connection:
            connection.settimeout(20)
            return connection.makefile("rb").readline().strip()

    def connect(self, request: bytes = b"") -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.sendall(request)
        return connection

    def workers(self) -> list[int]:
        listing = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True
        )
        rows = (line.split() for line in listing.stdout.splitlines())
        return sorted(
            int(pid)
            for pid, parent, state in rows
            if int(parent) == self.process.pid and not state.startswith("Z")
        )


@contextlib.contextmanager
def serving(log: Path) -> Iterator[Web]:
    port = free_port()
    environment = {"DJANGO_SETTINGS_MODULE": "tests.config.web_settings"}
    with running(web_command("127.0.0.1", port), environment, log) as process:
        web = Web(process, port, log)

        def answers() -> bool:
            assert process.poll() is None, log.read_text()
            with contextlib.suppress(OSError):
                return bool(web.get("/threads"))
            return False

        wait_until(answers, seconds=60, what="the web server")
        yield web


@pytest.fixture(scope="module")
def web(tmp_path_factory) -> Iterator[Web]:
    with serving(tmp_path_factory.mktemp("web") / "log") as server:
        yield server


def slowest_of_six(web: Web) -> float:
    """Seconds that the slowest of six requests at the same moment takes."""

    def ask(_number: int) -> float:
        started = time.monotonic()
        web.get("/threads")
        return time.monotonic() - started

    with ThreadPoolExecutor(6) as pool:
        return max(pool.map(ask, range(6)))


@pytest.mark.parametrize(
    ("count", "request_"),
    [(24, b""), (300, b""), (64, HEAD), (64, BODY), (64, FILE)],
    ids=["idle", "many idle", "half a head", "half a body", "reads nothing"],
)
def test_no_connection_holds_up_the_others(web, count, request_):
    usual = statistics.median(slowest_of_six(web) for _ in range(5))
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(web.connect(request_))
        time.sleep(0.3)  # they must have arrived

        beside = statistics.median(slowest_of_six(web) for _ in range(5))

    assert beside < max(10 * usual, 1)


def test_what_a_client_sends_reaches_django(web):
    headers = {"X-Forwarded-For": "192.0.2.7", "Cookie": "a=b; c=d"}
    answer = web.get("/echo/a%20%C3%A9?x=%20&y", data="né".encode(), headers=headers)

    assert json.loads(answer) == {
        "path": "/echo/a é",
        "query": "x=%20&y",
        "address": "127.0.0.1",
        "forwarded": "192.0.2.7",
        "cookies": {"a": "b", "c": "d"},
        "length": 3,
        "body": "né",
    }


@pytest.mark.parametrize(
    ("client", "address"),
    [
        ("192.0.2.7:1234", "192.0.2.7"),
        ("[2001:db8::1]:1234", "2001:db8::1"),
        ("[::ffff:192.0.2.7]:1234", "192.0.2.7"),  # of a server that listens on ::
    ],
)
def test_the_address_of_a_client(client, address):
    assert rsgi.address(client) == address


def test_a_header_sent_twice_is_joined_as_the_next_proxy_would(web):
    head = (
        b"GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 192.0.2.8\r\n"
        b"Cookie: a=b\r\nCookie: c=d\r\n\r\n"
    )
    with web.connect(head) as connection:
        connection.settimeout(20)
        body = connection.makefile("rb").read().split(b"\r\n\r\n", 1)[1]

    answer = json.loads(body)
    assert answer["forwarded"] == "192.0.2.7,192.0.2.8"
    assert answer["cookies"] == {"a": "b", "c": "d"}


def test_a_header_with_an_underscore_passes_for_no_other(web):
    answer = web.get("/echo", headers={"X_Forwarded_For": "192.0.2.7"})

    assert json.loads(answer)["forwarded"] is None


def test_a_long_body_arrives_whole(web):
    answer = web.get("/echo", data=b"x" * 1_000_000)

    assert json.loads(answer)["length"] == 1_000_000


def test_a_body_that_says_that_it_is_too_long_is_not_read(web):
    """The answer comes when only its head has come."""
    head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n"

    assert web.send(head.encode()) == b"HTTP/1.1 413 Payload Too Large"


def test_an_unread_body_does_not_pass_for_an_empty_one():
    with pytest.raises(OSError, match="the body was not read"):
        rsgi.Unread().read(10)


@pytest.mark.parametrize(
    ("headers", "most"),
    [
        ([], "BODY_MAX_BYTES_ANONYMOUS"),
        ([("cookie", "a=b")], "BODY_MAX_BYTES_ANONYMOUS"),
        ([("cookie", "a=b"), ("cookie", "{}=x")], "BODY_MAX_BYTES_WITH_FILES"),
    ],
)
def test_who_has_no_session_may_send_less(headers, most, settings):
    name = settings.SESSION_COOKIE_NAME
    sent = [(key, text.format(name)) for key, text in headers]
    scope = SimpleNamespace(headers=SimpleNamespace(items=lambda: sent))

    assert rsgi.most_bytes(scope) == getattr(settings, most)


def test_bodies_fill_no_disk():
    room = rsgi.Room(100)

    with room.share() as take:
        take(60)
        with room.share() as take_more, pytest.raises(rsgi.Refused):
            take_more(41)
        take(40)
    assert room.free_bytes == 100


def test_promised_bodies_take_no_room_from_others(web):
    """Many strangers say that much will come, and send one letter of it."""
    with contextlib.ExitStack() as stack:
        for size in (present.BODY_MAX_BYTES_WITH_FILES, 2_000_000, 200_000):
            head = (
                "POST /echo HTTP/1.1\r\nHost: localhost\r\n"
                f"Cookie: {present.SESSION_COOKIE_NAME}=x\r\n"
                f"Content-Length: {size}\r\n\r\na"
            )
            for _number in range(30):
                stack.enter_context(web.connect(head.encode()))

        for _number in range(8):
            answer = web.get("/echo", data=b"x" * 300_000)
            assert json.loads(answer)["length"] == 300_000


def test_a_body_may_not_drip_for_ever(monkeypatch):
    """Each letter comes in time, all together do not."""
    monkeypatch.setattr(rsgi, "SILENCE_SECONDS", 0.2)
    monkeypatch.setattr(rsgi, "SLOWEST", 1000)

    async def drip():
        while True:
            await asyncio.sleep(0.05)
            yield b"a"

    async def ask():
        scope = SimpleNamespace(headers={"content-length": "100"})
        async with rsgi.received(scope, drip()):
            pass

    with pytest.raises(rsgi.Refused) as refusal:
        asyncio.run(ask())
    assert refusal.value.status == 408
    assert rsgi.ROOM.free_bytes == 256 * 1024 * 1024


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (
            b"POST /echo HTTP/1.1\r\nHost: localhost\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            b"HTTP/1.1 411 Length Required",
        ),
        (
            b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
            b"Content-Length: 4\r\n\r\nabcd",
            b"HTTP/1.1 400 Bad Request",
        ),
        (b"GET /" + b"x" * 100_000, b"HTTP/1.1 431 Request Header Fields Too Large"),
    ],
)
def test_what_is_no_clear_request_is_refused(web, request_, answer):
    assert web.send(request_) == answer


def test_half_of_a_body_is_not_taken_for_the_whole(web):
    with web.connect(BODY) as connection:
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(20)
        received = connection.makefile("rb").read()

    assert b"200 OK" not in received


def test_a_file_comes_whole_and_its_head_alone(web):
    assert len(web.get("/file")) == FILE_BYTES
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    connection.request("HEAD", "/file")
    response = connection.getresponse()
    assert response.headers["Content-Length"] == str(FILE_BYTES)
    assert response.read() == b""
    connection.close()


def test_four_threads_serve_each_process(web):
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: web.get("/slow?seconds=0.05"), range(32)))

    assert int(web.get("/threads")) <= rsgi.THREADS


def test_a_fault_of_ours_is_logged_with_its_place(web):
    with pytest.raises(urllib.error.HTTPError, match="500"):
        web.get("/broken")

    wait_until(lambda: "RuntimeError: secret reason" in web.log.read_text())


def test_a_killed_worker_is_replaced(web):
    before = web.workers()
    assert len(before) == 2

    os.kill(before[0], signal.SIGKILL)

    wait_until(lambda: len(set(web.workers()) | set(before)) == 3, what="another")
    assert web.get("/threads")


def test_a_stop_lets_running_requests_finish(tmp_path):
    answers = []
    with serving(tmp_path / "log") as web:
        asking = threading.Thread(
            target=lambda: answers.append(web.get("/slow?seconds=1.5"))
        )
        asking.start()
        idle = web.connect()  # does not delay the end
        time.sleep(0.5)
        started = time.monotonic()
        web.process.terminate()
        asking.join()
        assert web.process.wait(20) == 0
        assert time.monotonic() - started < 9
        idle.close()
    assert answers == [b"done"]
    assert "Killing" not in (tmp_path / "log").read_text()


def test_a_stop_in_the_middle_of_the_start_is_quick(tmp_path):
    """A worker that is not ready yet must not miss the request."""
    for delay in (0.2, 0.6, 1.0, 1.4):
        with running(
            web_command("127.0.0.1", free_port()),
            {"DJANGO_SETTINGS_MODULE": "tests.config.web_settings"},
            tmp_path / "log",
        ) as process:
            time.sleep(delay)
            started = time.monotonic()
            process.terminate()
            process.wait(20)
            assert time.monotonic() - started < 8

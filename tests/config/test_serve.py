"""All of Plumbline as its users start it: real processes, a real data directory."""

import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests.processes import free_port, kill_group, wait_until

pytestmark = pytest.mark.processes

COMMAND = [sys.executable, "manage.py", "serve"]
OURS = ("CELERY_BROKER_URL", "PYTEST_XDIST_WORKER", "TEST_DATABASE")


@dataclass
class Served:
    """A running `manage.py serve`."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int

    @property
    def output(self) -> str:
        return self.log.read_text()

    def health(self) -> tuple[int, dict]:
        try:
            return self.get_json("/healthz")
        except (urllib.error.URLError, ConnectionError):
            return 0, {}

    def get_json(self, path: str) -> tuple[int, dict]:
        url = f"http://127.0.0.1:{self.port}{path}"
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def wait_until_healthy(self) -> None:
        wait_until(
            lambda: self.process.poll() is not None or self.health()[0] == 200,
            seconds=90,
            what=f"a healthy Plumbline; its output is in {self.log}",
        )
        assert self.process.poll() is None, self.output

    def children(self) -> dict[str, int]:
        """The processes that it started itself, by what their command line tells."""
        marks = {
            "broker": "--unixsocket",
            "worker": "config worker",
            "clock": "config beat",
            "web": "config.web",
        }
        return {
            name: pid
            for pid, parent, command in processes()
            if parent == self.process.pid
            for name, mark in marks.items()
            if mark in command or (name == "broker" and "unixsocket:" in command)
        }

    def child_of(self, name: str) -> int:
        """One of the processes that the child of this name started in its turn."""
        parent = self.children()[name]
        return min(pid for pid, its_parent, _ in processes() if its_parent == parent)

    def family(self) -> set[int]:
        """It and all that descend from it."""
        known = {self.process.pid}
        everyone = processes()
        while True:
            more = {pid for pid, parent, _ in everyone if parent in known} - known
            if not more:
                return known
            known |= more

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def processes() -> list[tuple[int, int, str]]:
    """Everything that runs on this machine: its id, its parent's, its command."""
    listing = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = (line.split(None, 3) for line in listing.stdout.splitlines())
    return [
        (int(row[0]), int(row[1]), row[3])
        for row in rows
        if len(row) == 4 and not row[2].startswith("Z")
    ]


def nothing_left(family: set[int]) -> bool:
    return not family & {pid for pid, _, _ in processes()}


@pytest.fixture(scope="module")
def database_url():
    """With DB=pg a database of this process alone, else SQLite in the data folder."""
    server = os.environ.get("DATABASE_URL")
    if not server:
        yield ""
        return
    name = f"served_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """One for the module: the first start is the long one."""
    return tmp_path_factory.mktemp("served") / "data"


@pytest.fixture
def environment(data, database_url):
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PLUMBLINE_DATA": str(data),
        "PLUMBLINE_DEMO": "0",
        "DATABASE_URL": database_url,
        "PORT": str(free_port()),
    }


@pytest.fixture
def serve(environment, tmp_path):
    """Starts Plumbline, and makes sure that nothing of it outlives the test."""
    started = []

    def start() -> Served:
        log = tmp_path / f"serve-{len(started)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                COMMAND,
                cwd=settings.BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started.append(Served(process, log, int(environment["PORT"])))
        return started[-1]

    yield start
    for served in started:
        family = served.family()
        kill_group(served.process)
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def failed_start(environment, **variables) -> tuple[int, list[str]]:
    """Start it where it must fail; return its code and its lines."""
    result = subprocess.run(
        COMMAND,
        cwd=settings.BASE_DIR,
        env=environment | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    lines = result.stdout.splitlines()
    return result.returncode, [x for x in lines if not x.startswith("[plumbline]")]


def test_life_from_the_first_start_to_the_end(serve, data):
    served = serve()
    served.wait_until_healthy()

    assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    url = f"http://127.0.0.1:{served.port}/"
    with urllib.request.urlopen(url, timeout=10) as response:
        assert response.status == 200
        assert b"stylesheet" in response.read()
    assert f"Plumbline is ready: {url} (Ctrl-C stops it)" in served.output
    assert "ERROR" not in served.output

    family = served.family()
    assert served.stop() == 0
    assert nothing_left(family)
    assert [
        line for line in served.output.splitlines() if line.endswith(" stopped")
    ] == [
        "[plumbline] web server stopped",
        "[plumbline] clock stopped",
        "[plumbline] worker stopped",
        "[plumbline] broker stopped",
    ]


def test_each_process_of_the_tree_may_be_killed(serve, data):
    """All others go on, and the part is back with all that it did."""
    served = serve()
    served.wait_until_healthy()
    victims = {
        "the web server": lambda: served.children()["web"],
        "a process of the web server": lambda: served.child_of("web"),
        "the broker": lambda: served.children()["broker"],
        "the worker": lambda: served.children()["worker"],
        "a process of the worker": lambda: served.child_of("worker"),
        "the clock": lambda: served.children()["clock"],
    }
    for name, victim in victims.items():
        before = served.family()
        killed = victim()
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda before=before: served.family() - before, what=f"{name} anew")
        # Only a clock and a worker that work write these again.
        (data / "heartbeat").unlink(missing_ok=True)
        (data / "clock").unlink(missing_ok=True)
        served.wait_until_healthy()
        assert killed not in served.family()
    again = re.findall(r"\] (.+) ended \(killed by SIGKILL\)", served.output)
    assert again == ["web server", "broker", "worker", "clock"]

    family = served.family()
    assert served.stop() == 0
    assert nothing_left(family)


def test_the_second_start_repeats_nothing(serve):
    first = serve()
    first.wait_until_healthy()
    assert first.stop(signal.SIGTERM) == 0

    served = serve()
    wait_until(lambda: "Plumbline is ready" in served.output, seconds=60)

    assert "static files collected" not in served.output
    assert served.stop() == 0


@pytest.mark.parametrize("delay", [0.5, 1.0, 1.5])
def test_ctrl_c_at_any_moment_stops_in_order(serve, delay):
    served = serve()
    wait_until(lambda: served.children() or served.process.poll() is not None)
    time.sleep(delay)  # somewhere in the preparation or right after it
    family = served.family()

    assert served.stop() == 0
    assert nothing_left(family)
    assert "Traceback" not in served.output


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the children")
def test_a_killed_supervisor_leaves_nothing_behind(serve):
    served = serve()
    served.wait_until_healthy()
    family = served.family()

    served.process.kill()
    served.process.wait()

    wait_until(lambda: nothing_left(family), seconds=20, what="the end of all")


def test_a_second_serve_on_the_same_data_says_so(serve, environment, data):
    served = serve()
    wait_until((data / "serve.lock").read_text)
    served.wait_until_healthy()

    code, lines = failed_start(environment, PORT=str(free_port()))

    assert code == 1
    assert lines == [
        f"CommandError: Plumbline already runs with the data in {data}: "
        f"process {served.process.pid}, http://127.0.0.1:{served.port}/. "
        "Stop it first, or choose other data with PLUMBLINE_DATA."
    ]


def test_a_port_in_use_is_named(environment):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        code, lines = failed_start(environment, PORT=str(port))

    assert code == 1
    assert lines == [
        f"CommandError: Port {port} is already in use: stop the other program, "
        f"or choose another port, for example PORT={port + 1}."
    ]


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 -- an example
def test_a_server_for_everybody_must_know_its_name(environment, host):
    code, lines = failed_start(environment, HOST=host)

    assert code == 2
    assert lines == [
        f"HOST is '{host}', so PLUMBLINE_HOSTS should say what browsers call this "
        "server: names such as plumbline.example, separated by commas."
    ]


def test_an_address_of_another_machine_is_named(environment):
    code, lines = failed_start(environment, HOST="192.0.2.1")

    assert code == 2
    assert lines == ["HOST is '192.0.2.1', but should be an address of this machine."]


def test_a_database_that_is_gone_is_named(environment):
    url = f"postgres://postgres@127.0.0.1:{free_port()}/plumbline"

    code, lines = failed_start(environment, DATABASE_URL=url)

    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith("CommandError: The database does not answer: ")


SQLITE_ONLY = pytest.mark.skipif(
    bool(os.environ.get("DATABASE_URL")), reason="of a database in a file"
)


@SQLITE_ONLY
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"This is a text." * 500, "file is not a database"),
        (b"SQLite format 3\0" + b"\xff" * 9000, "file is not a database"),
    ],
)
def test_a_file_that_is_no_database_is_named(environment, tmp_path, content, reason):
    database = tmp_path / "plumbline.sqlite3"
    database.write_bytes(content)

    code, lines = failed_start(environment, PLUMBLINE_DATA=str(tmp_path))

    assert (code, lines) == (
        1,
        [
            f"CommandError: The database {database} is damaged ({reason}): "
            "restore a backup."
        ],
    )
    assert database.read_bytes() == content


@SQLITE_ONLY
def test_a_damaged_page_is_found_before_anybody_reads_it(environment, tmp_path):
    database = tmp_path / "plumbline.sqlite3"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE note (text TEXT)")
        connection.executemany("INSERT INTO note VALUES (?)", [("x" * 3000,)] * 50)
        connection.commit()
    with database.open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\xff" * 4096)

    code, lines = failed_start(environment, PLUMBLINE_DATA=str(tmp_path))

    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith(f"CommandError: The database {database} is damaged (")


@SQLITE_ONLY
def test_a_database_of_a_newer_plumbline_is_left_alone(environment, tmp_path):
    database = tmp_path / "plumbline.sqlite3"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE django_migrations (id, app, name, applied)")
        row = ("assessments", "9999_later", "2026-11-29 12:00:00")
        connection.execute("INSERT INTO django_migrations VALUES (1, ?, ?, ?)", row)
        connection.commit()

    code, lines = failed_start(environment, PLUMBLINE_DATA=str(tmp_path))

    assert (code, lines) == (
        1,
        [
            "CommandError: The database was made by a newer Plumbline (it has "
            "assessments.9999_later): start that one, or restore an older backup."
        ],
    )
    with contextlib.closing(sqlite3.connect(database)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("django_migrations",)]


@pytest.mark.parametrize("name", ["broker", "cache", "files", "static"])
def test_a_file_in_the_place_of_a_folder_is_named(environment, tmp_path, name):
    (tmp_path / name).touch()

    code, lines = failed_start(environment, PLUMBLINE_DATA=str(tmp_path))

    assert (code, lines) == (
        1,
        [
            f"CommandError: {tmp_path}/{name} is a file, but should be a folder: "
            "move it away."
        ],
    )


@pytest.mark.parametrize("database", [b"", None], ids=["empty", "missing"])
def test_files_without_their_database_are_not_started_over(
    environment, tmp_path, database_url, database
):
    """A new database and a new demo would hide that the old one is gone."""
    if database_url:
        pytest.skip("the database of this module is full")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "evidence").write_text("kept")
    if database is not None:
        (tmp_path / "plumbline.sqlite3").write_bytes(database)

    code, lines = failed_start(environment, PLUMBLINE_DATA=str(tmp_path))

    assert (code, lines) == (
        1,
        [
            f"CommandError: {tmp_path}/files has files, but the database is empty. "
            "Restore the backup with manage.py restore, or move the files away for a "
            "fresh start."
        ],
    )


def test_an_empty_secret_is_named(environment, tmp_path):
    (tmp_path / "secret_key").touch()

    code, lines = failed_start(environment, PLUMBLINE_DATA=str(tmp_path))

    assert code == 2
    assert lines == [
        f"{tmp_path}/secret_key is empty: put it back from the backup, or remove it "
        "for a new one."
    ]


def test_an_open_directory_with_a_broken_queue_is_put_in_order(serve, data):
    """What an earlier version left readable is closed; the queue is set aside."""
    first = serve()
    first.wait_until_healthy()
    assert first.stop() == 0
    for path in (data, *data.rglob("*")):
        path.chmod(path.stat().st_mode | 0o055)
    (queue,) = (data / "broker" / "appendonlydir").glob("*.incr.aof")
    with queue.open("ab") as file:
        file.write(b"garbage" * 100)

    served = serve()
    served.wait_until_healthy()

    assert "were open to other users: closed to them" in served.output
    assert "broker: its queue can't be read: set aside in" in served.output
    left_open = [
        path for path in (data, *data.rglob("*")) if path.stat().st_mode & 0o077
    ]
    assert left_open == []
    assert served.stop() == 0


def test_a_configured_broker_that_is_gone_is_named(environment):
    url = f"redis://127.0.0.1:{free_port()}/0"

    code, lines = failed_start(environment, CELERY_BROKER_URL=url)

    assert code == 1
    assert lines == [
        "CommandError: The broker that CELERY_BROKER_URL names does not answer."
    ]

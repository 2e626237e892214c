import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

from config import supervisor as module
from config.supervisor import Child, GivingUp, StopRequested, Supervisor
from tests.processes import wait_until

LIVES_ON = "import time; time.sleep(60)"
IS_DEAF = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('deaf', flush=True); open(sys.argv[1], 'w').close(); time.sleep(60)"
)
HAS_A_CHILD = (
    "import os, subprocess, sys, time;"
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "open(sys.argv[1] + '.new', 'w').write(str(p.pid));"
    "os.rename(sys.argv[1] + '.new', sys.argv[1]);"
    "time.sleep(60)"
)


def child(name, code, *arguments, patience=5):
    return Child(name, [sys.executable, "-c", code, *map(str, arguments)], patience)


@pytest.fixture
def supervisor():
    before = {
        number: signal.getsignal(number)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    result = Supervisor()
    yield result
    for one in result.children:
        one.kill()
        one.process.wait()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def _no_pause(monkeypatch):
    monkeypatch.setattr(module.time, "sleep", lambda _seconds: None)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:  # a zombie has ended; nobody has asked for its code yet
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return sys.platform != "linux"


def test_children_stop_in_the_reverse_order_of_their_start(supervisor, capsys):
    for name in ("broker", "worker", "web"):
        supervisor.start(child(name, LIVES_ON))

    supervisor.stop()

    assert capsys.readouterr().out.splitlines() == [
        "[plumbline] web stopped",
        "[plumbline] worker stopped",
        "[plumbline] broker stopped",
    ]
    assert all(one.has_ended() for one in supervisor.children)


def test_a_killed_child_starts_again_and_leaves_nobody_behind(
    supervisor, tmp_path, capsys
):
    worker = child("worker", HAS_A_CHILD, tmp_path / "pid")
    supervisor.start(worker)
    wait_until((tmp_path / "pid").exists)
    orphan = int((tmp_path / "pid").read_text())
    (tmp_path / "pid").unlink()
    first = worker.process.pid

    os.kill(first, signal.SIGKILL)
    wait_until(worker.has_ended)
    supervisor.watch_once(pause=0)

    assert worker.process.pid != first
    assert not worker.has_ended()
    wait_until(lambda: not is_alive(orphan), what="the end of the orphan")
    assert capsys.readouterr().out == (
        "[plumbline] worker ended (killed by SIGKILL): starting it again\n"
    )


@pytest.mark.usefixtures("_no_pause")
def test_a_child_that_cannot_live_ends_the_attempt(supervisor, capsys):
    supervisor.start(child("web server", "raise SystemExit(3)"))

    with pytest.raises(GivingUp, match="web server ends right after its start"):
        supervisor.watch()

    assert capsys.readouterr().out.splitlines() == [
        "[plumbline] web server ended (code 3): starting it again"
    ] * (module.QUICK_ENDS_ALLOWED - 1)


@pytest.mark.usefixtures("_no_pause")
def test_a_child_that_cannot_start_is_mended_before_the_next_try(
    supervisor, tmp_path, capsys
):
    broken = tmp_path / "broken"
    broken.touch()
    fails = (
        "import pathlib, sys, time; pathlib.Path(sys.argv[1]).exists() and sys.exit(1);"
    )
    broker = child("broker", fails + LIVES_ON, broken)

    def mend():
        broken.unlink()
        return "set aside"

    broker.mend = mend
    supervisor.start(broker)
    wait_until(broker.has_ended)
    supervisor.watch_once(pause=0)

    assert capsys.readouterr().out.splitlines() == [
        "[plumbline] broker ended (code 1): starting it again",
        "[plumbline] broker: set aside",
    ]
    assert not broker.has_ended()


def test_a_killed_child_is_not_mended(supervisor, capsys):
    broker = child("broker", LIVES_ON)
    broker.mend = lambda: "set aside"
    supervisor.start(broker)
    broker.kill()
    wait_until(broker.has_ended)
    supervisor.watch_once(pause=0)

    assert "set aside" not in capsys.readouterr().out


def test_a_deaf_child_is_killed_when_patience_ends(supervisor, tmp_path, capsys):
    supervisor.start(child("worker", IS_DEAF, tmp_path / "ready", patience=0.1))
    wait_until((tmp_path / "ready").exists)

    supervisor.stop()

    assert supervisor.children[0].process.returncode == -signal.SIGKILL
    assert "worker did not stop" in capsys.readouterr().out


def test_a_signal_stops_watching(supervisor):
    supervisor.listen()
    supervisor.start(child("web", LIVES_ON))
    os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(StopRequested):
        supervisor.watch()


def test_a_signal_breaks_off_the_preparation_at_once(supervisor):
    supervisor.listen()
    started = time.monotonic()

    def prepare():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(10)

    with pytest.raises(StopRequested), supervisor.interruption():
        prepare()

    assert time.monotonic() - started < 5


def test_a_signal_between_the_steps_starts_no_further_child(supervisor):
    supervisor.listen()
    os.kill(os.getpid(), signal.SIGHUP)

    with pytest.raises(StopRequested):
        supervisor.start(child("web", LIVES_ON))

    assert supervisor.children == []


def test_a_second_signal_kills_everything(supervisor, tmp_path):
    supervisor.listen()
    supervisor.start(child("worker", IS_DEAF, tmp_path / "ready", patience=30))
    wait_until((tmp_path / "ready").exists)
    started = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, 0.3)  # SIGALRM stands for the second Ctrl-C
    signal.signal(signal.SIGALRM, supervisor._on_signal)

    supervisor.stop()

    assert time.monotonic() - started < 10
    assert supervisor.children[0].process.returncode == -signal.SIGKILL


def test_waiting_ends_when_nobody_gets_ready(supervisor):
    assert supervisor.wait_for(lambda: False, seconds=0.1) is False
    assert supervisor.wait_for(lambda: True, seconds=0.1) is True


def test_a_request_during_a_finalizer_is_heeded_at_the_end(supervisor, capfd):
    class Passing:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)  # its handler can't raise in here

    def prepare():
        Passing()
        steps.append("went on")

    supervisor.listen()
    steps = []
    with pytest.raises(StopRequested), supervisor.interruption():
        prepare()

    assert steps == ["went on"]
    assert capfd.readouterr().err == ""


ENDS_IN_EXEC = """
import os, signal
from config.supervisor import StopRequested, Supervisor

supervisor = Supervisor()
supervisor.listen()
try:
    with supervisor.interruption():
        exec("os.kill(os.getpid(), signal.SIGINT); [None for _ in range(10)]")
        print("went on")
except StopRequested:
    print("in order")
"""


def test_a_request_inside_exec_ends_in_order():
    result = subprocess.run(
        [sys.executable, "-c", ENDS_IN_EXEC],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stdout, result.stderr) == (0, "in order\n", "")

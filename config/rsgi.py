"""The entry point that granian serves: Django behind buffers for slow connections.

A thread of Django gets whole requests only, and is free as soon as the answer is known.
So nobody can hold one by sending or reading slowly, and four for each process suffice.
"""

import asyncio
import contextlib
import io
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Protocol, cast

from django.conf import settings

from config.wsgi import application as django

THREADS = 4
PIECE_BYTES = 64 * 1024
IN_MEMORY_BYTES = 128 * 1024  # what is longer waits in a temporary file
SILENCE_SECONDS = 30  # between two pieces of a body
SLOWEST = 8 * 1024  # bytes a second of a whole body: 30 MB may take an hour
POOL = ThreadPoolExecutor(THREADS, thread_name_prefix="request")
Headers = list[tuple[str, str]]


class Refused(Exception):
    """A request that Django shall not see, with the status of the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Exchange(Protocol):
    """One request's body and answer, as granian hands them over."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...
    def response_stream(self, status: int, headers: Headers) -> Any: ...


class OpenFile:
    """WSGI's file wrapper: tells us that an answer is a file, read piece by piece."""

    def __init__(self, file: BinaryIO, _block_size: int = PIECE_BYTES) -> None:
        self.read = file.read
        self.close = file.close


class Unread(io.RawIOBase):
    """A body that stayed with its sender: it must not pass for an empty one."""

    def readinto(self, _buffer: Any) -> int:
        message = "the body was not read"
        raise OSError(message)


@dataclass
class Answer:
    status: int
    headers: Headers
    content: bytes | OpenFile


class Room:
    """How many bytes of bodies one process holds at the same time.

    What counts is what came, not what a header promises: promises cost a stranger
    nothing, and would keep others out.
    """

    def __init__(self, most_bytes: int) -> None:
        self.free_bytes = most_bytes

    @contextlib.contextmanager
    def share(self) -> Iterator[Callable[[int], None]]:
        """Give a function that takes room for so many bytes more of one body.

        It raises Refused when there is no room.
        """
        held = 0

        def take(size: int) -> None:
            nonlocal held
            if size > self.free_bytes:
                raise Refused(503)
            self.free_bytes -= size
            held += size

        try:
            yield take
        finally:
            self.free_bytes += held


ROOM = Room(256 * 1024 * 1024)


async def application(scope: Any, exchange: Exchange) -> None:
    """Read the whole request, let Django answer in a thread, send the answer."""
    loop = asyncio.get_running_loop()
    try:
        async with received(scope, exchange) as body:
            answer = await loop.run_in_executor(POOL, ask_django, scope, body)
    except Refused as refusal:
        exchange.response_bytes(refusal.status, [("connection", "close")], b"")
        return
    if isinstance(answer.content, bytes):
        exchange.response_bytes(answer.status, answer.headers, answer.content)
        return
    try:
        await send_file(exchange, answer, answer.content)
    finally:
        await loop.run_in_executor(POOL, answer.content.close)


@contextlib.asynccontextmanager
async def received(scope: Any, exchange: Exchange) -> AsyncIterator[BinaryIO]:
    """Give the request's body, unread if it is too long.

    Then Django refuses it by its length, in words (BodyLimitMiddleware). Raises Refused
    when there is no room for it, or it does not come.
    """
    length = int(scope.headers.get("content-length") or 0)
    if length > most_bytes(scope):
        yield cast("BinaryIO", Unread())
        return
    with ROOM.share() as take, SpooledTemporaryFile(IN_MEMORY_BYTES) as file:
        body = cast("BinaryIO", file)
        try:
            async with asyncio.timeout(SILENCE_SECONDS + length / SLOWEST):
                await receive(exchange, length, body, take)
        except TimeoutError as error:
            raise Refused(408) from error
        yield body


def most_bytes(scope: Any) -> int:
    """Return the most that a request like this one may send."""
    cookies = [text for name, text in scope.headers.items() if name == "cookie"]
    if any(f"{settings.SESSION_COOKIE_NAME}=" in text for text in cookies):
        return settings.BODY_MAX_BYTES_WITH_FILES
    return settings.BODY_MAX_BYTES_ANONYMOUS


async def receive(
    exchange: Exchange, length: int, body: BinaryIO, take: Callable[[int], None]
) -> None:
    """Copy the request's body into `body`, taking room for each piece.

    Raises Refused when it stops coming, is cut off, or there is no room.
    """
    received = 0
    pieces = aiter(exchange)
    while received < length and (piece := await next_piece(pieces)):
        take(len(piece))
        received += body.write(piece)
    if received < length:  # half of a text must not be taken for the whole
        raise Refused(400)
    body.seek(0)


async def next_piece(pieces: AsyncIterator[bytes]) -> bytes:
    """Return what came next of a body, nothing at its end.

    Raises Refused when nothing comes for long.
    """
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            return await anext(pieces, b"")
    except TimeoutError as error:
        raise Refused(408) from error


def ask_django(scope: Any, body: BinaryIO) -> Answer:
    """Call Django's WSGI application, here in a thread."""
    started: list[tuple[str, Headers]] = []

    def start_response(status: str, headers: Headers, _problem: Any = None, /) -> Any:
        started.append((status, headers))

    parts = django(environ(scope, body), start_response)
    status, headers = started[-1]
    code = int(status.split(" ", 1)[0])
    if isinstance(parts, OpenFile):
        return Answer(code, headers, parts)
    try:
        return Answer(code, headers, b"".join(parts))
    finally:
        parts.close()


def environ(scope: Any, body: BinaryIO) -> dict[str, Any]:
    """Return the request as WSGI has it: bytes are shown as Latin-1 letters."""
    server, _, port = scope.server.rpartition(":")
    values = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": address(scope.client),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": OpenFile,
    }
    for name, text in scope.headers.items():
        if "_" in name:  # it could pass for the header with a hyphen
            continue
        key = "HTTP_" + name.upper().replace("-", "_")
        separator = ";" if name == "cookie" else ","
        values[key] = f"{values[key]}{separator}{text}" if key in values else text
    values["CONTENT_TYPE"] = values.pop("HTTP_CONTENT_TYPE", "")
    values["CONTENT_LENGTH"] = values.pop("HTTP_CONTENT_LENGTH", "")
    return values


def address(client: str) -> str:
    """Return the client's address without its port, IPv4 in its usual form."""
    return client.rpartition(":")[0].strip("[]").removeprefix("::ffff:")


async def send_file(exchange: Exchange, answer: Answer, file: OpenFile) -> None:
    """Send a file piece by piece, each when the reader has taken the last."""
    stream = exchange.response_stream(answer.status, answer.headers)
    while piece := file.read(PIECE_BYTES):
        await stream.send_bytes(piece)

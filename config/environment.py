"""Reads the environment; a wrong value stops the start with one clear sentence."""

import contextlib
import errno
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
env = environ.Env()
HOST_NAME = re.compile(r"\.?[\w.-]+|\[[0-9a-fA-F:.]+\]")
CHECKOUT = Path(__file__).resolve().parent.parent
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 -- compared only


class CannotStart(Exception):
    """Something outside of Plumbline is not as it must be; the text says what."""


def read(name: str, convert: Callable[[str], T], default: str, expected: str) -> T:
    """Return the variable `name`, converted.

    Raises ImproperlyConfigured, naming the variable and what was expected.
    """
    text = os.environ.get(name, "") or default
    try:
        return convert(text)
    except (ValueError, KeyError, ImproperlyConfigured) as error:
        message = f"{name} is '{without_secrets(text)}', but should be {expected}."
        raise ImproperlyConfigured(message) from error


def without_secrets(text: str) -> str:
    """Return a setting as one line for a log, an address without its password."""
    shown = re.sub(r"//.*@", "//…@", text, flags=re.DOTALL)
    # No @ after the password: a forgotten host, or a sign that ends the address early.
    shown = re.sub(r"//([^/?#:@]*):(?!\d{1,5}(?:[/?#]|$)).*", r"//\1:…", shown)
    shown = re.sub(r"(?i)((?:password|passwd|pwd)=)[^&\s]*", r"\1…", shown)
    return "".join(sign if sign.isprintable() else "�" for sign in shown)


def boolean(text: str) -> bool:
    return {"0": False, "1": True}[text]


def port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError(text)
    return number


def count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def host_names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name != "*" and not HOST_NAME.fullmatch(name):
            raise ValueError(name)
    return names


def name_of(address: str) -> str:
    """What browsers call a server that listens here; empty for every address."""
    if address in EVERY_ADDRESS:
        return ""
    return f"[{address}]" if ":" in address else address


def origins(text: str) -> list[str]:
    """Addresses without a path, as browsers send them with a form."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        parts = urlsplit(name)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(name)
        # Reading the port checks it.
        if name != f"{parts.scheme}://{parts.netloc}" or "@" in name or parts.port == 0:
            raise ValueError(name)
        host_names(name_of(parts.hostname))
    return names


def ports(addresses: list[str]) -> set[str]:
    """The ports that these origins name."""
    return {str(port) for port in (urlsplit(name).port for name in addresses) if port}


def sender(text: str) -> str:
    """A sender of mails: an address, perhaps after a name."""
    address = parseaddr(text)[1]
    if not text.isprintable() or not all(address.rpartition("@")[::2]):
        raise ValueError(text)
    return text


def names_of(address: str) -> list[str]:
    """What browsers call a server that listens here and was told no names."""
    name = name_of(address)
    local = ["localhost", "127.0.0.1", "[::1]"]
    return local if not name or name in local else [name]


def check_address(text: str) -> None:
    """Raise ValueError where bare signs in a password cut an address to pieces."""
    parts = urlsplit(text)
    later = parts.path + parts.fragment
    if "@" not in parts.netloc:
        later += parts.query
    torn = parts.netloc and "@" in later
    if parts.port == 0 or parts.netloc.count("@") > 1 or torn:
        raise ValueError(text)


def broker_url(text: str) -> str:
    if text and not text.startswith(("redis://", "rediss://", "redis+socket://")):
        raise ValueError(text)
    check_address(text)
    return text


def database(text: str) -> dict[str, Any]:
    """The database of an address; a file by its path from the root."""
    if not text.startswith(("sqlite:////", "postgres://", "postgresql://")):
        raise ValueError(text)
    check_address(text)
    parsed: dict[str, Any] = env.db_url_config(text)
    if not parsed["NAME"] or parsed["NAME"] == "/":
        raise ValueError(text)
    return parsed


def email(text: str) -> dict[str, object]:
    check_address(text)
    parsed: dict[str, object] = env.email_url_config(text)
    return parsed


def data_directory(text: str) -> Path:
    """The directory of everything that Plumbline keeps; made when it is missing.

    It gets closed to others, so it must be nobody else's: not /tmp, not a home.
    """
    path = Path(text).expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        shared = path.stat().st_mode & stat.S_ISVTX
    except OSError as error:
        if error.errno in NO_ROOM:
            message = f"{path} cannot be made: {error.strerror}."
            raise CannotStart(message) from error
        raise ValueError(text) from error
    if shared or path in (Path("/"), Path.home(), CHECKOUT):
        raise ValueError(text)
    if not os.access(path, os.W_OK):
        raise ValueError(text)
    return path


def secret(path: Path, length: int = 50) -> str:
    """The secret kept in `path`; made on first use, readable by its owner only.

    Raises ImproperlyConfigured when the file holds none, and CannotStart when it can't
    be read or made.
    """
    try:
        if not path.exists():
            _make_secret(path, length)
        text = path.read_bytes().decode("ascii", errors="replace").strip()
    except OSError as error:
        message = f"{path} cannot be read or made: {error.strerror}."
        raise CannotStart(message) from error
    if not text or not text.isascii() or not text.isprintable():
        fault = "is not text" if text else "is empty"
        message = (
            f"{path} {fault}: put it back from the backup, or remove it for a new one."
        )
        raise ImproperlyConfigured(message)
    return text


def _make_secret(path: Path, length: int) -> None:
    # Whole or not at all, also when two processes start at the same moment.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(length))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()

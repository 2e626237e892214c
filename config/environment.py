"""Reads the environment; a wrong value stops the start with one clear sentence."""

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
env = environ.Env()
HOST_NAME = re.compile(r"\.?[\w.-]+|\[[0-9a-fA-F:.]+\]")
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 -- compared only


def read(name: str, convert: Callable[[str], T], default: str, expected: str) -> T:
    """Return the variable `name`, converted.

    Raises ImproperlyConfigured, naming the variable and what was expected.
    """
    text = os.environ.get(name, "") or default
    try:
        return convert(text)
    except (ValueError, KeyError, ImproperlyConfigured) as error:
        shown = re.sub(r"//[^/@]*@", "//…@", text)  # no password into a log
        message = f"{name} is '{shown}', but should be {expected}."
        raise ImproperlyConfigured(message) from error


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


def broker_url(text: str) -> str:
    if text and not text.startswith(("redis://", "rediss://", "redis+socket://")):
        raise ValueError(text)
    return text


def database(text: str) -> dict[str, Any]:
    if not text.startswith(("sqlite:///", "postgres://", "postgresql://")):
        raise ValueError(text)
    parsed: dict[str, Any] = env.db_url_config(text)
    return parsed


def email(text: str) -> dict[str, object]:
    parsed: dict[str, object] = env.email_url_config(text)
    return parsed


def data_directory(text: str) -> Path:
    """The directory of everything that Plumbline keeps; made when it is missing."""
    path = Path(text).expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(text) from error
    if not os.access(path, os.W_OK):
        raise ValueError(text)
    return path


def secret(path: Path, length: int = 50) -> str:
    """The secret kept in `path`; made on first use, readable by its owner only."""
    if not path.exists():
        # Whole or not at all, also when two processes start at the same moment.
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(length))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    return path.read_text().strip()

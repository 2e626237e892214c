"""Reads the environment; a wrong value stops the start with one clear sentence."""

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
env = environ.Env()


def read(name: str, convert: Callable[[str], T], default: str, expected: str) -> T:
    """Return the variable `name`, converted.

    Raises ImproperlyConfigured, naming the variable and what was expected.
    """
    text = os.environ.get(name, "") or default
    try:
        return convert(text)
    except (ValueError, KeyError, ImproperlyConfigured) as error:
        message = f"{name} is '{text}', but should be {expected}."
        raise ImproperlyConfigured(message) from error


def boolean(text: str) -> bool:
    return {"0": False, "1": True}[text]


def port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError(text)
    return number


def broker_url(text: str) -> str:
    if text and not text.startswith(("redis://", "rediss://", "redis+socket://")):
        raise ValueError(text)
    return text


def database(text: str) -> dict[str, object]:
    parsed: dict[str, object] = env.db_url_config(text)
    if str(parsed["ENGINE"]).rsplit(".", 1)[-1] not in {"sqlite3", "postgresql"}:
        raise ValueError(text)
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
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(length))
    return path.read_text().strip()

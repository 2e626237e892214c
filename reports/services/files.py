"""Files of reports: whole, or not there at all."""

import hashlib
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common.files import sync_folder
from reports.models import Report

FOLDER = "reports"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file under MEDIA_ROOT."""

    name: str
    size: int
    sha256: str


def store(name: str, extension: str, content: bytes) -> Stored:
    """Write the file under a temporary name, to the disk, then give it its own.

    Raises OSError, and ValueError for an empty file; nothing is left behind then.
    """
    if not content:
        message = "an empty report is no report"
        raise ValueError(message)
    folder = settings.MEDIA_ROOT / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{name}.{extension}"
    fresh = folder / f".{name}.{extension}.part"
    try:
        _write(fresh, content)
        fresh.replace(target)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(folder)
    return Stored(
        f"{FOLDER}/{target.name}", len(content), hashlib.sha256(content).hexdigest()
    )


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sweep(code: str, kept: Stored) -> None:
    """Remove what killed attempts at the same report left behind."""
    folder, name = settings.MEDIA_ROOT / FOLDER, Path(kept.name).name
    for pattern in (f"{code}-*", f".{code}-*"):
        for path in folder.glob(pattern):
            if path.name != name:
                path.unlink(missing_ok=True)


def forget_file(instance: Report, **_kwargs: object) -> None:
    """Remove the file of a report that was deleted, once that is certain."""
    if name := instance.file.name:
        transaction.on_commit(partial(remove, name))


def remove(name: str) -> None:
    (settings.MEDIA_ROOT / name).unlink(missing_ok=True)

"""Files: reading only regular ones that a person names, and making names last."""

import contextlib
import os
import stat
from pathlib import Path


class NotRegularError(OSError):
    """A folder, a device, a pipe: nothing that ends where its size says."""


class TooLargeError(OSError):
    """The file is larger than whatever it could honestly be."""


def read_regular(path: Path, most_bytes: int) -> bytes:
    """Return the content of a regular file of at most `most_bytes`.

    Links are followed. Raises NotRegularError, TooLargeError or another OSError.
    """
    # Asked before it is opened: opening a pipe waits for somebody who writes.
    if not stat.S_ISREG(path.stat().st_mode):
        message = "not a regular file"
        raise NotRegularError(0, message)
    with path.open("rb") as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        message = "too large"
        raise TooLargeError(0, message)
    return content


def sync_folder(folder: Path) -> None:
    """Make new names in a folder last; not every file system can."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)

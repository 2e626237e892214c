"""A file of answers by its name: a path of this machine, or an upload."""

from collections.abc import Callable, Mapping
from pathlib import Path, PurePath

from django.utils.translation import gettext as _

from assessments.services.answer_files.cells import (
    MOST_BYTES,
    FileContents,
    UnreadableFileError,
)
from assessments.services.answer_files.delimited import read_csv
from assessments.services.answer_files.objects import read_json
from assessments.services.answer_files.workbook import read_xlsx
from common.files import NotRegularError, TooLargeError, read_regular

READERS: Mapping[str, Callable[[bytes], FileContents]] = {
    ".json": read_json,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".xlsx": read_xlsx,
}
TYPES = tuple(READERS)


def read_file(path: Path) -> FileContents:
    """The answers in a file of this machine. Raises UnreadableFileError."""
    check_type(path.name)
    try:
        content = read_regular(path, MOST_BYTES)
    except NotRegularError as error:
        message = _("%(path)s is no file.") % {"path": path}
        raise UnreadableFileError(message) from error
    except TooLargeError as error:
        raise UnreadableFileError(too_large()) from error
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror}") from error
    return read_content(path.name, content)


def read_content(name: str, content: bytes) -> FileContents:
    """The answers in `content`; `name` says of what type it is.

    Raises UnreadableFileError.
    """
    reader = READERS[check_type(name)]
    if len(content) > MOST_BYTES:
        raise UnreadableFileError(too_large())
    if not content.strip():
        raise UnreadableFileError(_("The file is empty."))
    return reader(content)


def check_type(name: str) -> str:
    """The ending of a name that can be read. Raises UnreadableFileError for others."""
    ending = PurePath(name).suffix.lower()
    if ending not in READERS:
        message = _("The name must end in %(types)s: %(name)s")
        names = {"types": _(", ").join(TYPES), "name": name[:80]}
        raise UnreadableFileError(message % names)
    return ending


def too_large() -> str:
    return _("The file is larger than %(n)d MB.") % {"n": MOST_BYTES // 1024 // 1024}

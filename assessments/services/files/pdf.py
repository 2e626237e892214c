"""Whether a PDF opens, asked of pikepdf in a process that may not grow."""

import subprocess
import sys
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from assessments.services.files.kinds import BY_ENDING
from assessments.services.files.pictures import (
    OLE,
    PROGRAMS,
    ending_of,
    head_of,
    wrong_content,
)
from assessments.services.files.refusals import Problem, damaged, protected

WORKER = Path(__file__).with_name("pdf_worker.py")
SECONDS = 15
# As pdf_worker.py exits.
OPENS, PASSWORD, DAMAGED = 0, 3, 4
CHUNK = 64 * 1024


def check_pdf(upload: UploadedFile) -> None:
    """Raises Problem when the content is no PDF that opens without a password."""
    head = head_of(upload)
    ending = ending_of(head)
    # Readers take a byte mark and other bytes before it; another format is none.
    another = ending not in {"", ".pdf"} or head.startswith((OLE, *PROGRAMS, b"<"))
    if another or b"%PDF-" not in head:
        raise wrong_content(ending, BY_ENDING[".pdf"])
    outcome = _open(upload)
    if outcome == PASSWORD:
        raise protected()
    if outcome == DAMAGED:
        raise damaged()
    if outcome != OPENS:
        raise Problem(
            _("“%(name)s” takes too long to open. Print it to a new PDF, and add that.")
        )


def _open(upload: UploadedFile) -> int:
    """The worker's exit code; negative when it was stopped."""
    with subprocess.Popen(
        [sys.executable, "-I", str(WORKER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={},
    ) as process:
        try:
            for chunk in upload.chunks(CHUNK):
                process.stdin.write(chunk)  # type: ignore[union-attr]
            process.stdin.close()  # type: ignore[union-attr]
        except BrokenPipeError:
            pass
        try:
            return process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

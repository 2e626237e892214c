"""A report as a tagged, archivable PDF (PDF/UA-1 and PDF/A-2a)."""

import json
import logging
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf

from reports.documents import AssessmentReport
from reports.renderers.data import Kind, template_data
from reports.renderers.errors import RenderError
from reports.renderers.fonts import font_files
from reports.renderers.text import Printer

logger = logging.getLogger(__name__)

WORKER = Path(__file__).with_name("worker.py")
TEMPLATES = Path(__file__).resolve().parent.parent / "typst"
MEMORY = 2 << 30
NOT_CONFORMING = 3  # as worker.py exits
FAILED = 4


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """The file, whether it keeps PDF/UA-1 and PDF/A-2a, and what it could not print.

    It fails to conform only when a text defeated the cleaning. Say both beside the
    download.
    """

    content: bytes
    conforms: bool
    remark: str = ""


def render_pdf(
    document: AssessmentReport,
    kind: Kind,
    *,
    fonts: Path,
    timestamp: int,
    timeout: float = 120,
) -> RenderedPdf:
    """Return the PDF of `document`; equal input gives equal bytes.

    `fonts` is a folder made by `prepare_fonts`; `timestamp`, in seconds since 1970, is
    the date inside the file. Starts a child process. Raises RenderError with a reason
    for people.
    """
    try:
        printer = Printer(fonts)
    except FileNotFoundError as error:
        message = "The fonts of the reports are missing; run `manage.py collect_fonts`."
        raise RenderError(message) from error
    data = template_data(document, kind, printer)
    job = {
        "template": str(TEMPLATES / f"{kind}.typ"),
        "root": str(TEMPLATES),
        "data": json.dumps(data),
        "timestamp": timestamp,
        "seconds": max(1, int(timeout)),
        "memory": MEMORY,
    }
    # Typst reads every font of a folder: it gets one that has just those needed.
    with tempfile.TemporaryDirectory(prefix="plumbline-fonts-") as folder:
        for path in font_files(fonts, printer.scripts):
            Path(folder, path.name).symlink_to(path.absolute())
        result = _run(json.dumps(job | {"fonts": folder}), timeout)
    if result.returncode == NOT_CONFORMING:
        logger.warning("PDF without UA-1 and A-2a: %s", _reason(result))
    elif result.returncode:
        raise RenderError(_explain(result), detail=_reason(result))
    return RenderedPdf(
        pack(result.stdout), conforms=not result.returncode, remark=data["remark"]
    )


def pack(pdf: bytes) -> bytes:
    """Return the same PDF, about a third of the size."""
    packed = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(
            packed,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return packed.getvalue()


def _run(job: str, timeout: float) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [sys.executable, "-I", str(WORKER)],
            input=job.encode(),
            capture_output=True,
            check=False,
            timeout=timeout,
            env={"RAYON_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired as error:
        message = f"The report took longer than {timeout:g} seconds and was stopped."
        raise RenderError(message) from error
    except OSError as error:
        message = "The process that writes the PDF could not be started."
        raise RenderError(message, detail=str(error)) from error


def _explain(result: subprocess.CompletedProcess[bytes]) -> str:
    if result.returncode == FAILED:
        return "The report's page template failed. This is a fault of Plumbline."
    if b"memory" in result.stderr.lower() or result.returncode in {-6, -9, -11}:
        return "The report is too large to be written in the memory allowed."
    return "The process that writes the PDF stopped unexpectedly."


def _reason(result: subprocess.CompletedProcess[bytes]) -> str:
    return result.stderr.decode(errors="replace").strip()[-2000:]

"""Compiles one report in a process of its own: a job on stdin, the PDF on stdout.

Typst's threads don't survive a fork and its cache only grows, so nothing else may
import it. Started as `python -I worker.py`; it reads only the job, templates and fonts.
"""

import json
import resource
import sys
from typing import Any

import typst

STANDARDS = ["ua-1", "a-2a"]
NOWHERE = "/nonexistent"  # no package is ever fetched
NOT_CONFORMING = 3
FAILED = 4


def main() -> int:
    job = json.load(sys.stdin)
    seconds, memory = job["seconds"], job["memory"]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        pdf, status = _compile(job, STANDARDS), 0
    except typst.TypstError as error:
        sys.stderr.write(f"{error.diagnostic}\n")
        try:
            pdf, status = _compile(job, None), NOT_CONFORMING
        except typst.TypstError as again:
            sys.stderr.write(f"{again.diagnostic}\n")
            return FAILED
    sys.stdout.buffer.write(pdf)
    return status


def _compile(job: dict[str, Any], standards: Any) -> bytes:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[job["fonts"]],
    )
    return typst.compile(
        job["template"],
        root=job["root"],
        font_paths=fonts,
        sys_inputs={"data": job["data"]},
        pdf_standards=standards,
        timestamp=job["timestamp"],
        package_path=NOWHERE,
        package_cache_path=NOWHERE,
    )


if __name__ == "__main__":
    sys.exit(main())

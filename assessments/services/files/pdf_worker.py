"""Opens the PDF on stdin; the exit code says whether it opens.

Started as `python -I pdf_worker.py`, so that a PDF made to fill the memory or to take
for ever ends this process and nothing else.
"""

import os
import resource
import sys
import tempfile

import pikepdf

OPENS, PASSWORD, DAMAGED, TOO_COSTLY = 0, 3, 4, 5
SECONDS = 5
MEMORY = 512 << 20


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with tempfile.TemporaryFile() as file:
        while chunk := sys.stdin.buffer.read(1 << 16):
            file.write(chunk)
        file.seek(0)
        try:
            with pikepdf.open(file) as pdf:
                return OPENS if len(pdf.pages) else DAMAGED
        except pikepdf.PasswordError:
            return PASSWORD
        except pikepdf.PdfError:
            return DAMAGED
        except MemoryError:
            return TOO_COSTLY


if __name__ == "__main__":
    os._exit(main())

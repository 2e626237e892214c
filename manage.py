#!/usr/bin/env python
"""Django's command line for Plumbline."""

import io
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from config.environment import CannotStart


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # What a terminal has no letter for becomes a question mark, not a traceback.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    refuse_broken_letters(sys.argv[1:])
    try:
        # Django would take a wrong setting for a command that it doesn't know.
        import config.settings  # noqa: F401, PLC0415 -- the first thing that may fail

        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        print(problem, file=sys.stderr)  # noqa: T201 -- one sentence, no traceback
        sys.exit(2)
    except CannotStart as problem:
        print(problem, file=sys.stderr)  # noqa: T201 -- one sentence, no traceback
        sys.exit(1)


def refuse_broken_letters(arguments: list[str]) -> None:
    """Exit with 2 for an argument that is not text, such as an old file's name.

    Python keeps its odd bytes as halves of letters, which no database takes.
    """
    for argument in arguments:
        shown = argument.encode(errors="backslashreplace").decode()
        if shown != argument:
            message = f"{shown} is not UTF-8. If it is a file's name, rename the file."
            print(message, file=sys.stderr)  # noqa: T201 -- one sentence, no traceback
            sys.exit(2)


if __name__ == "__main__":
    main()

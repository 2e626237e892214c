"""python -m tests.bench [pages load reports scoring start]: all of them by default."""

import sys
from importlib import import_module

from tests.bench import setting
from tests.bench.table import show

PARTS = ("pages", "scoring", "load", "reports", "start")


def main() -> int:
    chosen = sys.argv[1:] or PARTS
    setting.start()
    figures = []
    for part in chosen:
        print(f"measuring: {part}", file=sys.stderr)
        figures += import_module(f"tests.bench.{part}").figures()
    show(figures)
    return 0 if all(figure.kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())

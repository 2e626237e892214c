"""Ties the life of a process to its parent's, where the kernel can do that."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1
# Loaded here: between fork and exec a child may do next to nothing.
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """Ask Linux to end this process when its parent is gone, however it went."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

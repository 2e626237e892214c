"""The codes of an authenticator app, reckoned as RFC 6238 says."""

import base64
import hashlib
import hmac
import struct
import time

PERIOD = 30  # seconds


def code_of(secret: str, *, at: float | None = None) -> str:
    """Return the six digits that an app with this key shows at that time."""
    counter = int(time.time() if at is None else at) // PERIOD
    key = base64.b32decode(secret)
    digest = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"

"""A bare form save: the same server, middleware and session, one row, nothing of ours.

Django settings and addresses in one module, for the yardstick of `tests.bench.load`.
"""

from config.settings import *  # noqa: F403 -- the same in all but the addresses

ROOT_URLCONF = "tests.bench.bare_urls"

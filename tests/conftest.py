"""Fixtures for tests that need more than a database: a browser, a broker, a worker."""

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from config import broker as embedded_broker
from tests.processes import Worker, celery_on, running, wait_until

HERE = Path(__file__).parent
AT_MOST = 20  # seconds that one thread waits for another
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
]
BROWSER_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)


def pytest_report_header() -> str:
    return f"database: {connection.vendor}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)


# A real browser


@pytest.fixture(scope="session")
def playwright(playwright):
    # Its loop now runs in this thread to the end, and Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return playwright


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    found = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSER_NAMES)), None
    )
    # Without one on this machine Playwright's own is used, or its absence fails.
    path = {"executable_path": found} if found else {}
    return browser_type_launch_args | path | {"args": BROWSER_ARGUMENTS}


@dataclass
class BrowserWatch:
    """What no page may do, collected from every page of the test's browsers."""

    policy_violations: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)
    script_errors: list[str] = field(default_factory=list)

    def follow(self, context: Any, home: str) -> None:
        context.expose_function(
            "plumblineViolation", lambda text: self.policy_violations.append(text)
        )
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', (e) => "
            "plumblineViolation(`${e.effectiveDirective}: ${e.blockedURI} "
            "${e.sourceFile}:${e.lineNumber} on ${e.documentURI}`));"
        )
        context.on("request", lambda request: self._on_request(request.url, home))
        context.on(
            "weberror", lambda error: self.script_errors.append(str(error.error))
        )

    def _on_request(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:", "about:")):
            self.foreign_requests.append(url)


@pytest.fixture
def browser_watch(live_server) -> Iterator[BrowserWatch]:
    """Fails the test when a page broke the CSP, left the host or had a script error.

    A test that provokes one of these looks at that list and clears it.
    """
    watch = BrowserWatch()
    yield watch
    assert watch == BrowserWatch()


@pytest.fixture
def new_context(new_context, browser_watch, live_server):
    """pytest-playwright's, with every browser context under `browser_watch`."""

    def watched(**options):
        context = new_context(**options)
        browser_watch.follow(context, live_server.url)
        return context

    return watched


@pytest.fixture(scope="session")
def base_url(live_server) -> str:
    """Lets tests say `page.goto("/path/")`."""
    return live_server.url


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """Returns the accessibility faults of the page as it is now, one line each."""
    script = settings.NODE_MODULES / "axe-core" / "axe.min.js"
    assert script.is_file(), "axe-core is missing: run `make install-dev`"
    source = script.read_text()

    def faults(page, **options) -> list[str]:
        page.evaluate(source)
        result = page.evaluate("(options) => axe.run(document, options)", options)
        return [
            f"{violation['id']}: {violation['help']} at {node['target']}: "
            f"{node.get('failureSummary', '')}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return faults


# A real broker and a real worker


@pytest.fixture
def broker(tmp_path_factory) -> Iterator[str]:
    """A broker for this test alone, used by whatever the test enqueues. Its address."""
    directory = tmp_path_factory.mktemp("broker")
    embedded_broker.prepare_directories(directory)
    path = embedded_broker.socket_path(directory)
    program = embedded_broker.find_program()
    assert program, "no broker: run `make install`"
    command = embedded_broker.command(program, directory)
    with running(command, {}, directory / "log"):
        wait_until(lambda: embedded_broker.answers(path), what="the broker")
        with celery_on(f"redis+socket://{path}") as url:
            yield url


@pytest.fixture
def broker_that_is_gone(tmp_path) -> Iterator[str]:
    """The address of a broker that nobody serves, used by this test's Celery."""
    with celery_on(f"redis+socket://{tmp_path}/nobody.sock") as url:
        yield url


@pytest.fixture
def worker(transactional_db, broker, tmp_path) -> Iterator[Worker]:
    """A running worker; `worker.kill()` and `.start()` are for tests of faults."""
    result = Worker(broker=broker, log=tmp_path / "worker.log")
    try:
        result.start()
        yield result
    finally:
        result.stop()


# Two at once


@pytest.fixture
def beside() -> Iterator[Callable[..., Future]]:
    """Runs something in another thread, with a connection of its own."""
    with ThreadPoolExecutor(2) as pool:

        def run(act: Callable[[], object]) -> Future:
            def closed() -> object:
                try:
                    return act()
                finally:
                    connection.close()

            return pool.submit(closed)

        yield run


@pytest.fixture
def uncommitted(beside):
    """What is done inside of this block's thread is committed at its end."""

    @contextmanager
    def hold(act: Callable[[], object]) -> Iterator[None]:
        done, go_on = Event(), Event()

        def work() -> None:
            with transaction.atomic():
                act()
                done.set()
                go_on.wait(AT_MOST)

        working = beside(work)
        try:
            assert done.wait(AT_MOST)
            yield
        finally:
            go_on.set()
            working.result(AT_MOST)

    return hold

"""Takes the pictures of the README from the running program: `make screenshots`.

Starts `manage.py serve` on scratch data with the demo, and walks through it as its
manager and its auditor would. docs/screenshots.md says what each picture shows.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.conftest import BROWSER_ARGUMENTS, BROWSER_NAMES

HOME = Path(__file__).resolve().parent.parent
TARGET = HOME / "docs" / "screenshots"
SIZE = {"width": 1280, "height": 900}
LARGEST = 200_000  # bytes of a picture
MANAGER, AUDITOR = "ines@northwind.example", "ruth@northwind.example"


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="plumbline-pictures-") as scratch:
        password = secrets.token_urlsafe(12)
        with (
            plumbline(Path(scratch), password) as home,
            sync_playwright() as playwright,
        ):
            browser = start_browser(playwright)
            of_the_manager(signed_in(browser, home, MANAGER, password), Path(scratch))
            of_the_auditor(signed_in(browser, home, AUDITOR, password))
            browser.close()


@contextmanager
def plumbline(data: Path, password: str) -> Iterator[str]:
    """The whole program with the demo, on a free port. Yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "PLUMBLINE_DATA": str(data / "var"),
        "PLUMBLINE_DEMO_PASSWORD": password,
        "PORT": str(port),
    }
    (data / "var").mkdir()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=HOME,
        env=os.environ | settings,
        start_new_session=True,
    )
    home = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{home}/healthz")
        yield home
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def wait_for(url: str, seconds: int = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url) as response:  # noqa: S310 -- our own server
                if response.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    raise SystemExit(f"Plumbline did not start within {seconds} seconds.")


def start_browser(playwright: Playwright) -> Browser:
    """The same browser as that of the tests."""
    found = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSER_NAMES)), None
    )
    return playwright.chromium.launch(executable_path=found, args=BROWSER_ARGUMENTS)


def signed_in(browser: Browser, home: str, email: str, password: str) -> Page:
    context = browser.new_context(
        base_url=home, viewport=SIZE, color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/$"))
    return page


def of_the_manager(page: Page, scratch: Path) -> None:
    keep("dashboard", page.screenshot())
    page.goto("/standards/")
    keep("library", page.screenshot())

    page.goto("/assessments/?state=open")
    page.locator("main table a").first.click()
    page.get_by_role("link", name="Identity and access").click()
    keep("section", page.screenshot())

    page.goto("/assessments/?state=sealed")
    page.locator("main table a").first.click()
    page.get_by_role("link", name="See results").click()
    keep("results", page.screenshot())
    page.get_by_role("radio", name="Executive report, PDF").check()
    with page.expect_response("**/reports/request/**"):
        page.get_by_role("button", name="Request report").click()
    newest = page.locator("#jobs li").first
    expect(newest.get_by_role("link", name="Download")).to_be_visible(timeout=120_000)
    with page.expect_download() as started:
        newest.get_by_role("link", name="Download").click()
    pdf = scratch / "report.pdf"
    started.value.save_as(pdf)
    keep("report", first_page(pdf))


def of_the_auditor(page: Page) -> None:
    page.goto("/assessments/?state=review")
    page.locator("main table a").first.click()
    page.get_by_role("link", name="Open the review").click()
    page.get_by_role("link", name=re.compile("^Look at")).click()
    keep("review", page.screenshot())


def first_page(pdf: Path) -> bytes:
    """The first page with a hair of an edge, as wide as a page of the program."""
    program = shutil.which("pdftoppm")
    if not program:
        raise SystemExit("pdftoppm is missing: run `make test-tools`.")
    command = [
        program,
        "-png",
        "-singlefile",
        "-scale-to-x",
        "1280",
        "-scale-to-y",
        "-1",
    ]
    subprocess.run([*command, pdf, pdf.with_suffix("")], check=True)
    return pdf.with_suffix(".png").read_bytes()


def keep(name: str, png: bytes) -> None:
    """Store a picture with as many colours as its size allows, and print its path."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        buffer = BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(
            buffer, "PNG", optimize=True
        )
        if buffer.tell() < LARGEST:
            break
    path = TARGET / f"{name}.png"
    path.write_bytes(buffer.getvalue())
    print(f"{path.relative_to(HOME)}  {buffer.tell() // 1000} KB")


if __name__ == "__main__":
    main()

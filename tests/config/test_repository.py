"""What must not be in the repository, and what must be true of its documents."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# Where packages come from is a matter of the machine that installs them.
REGISTRY = re.compile(
    r"(?:registry|repo|npm|packages?|pypi|mirrors?|proxy|index)\.[a-z0-9-]+\.[a-z]{2,}"
    r"|\bpypi\.[a-z]|pythonhosted|npmjs|yarnpkg|--(?:extra-)?index-url|--registry",
    re.IGNORECASE,
)
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{30}"
    r"|\bxox[abpr]-[A-Za-z0-9-]{10}"
    r"|\bsk-[A-Za-z0-9]{32}"
)
INLINE = re.compile(
    r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=[\"']|\shx-on|javascript:",
    re.IGNORECASE,
)
FOREIGN = re.compile(
    r"<(?:script|link|img|iframe|source)[^>]*(?:src|href)=[\"'](?:https?:)?//"
    r"|@import\s+(?:url\()?[\"']?(?:https?:)?//|url\([\"']?(?:https?:)?//",
    re.IGNORECASE,
)
OWN = Path(__file__).relative_to(ROOT)


@cache
def texts() -> dict[Path, str]:
    """Every text file that is, or is about to be, under version control."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = {}
    for name in filter(None, listing.stdout.split("\0")):
        path = Path(name)
        if path == OWN or not (ROOT / path).is_file():
            continue
        content = (ROOT / path).read_bytes()
        if b"\0" not in content[:1024]:
            found[path] = content.decode(errors="replace")
    return found


def hits(pattern: re.Pattern[str], *suffixes: str, below: str = "") -> list[str]:
    return [
        f"{path}: {match.group(0)}"
        for path, text in texts().items()
        if (not suffixes or path.suffix in suffixes) and str(path).startswith(below)
        for match in pattern.finditer(text)
    ]


def test_no_package_registry_is_named():
    assert hits(REGISTRY) == []


def test_no_secret_is_kept():
    assert hits(SECRET) == []


def test_no_lock_says_where_packages_come_from():
    locks = ["package-lock.json", *ROOT.glob("requirements*.txt")]
    for lock in locks:
        text = (ROOT / lock).read_text()
        assert '"resolved"' not in text
        assert not re.search(r"^--", text, re.MULTILINE)


def test_templates_write_nothing_inline():
    """The content security policy would block it."""
    assert hits(INLINE, ".html", below="templates/") == []


def test_pages_and_styles_load_nothing_from_elsewhere():
    assert hits(FOREIGN, ".html", ".css", ".js") == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) < 150


def test_links_between_documents_lead_somewhere():
    lost = [
        f"{path}: {target}"
        for path, text in texts().items()
        if path.suffix == ".md"
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
        if not (ROOT / path.parent / target).exists()
    ]
    assert lost == []


@pytest.mark.parametrize("document", ["README.md", "docs/admin/running.md"])
def test_documents_name_commands_that_exist(document):
    makefile = (ROOT / "Makefile").read_text()
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / document).read_text()))

    assert named - set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) == set()


def test_documents_name_all_variables():
    """Every variable that the settings read is explained to administrators."""
    read = re.findall(
        r'"([A-Z_]+)",\s*(?:str|read)\b', texts()[Path("config/settings.py")]
    )
    assert len(read) > 10
    running = texts()[Path("docs/admin/running.md")]

    assert [name for name in read if f"`{name}`" not in running] == []

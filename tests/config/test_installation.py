"""The lock files hold all that is installed, and `.ci/packages` installs just that."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(settings.BASE_DIR)
LOCKS = ("requirements.txt", "requirements-dev.txt")
ALONE = {"UV_OFFLINE": "1", "PIP_NO_INDEX": "1"}  # nothing comes over the network
SEEDS = {"pip", "setuptools", "uv"}  # what installs belongs to no lock


def locked(*names: str) -> list[Requirement]:
    """The lines of these lock files that count for this Python on this machine."""
    lines = [
        re.split(r"\s*\\$|\s+--hash", line)[0]
        for name in names
        for line in (ROOT / name).read_text().splitlines()
        if re.match(r"\w", line)
    ]
    pins = [Requirement(line) for line in lines]
    return [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]


def needs(pin: Requirement) -> list[Requirement]:
    """What a locked package with its extras asks for on this machine."""
    asked = map(Requirement, metadata.requires(pin.name) or [])
    contexts = [{"extra": extra} for extra in pin.extras or {""}]
    return [
        need
        for need in asked
        if need.marker is None or any(map(need.marker.evaluate, contexts))
    ]


@pytest.mark.parametrize("locks", [LOCKS[:1], LOCKS])
def test_a_lock_has_every_need_with_its_extras_and_version(locks):
    """Otherwise an installer would look for it, and take what is newest that day."""
    pins: dict[str, list[Requirement]] = {}
    for pin in locked(*locks):
        pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    missing = []
    for pin in locked(*locks):
        for need in needs(pin):
            satisfied = any(
                need.extras <= other.extras
                and need.specifier.contains(str(other.specifier).removeprefix("=="))
                for other in pins.get(canonicalize_name(need.name), [])
            )
            if not satisfied:
                missing.append(f"{pin.name} needs {need}")
    assert missing == []


def test_every_line_is_one_version_with_hashes():
    for lock in (*LOCKS, "requirements-node.txt", "requirements-uv.txt"):
        blocks = re.split(r"\n(?=\w)", (ROOT / lock).read_text().strip())
        assert blocks
        for block in blocks:
            assert re.match(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+ ", block), block
            assert "--hash=sha256:" in block, block


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """The Python of a new virtual environment that has the uv of ours."""
    environment = tmp_path_factory.mktemp("installation") / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    programs = environment / "bin"
    uv = Path(sys.executable).parent / "uv"
    if uv.exists():
        (programs / "uv").symlink_to(uv)
    return programs / "python"


def install(python: Path, *locks: str, **variables: str):
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PIP_FIND")}
    return subprocess.run(
        [".ci/packages", str(python), *locks],
        cwd=ROOT,
        env=inherited | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def installed(python: Path) -> dict[str, str]:
    listing = subprocess.run(
        [python, "-m", "pip", "list", "--format=json"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        canonicalize_name(package["name"]): package["version"]
        for package in json.loads(listing.stdout)
        if package["name"] not in SEEDS
    }


@pytest.mark.processes
def test_both_locks_build_an_environment_with_nothing_resolved(python):
    result = install(python, *LOCKS, **ALONE)  # from uv's store, when it has all
    if result.returncode != 0:
        result = install(python, *LOCKS)

    assert result.returncode == 0, result.stderr
    assert installed(python) == {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in locked(*LOCKS)
    }
    check = subprocess.run([python, "-m", "pip", "check"], check=False)
    assert check.returncode == 0


@pytest.fixture
def company(tmp_path) -> Path:
    """A folder with a package that only this machine's pip has been told of."""
    name = "plumbline_probe-1.0.dist-info"
    folder = tmp_path / "company"
    folder.mkdir()
    wheel = folder / "plumbline_probe-1.0-py3-none-any.whl"
    files = {
        "plumbline_probe.py": "",
        f"{name}/METADATA": "Metadata-Version: 2.1\nName: plumbline-probe\n"
        "Version: 1.0\nRequires-Dist: plumbline-not-there\n",
        f"{name}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\n"
        "Root-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
        record += f"{path},sha256={digest.decode().rstrip('=')},{len(text)}\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in (files | {f"{name}/RECORD": record}).items():
            archive.writestr(path, text)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    line = "plumbline-probe==1.0 --hash=sha256:"
    (folder / "lock.txt").write_text(f"{line}{digest}\n")
    (folder / "wrong.txt").write_text(f"{line}{'0' * 64}\n")
    (folder / "pip.conf").write_text(
        f"[global]\nno-index = true\nfind-links = {folder}\n"
    )
    return folder


@pytest.mark.processes
def test_pip_takes_over_where_uv_finds_nothing(python, company):
    """And asks for nothing that the lock does not name."""
    lock, pip = str(company / "lock.txt"), str(company / "pip.conf")

    target = str(company / "target")

    result = install(python, lock, UV_OFFLINE="1", PIP_CONFIG_FILE=pip, TARGET=target)

    assert result.returncode == 0, result.stderr
    assert "pip does it" in result.stdout
    assert (company / "target" / "plumbline_probe.py").exists()


@pytest.mark.processes
def test_another_content_than_the_locked_one_is_refused(python, company):
    lock, pip = str(company / "wrong.txt"), str(company / "pip.conf")

    target = company / "target"
    variables = {"UV_OFFLINE": "1", "UV_FIND_LINKS": str(company)}

    result = install(python, lock, PIP_CONFIG_FILE=pip, TARGET=str(target), **variables)

    assert result.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in result.stderr
    assert "uv said: " in result.stderr
    assert not (target / "plumbline_probe.py").exists()


def planned(checkout: Path) -> list[str]:
    """The commands by which `make install` would install Python packages now."""
    result = subprocess.run(
        ["make", "--dry-run", "install"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = result.stdout.splitlines()
    return [line.strip() for line in lines if "-m pip" in line or "packages " in line]


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A checkout before its first set-up."""
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    (tmp_path / ".ci").symlink_to(ROOT / ".ci")
    for name in (*LOCKS, "requirements-uv.txt", "package.json", "package-lock.json"):
        (tmp_path / name).touch()
    (tmp_path / ".npmrc").touch()
    return tmp_path


def test_the_first_set_up_installs_uv_and_then_the_lock(checkout):
    first, second = planned(checkout)

    assert "--no-deps --require-hashes" in first
    assert "-r requirements-uv.txt" in first
    assert second == ".ci/packages .venv/bin/python requirements.txt"


def test_a_changed_lock_does_not_take_the_packages_for_the_tests_away(checkout):
    stamps = checkout / ".venv"
    stamps.mkdir()
    for name in (".made", ".uv", ".run", ".dev"):
        (stamps / name).touch()
    assert planned(checkout) == []
    later = (stamps / ".run").stat().st_mtime + 1
    os.utime(checkout / "requirements.txt", (later, later))

    assert planned(checkout) == [
        ".ci/packages .venv/bin/python requirements.txt requirements-dev.txt"
    ]

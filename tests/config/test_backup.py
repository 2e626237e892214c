"""`manage.py backup` and `manage.py restore`, as an administrator runs them."""

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from config.backup.archive import read_archive

pytestmark = pytest.mark.processes

OURS = ("CELERY_BROKER_URL", "PYTEST_XDIST_WORKER", "TEST_DATABASE", "DATABASE_URL")
SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
PASSWORD = "seven oak trees by the river"


@dataclass
class Installation:
    """A data directory and a database of its own."""

    data: Path
    url: str = ""

    def manage(
        self, *arguments: str, check: bool = True
    ) -> subprocess.CompletedProcess:
        result = self.run("manage.py", *arguments)
        assert not check or result.returncode == 0, result.stderr
        return result

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run Python as `manage.py` is run."""
        environment = {k: v for k, v in os.environ.items() if k not in OURS}
        environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
        environment["PLUMBLINE_DATA"] = str(self.data)
        environment["PLUMBLINE_DEMO_PASSWORD"] = PASSWORD
        environment["DATABASE_URL"] = self.url
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    @contextlib.contextmanager
    def database(self):
        """A connection that commits each statement."""
        if SQLITE:
            path = self.data / "plumbline.sqlite3"
            with contextlib.closing(sqlite3.connect(path)) as connection:
                connection.isolation_level = None
                yield connection
        else:
            with psycopg.connect(self.url, autocommit=True) as connection:
                yield connection

    def teams(self) -> list[str]:
        with self.database() as connection:
            rows = connection.execute("SELECT name FROM accounts_team ORDER BY name")
            return [name for (name,) in rows]

    def rename_teams(self, name: str) -> None:
        with self.database() as connection:
            connection.execute(
                f"UPDATE accounts_team SET name = '{name}' || id"  # noqa: S608
            )

    def files(self) -> dict[str, str]:
        root = self.data / "files"
        return {
            str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in root.rglob("*")
            if path.is_file()
        }


def postgresql_url(name: str) -> str:
    database = settings.DATABASES["default"]
    return f"postgres://postgres@/{name}?host={database['OPTIONS']['host']}"


@contextlib.contextmanager
def postgresql_database(name: str, template: str = "template1"):
    """An address of a fresh database on the run's server; nothing for SQLite."""
    if SQLITE:
        yield ""
        return
    name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(postgresql_url("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield postgresql_url(name)
    finally:
        with psycopg.connect(postgresql_url("postgres"), autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """An installation with the demo in it, that no test changes."""
    with postgresql_database("backup_demo") as url:
        installation = Installation(tmp_path_factory.mktemp("demo"), url)
        for command in ("migrate", "load_standards", "demo"):
            installation.manage(command)
        yield installation


@pytest.fixture(scope="module")
def demo_archive(demo, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "demo.tar.gz"
    demo.manage("backup", str(path))
    return path


@pytest.fixture
def installed(demo, tmp_path):
    """A copy of the demo installation for this test."""
    data = tmp_path / "data"
    shutil.copytree(demo.data, data)
    template = f"backup_demo_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with postgresql_database("backup_installed", template) as url:
        yield Installation(data, url)


@pytest.fixture
def empty(tmp_path):
    """A new machine: no data, no tables."""
    data = tmp_path / "new"
    data.mkdir()
    with postgresql_database("backup_empty") as url:
        yield Installation(data, url)


@pytest.fixture
def archive(installed, tmp_path) -> Path:
    path = tmp_path / "backup.tar.gz"
    installed.manage("backup", str(path))
    return path


def test_everything_comes_back_on_a_new_machine(demo, demo_archive, empty):
    teams, files = demo.teams(), demo.files()

    said = empty.manage("restore", str(demo_archive)).stdout

    assert teams
    assert files
    assert empty.teams() == teams
    assert empty.files() == files
    assert (empty.data / "secret_key").read_text() == (
        demo.data / "secret_key"
    ).read_text()
    assert "What was there before" not in said
    # And it is one that the next start takes as it is.
    assert empty.manage("migrate", "--check").returncode == 0


def test_a_backup_is_for_its_owner_only(demo_archive):
    assert demo_archive.stat().st_mode & 0o777 == 0o600


def test_a_folder_gets_a_file_with_the_time_in_its_name(demo, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()

    demo.manage("backup", str(folder))

    (path,) = folder.iterdir()
    assert path.name.startswith("plumbline-2")
    assert read_archive(path).rows["accounts_organization"] == 1


def test_a_backup_is_never_written_over_another(demo, demo_archive):
    before = demo_archive.read_bytes()

    refused = demo.manage("backup", str(demo_archive), check=False)

    assert refused.returncode == 1
    assert refused.stderr == (
        f"CommandError: {demo_archive} exists already: choose another name.\n"
    )
    assert demo_archive.read_bytes() == before


def test_nothing_to_back_up_is_said(empty, tmp_path):
    refused = empty.manage("backup", str(tmp_path / "none.tar.gz"), check=False)

    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "none.tar.gz").exists()
    if SQLITE:
        assert "nothing to back up" in refused.stderr
        assert not (empty.data / "plumbline.sqlite3").exists()


def test_data_are_not_restored_over_unless_that_is_asked_for(installed, archive):
    installed.rename_teams("Later ")
    later = installed.teams()

    refused = installed.manage("restore", str(archive), check=False)

    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert installed.teams() == later


def test_what_was_there_before_is_kept(installed, archive):
    teams = installed.teams()
    installed.rename_teams("Later ")
    later = installed.teams()
    (path, *_) = (installed.data / "files" / "evidence").rglob("*-*")
    path.write_bytes(b"changed")

    installed.manage("restore", str(archive), "--replace")

    assert installed.teams() == teams
    assert path.read_bytes() != b"changed"
    (aside,) = installed.data.glob("replaced-*")
    kept = aside / path.relative_to(installed.data)
    assert kept.read_bytes() == b"changed"
    if SQLITE:
        installed.data = aside
        assert installed.teams() == later
    else:
        schema = aside.name.replace("replaced-", "replaced_").replace("-", "")
        with installed.database() as connection:
            rows = connection.execute(
                f"SELECT name FROM {schema}.accounts_team"  # noqa: S608
            )
            assert sorted(name for (name,) in rows) == later


def test_a_restored_installation_can_be_backed_up_and_restored_again(
    installed, archive, tmp_path
):
    teams = installed.teams()
    installed.manage("restore", str(archive), "--replace")
    second = tmp_path / "second.tar.gz"

    installed.manage("backup", str(second))
    installed.rename_teams("Later ")
    shutil.rmtree(*installed.data.glob("replaced-*"))
    installed.manage("restore", str(second), "--replace")

    assert read_archive(second).rows == read_archive(archive).rows
    assert installed.teams() == teams


CRASH = """
import os, sqlite3, sys
path, name, times = sys.argv[1:]
database = sqlite3.connect(path)
database.execute("PRAGMA journal_mode=WAL")
database.execute("PRAGMA wal_autocheckpoint=0")
for number in range(int(times)):
    # Another name each time: SQLite writes no page that stays as it is.
    value = f"{name}{number} "
    database.execute("UPDATE accounts_team SET name = ? || id", (value,))
    database.commit()
os._exit(9)
"""


def crash(installation: Installation, name: str, times: int) -> Path:
    """Change all teams' names and die, so that the change stands in the log alone."""
    path = installation.data / "plumbline.sqlite3"
    command = [sys.executable, "-c", CRASH, str(path), name, str(times)]
    assert subprocess.run(command, check=False).returncode == 9
    return Path(f"{path}-wal")


@pytest.mark.skipif(not SQLITE, reason="PostgreSQL keeps its own log")
def test_a_log_that_a_crash_left_is_not_played_into_the_restored_file(
    installed, archive
):
    teams = installed.teams()
    assert crash(installed, "Lost ", 200).stat().st_size > 100_000

    installed.manage("restore", str(archive), "--replace")

    assert installed.teams() == teams
    with installed.database() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.skipif(not SQLITE, reason="PostgreSQL keeps its own log")
def test_a_backup_has_what_a_crash_left_in_the_log(installed, tmp_path, empty):
    crash(installed, "Saved ", 1)
    archive = tmp_path / "after.tar.gz"

    installed.manage("backup", str(archive))
    empty.manage("restore", str(archive))

    assert empty.teams()
    assert all(name.startswith("Saved ") for name in empty.teams())


def damaged_copies(archive: Path, folder: Path) -> dict[str, Path]:
    content = archive.read_bytes()
    middle = len(content) // 2
    flipped = bytes([content[middle] ^ 0xFF])
    copies = {
        "cut": content[:middle],
        "empty": b"",
        "flipped": content[:middle] + flipped + content[middle + 1 :],
        "text": b"not an archive",
    }
    paths = {name: folder / f"{name}.tar.gz" for name in copies}
    for name, path in paths.items():
        path.write_bytes(copies[name])
    return paths


def test_a_damaged_archive_changes_nothing(installed, archive, tmp_path):
    before = installed.teams(), installed.files()

    for path in damaged_copies(archive, tmp_path).values():
        refused = installed.manage("restore", str(path), "--replace", check=False)

        assert refused.returncode == 1
        assert refused.stderr.startswith(f"CommandError: {path} is damaged, cut off")
        assert (installed.teams(), installed.files()) == before
    assert list(installed.data.glob("replaced-*")) == []


def rewritten(archive: Path, target: Path, *, extra: str = "", **changes) -> Path:
    """A copy of the archive with another manifest, or with a member more."""
    with tarfile.open(archive) as old, tarfile.open(target, "w:gz") as new:
        for info in old:
            content = old.extractfile(info).read()
            if info.name == "manifest.json":
                content = json.dumps(json.loads(content) | changes).encode()
                info.size = len(content)
            copy = target.with_suffix(".member")
            copy.write_bytes(content)
            new.add(copy, info.name)
        if extra:
            new.add(copy, extra)
    return target


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"vendor": "oracle"}, "This backup is of oracle, but DATABASE_URL names"),
        ({"format": 2}, "made by a newer Plumbline"),
        ({"migrations": ["accounts.9999_later"]}, "made by a newer Plumbline"),
        ({"rows": "none"}, "is damaged, cut off"),
        ({"extra": "files/not-in-the-manifest"}, "is damaged, cut off"),
        ({"extra": "../outside"}, "is damaged, cut off"),
        ({"extra": "/tmp/outside"}, "is damaged, cut off"),
    ],
)
def test_what_does_not_fit_is_refused(empty, demo_archive, tmp_path, changes, reason):
    odd = rewritten(demo_archive, tmp_path / "odd.tar.gz", **changes)

    refused = empty.manage("restore", str(odd), check=False)

    assert refused.returncode == 1
    assert reason in refused.stderr
    assert "Traceback" not in refused.stderr
    assert empty.files() == {}


def test_a_running_installation_is_not_restored_over(installed, archive):
    teams = installed.teams()
    hold = (
        "import fcntl, sys; f = open(sys.argv[1], 'a+'); fcntl.flock(f, fcntl.LOCK_EX);"
        "print('held', flush=True); sys.stdin.read()"
    )
    lock = str(installed.data / "serve.lock")
    with subprocess.Popen(
        [sys.executable, "-c", hold, lock],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        refused = installed.manage("restore", str(archive), "--replace", check=False)
        holder.stdin.close()

    assert refused.returncode == 1
    assert "Plumbline already runs with the data in" in refused.stderr
    assert installed.teams() == teams


@pytest.mark.skipif(SQLITE, reason="SQLite has no server to ask")
def test_others_at_the_database_stop_a_restore(installed, archive):
    teams = installed.teams()
    with installed.database():
        refused = installed.manage("restore", str(archive), "--replace", check=False)

    assert refused.returncode == 1
    assert "1 others are connected to the database" in refused.stderr
    assert installed.teams() == teams


def test_a_file_that_the_disk_lost_is_named_and_the_rest_is_kept(installed, tmp_path):
    path = sorted((installed.data / "files" / "evidence").rglob("*-*"))[0]
    path.unlink()
    archive = tmp_path / "backup.tar.gz"

    warned = installed.manage("backup", str(archive), check=False)

    assert warned.returncode == 1
    assert "1 files that the database names are missing or changed" in warned.stderr
    assert str(path.relative_to(installed.data / "files")) in warned.stderr
    assert read_archive(archive).rows["accounts_organization"] == 1


@pytest.mark.skipif(not SQLITE, reason="a server checks its own pages")
def test_a_damaged_database_is_no_backup(installed, tmp_path):
    path = installed.data / "plumbline.sqlite3"
    content = bytearray(path.read_bytes())
    content[8192:600_000] = bytes(600_000 - 8192)
    path.write_bytes(content)

    refused = installed.manage("backup", str(tmp_path / "none.tar.gz"), check=False)

    assert refused.returncode == 1
    assert "damaged" in refused.stderr
    assert list(tmp_path.glob("*none*")) == []


@pytest.mark.skipif(not SQLITE, reason="PostgreSQL waits for the disk by itself")
def test_saved_means_on_the_disk(demo):
    command = (
        "from django.db import connection as c; k = c.cursor();"
        "print(*(k.execute(f'PRAGMA {p}').fetchone()[0]"
        " for p in ('journal_mode', 'synchronous')))"
    )
    full = 2

    assert demo.manage("shell", "-v0", "-c", command).stdout == f"wal {full}\n"


KILLED = """
import os, sys
from pathlib import Path
from django.core.management import execute_from_command_line

step, *arguments = sys.argv[1:]
rename, steps = Path.rename, []

def rename_or_die(self, target):
    steps.append(target)
    if len(steps) == int(step):
        os.kill(os.getpid(), 9)
    return rename(self, target)

Path.rename = rename_or_die
execute_from_command_line(["manage.py", *arguments])
"""


# The renames before which it dies: that of the key, of the files, of the database.
@pytest.mark.parametrize("step", [3, 5] + [7] * SQLITE)
def test_a_restore_that_is_killed_is_told_and_can_be_repeated(installed, archive, step):
    teams, files = installed.teams(), installed.files()
    installed.rename_teams("Later ")
    later = installed.teams()
    secret = (installed.data / "secret_key").read_text()

    killed = installed.run(
        "-c", KILLED, str(step), "restore", str(archive), "--replace"
    )
    refused = installed.manage("serve", "--port", "0", check=False)
    no_backup = installed.manage("backup", str(archive.parent), check=False)
    said = installed.manage("restore", str(archive)).stdout

    assert killed.returncode == -9
    (first, *_) = sorted(installed.data.glob("replaced-*"))
    assert refused.stderr == (
        "CommandError: A restore did not end. Run manage.py restore again; what was "
        f"there before lies in {first}.\n"
    )
    assert "A restore did not end: run it again" in no_backup.stderr
    assert installed.teams() == teams
    assert installed.files() == files
    assert (installed.data / "secret_key").read_text() == secret
    assert not list(installed.data.rglob(".restoring-*"))
    assert not (installed.data / "restore.unfinished").exists()
    assert "What was there before lies in" in said
    if SQLITE:
        (kept,) = [
            path.parent
            for path in installed.data.glob("replaced-*/plumbline.sqlite3")
            if Installation(path.parent).teams() == later
        ]
        assert kept


@pytest.mark.parametrize("relative", [True, False])
def test_a_folder_of_files_on_another_disk_is_restored_where_it_is(
    installed, archive, relative
):
    """Through a link, as on a mount, the files stay on the disk they are on."""
    files = installed.files()
    folder = installed.data / "files"
    disk = Path(tempfile.mkdtemp(dir="/dev/shm"))
    try:
        shutil.copytree(folder, disk / "big")
        shutil.rmtree(folder)
        target = disk / "big"
        folder.symlink_to(
            os.path.relpath(target, installed.data) if relative else target
        )
        (changed, *_) = (target / "evidence").rglob("*-*")
        changed.write_bytes(b"changed")

        said = installed.manage("restore", str(archive), "--replace").stdout

        assert folder.is_symlink()
        (aside,) = target.glob("replaced-*")
        assert f"What was there before lies in {folder / aside.name}." in said
        assert (aside / changed.relative_to(target)).read_bytes() == b"changed"
        second = installed.data.parent / "second.tar.gz"
        installed.manage("backup", str(second))
        assert set(read_archive(second).members) == set(read_archive(archive).members)
        shutil.rmtree(aside)
        assert installed.files() == files
    finally:
        shutil.rmtree(disk)


def test_a_database_that_cannot_come_leaves_the_files_of_before(installed, archive):
    teams, files = installed.teams(), installed.files()
    (path, *_) = (installed.data / "files" / "evidence").rglob("*-*")
    path.write_bytes(b"changed")
    changed = installed.files()
    fail = "raise BackupError('no room')"
    failing = (
        "import sys; from config.backup import databases as d; "
        "from config.backup.errors import BackupError\n"
        f"def take_in(*a): {fail}\n"
        "d.SQLite.take_in = d.PostgreSQL.take_in = take_in\n"
        "from django.core.management import execute_from_command_line as run\n"
        "run(['manage.py', *sys.argv[1:]])"
    )

    refused = installed.run("-c", failing, "restore", str(archive), "--replace")

    assert refused.stderr == "CommandError: no room\n"
    assert installed.teams() == teams
    assert installed.files() == changed != files
    assert not (installed.data / "restore.unfinished").exists()

"""What a test run needs around it: a private data directory and, for DB=pg, PostgreSQL.

Made once by the process that starts the run. Its pytest-xdist workers and the programs
under test find everything in the environment that they inherit.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

RUN_DIRECTORY = "PLUMBLINE_TEST_RUN"
# A developer's own settings must not leak into the tests, nor their database.
OUR_VARIABLES = ("DATABASE_URL", "CELERY_BROKER_URL", "EMAIL_URL", "HOST", "PORT")
POSTGRESQL_HOMES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
)
# A test database may be lost with the machine: nothing waits for the disk.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def start() -> None:
    """Make the run's directory and services, unless a parent process already has."""
    if RUN_DIRECTORY in os.environ:
        return
    for name in list(os.environ):
        if name.startswith("PLUMBLINE_") or name in OUR_VARIABLES:
            del os.environ[name]
    directory = Path(tempfile.mkdtemp(prefix="plumbline-tests-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    os.environ[RUN_DIRECTORY] = str(directory)
    if os.environ.get("DB", "sqlite") == "pg":
        os.environ["DATABASE_URL"] = start_postgresql()


def start_postgresql() -> str:
    """Start a server that only this run can reach, and return its address."""
    programs = postgresql_programs()
    directory = Path(tempfile.mkdtemp(prefix="plumbline-pg-"))
    data = directory / "data"
    run_as: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(directory, "postgres")
        run_as = [_system_program("runuser"), "-u", "postgres", "--"]

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*run_as, str(programs / program), "-D", str(data), *arguments],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def stop() -> None:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(directory, ignore_errors=True)

    cluster = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    run("initdb", *cluster, "--no-sync")
    options = f"-k {directory} -c listen_addresses='' {FAST}"
    run("pg_ctl", "-w", "-l", str(directory / "log"), "-o", options, "start")
    atexit.register(stop)
    return f"postgres://postgres@/postgres?host={directory}"


def _system_program(name: str) -> str:
    """A program of the system, also where PATH leaves out the administrator's ones."""
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    return shutil.which(name, path=path) or name


def postgresql_programs() -> Path:
    """The directory of initdb and pg_ctl, the newest version first."""
    found = [
        home
        for pattern in POSTGRESQL_HOMES
        for home in sorted(Path("/").glob(pattern), reverse=True)
    ]
    if on_path := shutil.which("pg_ctl"):
        found.append(Path(on_path).resolve().parent)
    for directory in found:
        if (directory / "initdb").exists():
            return directory
    raise SystemExit("DB=pg needs PostgreSQL's own programs: run `make test-tools`.")

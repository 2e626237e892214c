"""Copying a database out and in: one class for each kind that Plumbline runs on."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any, Protocol

from django.db import connection, transaction

from common.files import sync_folder
from config.backup.contents import Contents, read_contents
from config.backup.errors import BackupError
from config.backup.exchange import exchanged, sync_file

# What an older state is called once a restored one has taken its place.
ASIDE = "replaced"
WAL_FILES = ("-wal", "-shm", "-journal")


class Database(Protocol):
    """The present database of this installation."""

    def copy_to(self, path: Path) -> Contents:
        """Write a copy as it is at one moment, check it, and say what it holds."""
        ...

    def check_copy(self, path: Path) -> None:
        """Raise BackupError unless the copy at `path` is whole."""
        ...

    def holds_data(self) -> bool:
        """Say whether there is anything that a restore would replace."""
        ...

    def take_in(self, path: Path, stamp: str) -> str:
        """Put the copy in place and say where the state of before lies now."""
        ...

    def contents(self) -> Contents:
        """Say what the present database holds."""
        ...


def present_database() -> Database:
    return SQLite() if connection.vendor == "sqlite" else PostgreSQL()


class SQLite:
    """A file with up to three files beside it, which belong to it alone."""

    def __init__(self) -> None:
        self.path = Path(connection.settings_dict["NAME"])

    def copy_to(self, path: Path) -> Contents:
        if not self.path.is_file() or not self.path.stat().st_size:
            message = f"There is no database at {self.path}: nothing to back up."
            raise BackupError(message)
        source = f"{self.path.resolve().as_uri()}?mode=ro"
        try:
            with (
                contextlib.closing(sqlite3.connect(source, uri=True)) as present,
                contextlib.closing(sqlite3.connect(path)) as copy,
            ):
                present.backup(copy)
                # The copy is one file: no other may be needed to read it.
                copy.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as error:
            raise BackupError(f"{self.path} cannot be read: {error}.") from error
        self.check_copy(path)
        return _sqlite_contents(path)

    def check_copy(self, path: Path) -> None:
        try:
            with contextlib.closing(sqlite3.connect(path)) as copy:
                faults = [str(row[0]) for row in copy.execute("PRAGMA integrity_check")]
                orphans = copy.execute("PRAGMA foreign_key_check").fetchall()
                tables = _sqlite_tables(copy)
        except sqlite3.Error as error:
            raise BackupError(f"The database is damaged: {error}.") from error
        if faults != ["ok"]:
            raise BackupError(f"The database is damaged: {faults[0]}.")
        if orphans:
            raise BackupError(f"The database is damaged: {len(orphans)} rows dangle.")
        if "django_migrations" not in tables:
            raise BackupError("The database has no tables of Plumbline.")

    def holds_data(self) -> bool:
        return self.path.exists() and self.path.stat().st_size > 0

    def take_in(self, path: Path, stamp: str) -> str:
        """Move the files of before aside, all of them, and the copy to their place.

        A write-ahead log that stayed behind would be played into the restored file.
        """
        connection.close()
        aside = self.path.parent / f"{ASIDE}-{stamp}"
        # Beside its place first: that may be on another disk than the copy.
        beside = self.path.with_name(f".{self.path.name}.restored")
        try:
            shutil.copyfile(path, beside)
            beside.chmod(0o600)
            sync_file(beside)
            with exchanged(self._present_files(), {self.path: beside}, aside):
                sync_folder(self.path.parent)
        finally:
            beside.unlink(missing_ok=True)
        return str(aside) if aside.exists() else ""

    def _present_files(self) -> list[Path]:
        names = [self.path, *(Path(f"{self.path}{ending}") for ending in WAL_FILES)]
        return [path for path in names if path.exists()]

    def contents(self) -> Contents:
        return _sqlite_contents(self.path)


def _sqlite_contents(path: Path) -> Contents:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return read_contents(database.execute, _sqlite_tables(database))


def _sqlite_tables(database: sqlite3.Connection) -> list[str]:
    rows = database.execute(
        "SELECT name FROM sqlite_master "
        "WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    return [str(name) for (name,) in rows]


class PostgreSQL:
    """A server's database; its own programs write and read the copy."""

    def copy_to(self, path: Path) -> Contents:
        with transaction.atomic(), connection.cursor() as cursor:
            # The rows are counted in the very state that pg_dump writes.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            contents = self.contents()
            self._run(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--exclude-schema={ASIDE}_*",
                f"--snapshot={snapshot}",
                f"--file={path}",
            )
        self.check_copy(path)
        return contents

    def check_copy(self, path: Path) -> None:
        listing = self._run("pg_restore", "--list", str(path), database=False)
        if " TABLE DATA public django_migrations " not in listing:
            raise BackupError("The database has no tables of Plumbline.")
        # Unpacks every block without a server: a damaged one ends it with an error.
        self._run("pg_restore", f"--file={os.devnull}", str(path), database=False)

    def holds_data(self) -> bool:
        return bool(connection.introspection.table_names())

    def take_in(self, path: Path, stamp: str) -> str:
        """Restore into an empty schema; the one of before is renamed and kept."""
        self._ensure_alone()
        schema = f"{ASIDE}_{stamp.replace('-', '')}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"ALTER SCHEMA public RENAME TO {schema}")
            cursor.execute("CREATE SCHEMA public")
        try:
            self._run(
                "pg_restore",
                "--single-transaction",
                "--exit-on-error",
                "--no-owner",
                "--no-privileges",
                "--schema=public",
                str(path),
            )
        except BackupError:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute(f"ALTER SCHEMA {schema} RENAME TO public")
            raise
        return f"the schema {schema} of the database"

    def _ensure_alone(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = "
                "current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'"
            )
            (others,) = cursor.fetchone()
        if others:
            message = (
                f"{others} others are connected to the database. Stop Plumbline on "
                "all machines first."
            )
            raise BackupError(message)

    def contents(self) -> Contents:
        def query(sql: str) -> list[tuple[Any, ...]]:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()

        return read_contents(query, connection.introspection.table_names())

    def _run(self, program: str, *arguments: str, database: bool = True) -> str:
        """Run one of PostgreSQL's programs and return what it printed."""
        if not shutil.which(program):
            message = f"{program} is missing: install PostgreSQL's client programs."
            raise BackupError(message)
        name, environment = _connection_settings()
        target = [f"--dbname={name}"] if database else []
        result = subprocess.run(
            [program, *target, *arguments],
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            lines = result.stderr.strip().splitlines() or ["no reason given"]
            raise BackupError(f"{program} failed: {lines[0]}")
        return result.stdout


def _connection_settings() -> tuple[str, dict[str, str]]:
    """Name of the database and the environment of PostgreSQL's programs.

    By the environment, because every user of the machine can read arguments.
    """
    parameters = connection.get_connection_params()
    environment = {
        variable: str(parameters[key])
        for key, variable in (
            ("host", "PGHOST"),
            ("port", "PGPORT"),
            ("user", "PGUSER"),
            ("password", "PGPASSWORD"),
            ("sslmode", "PGSSLMODE"),
            ("sslrootcert", "PGSSLROOTCERT"),
        )
        if parameters.get(key)
    }
    return str(parameters["dbname"]), environment

"""What a database says of itself: rows, migrations, and the files that it names."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import FileField

from config.backup.errors import BackupError

Query = Callable[[str], Iterable[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Contents:
    """Rows by table, migrations as "app.name", SHA-256 by the name of each file."""

    rows: dict[str, int]
    migrations: list[str]
    files: dict[str, str]


def read_contents(query: Query, tables: Iterable[str]) -> Contents:
    """Return what the database behind `query` holds; `tables` are those to count."""
    quote = connection.ops.quote_name
    counts = (
        (table, query(f"SELECT count(*) FROM {quote(table)}"))  # noqa: S608
        for table in sorted(tables)
    )
    names = query("SELECT app, name FROM django_migrations ORDER BY app, name")
    return Contents(
        rows={table: int(count) for table, ((count,),) in counts},
        migrations=[f"{app}.{name}" for app, name in names],
        files=_files(query),
    )


def _files(query: Query) -> dict[str, str]:
    """SHA-256 by name of every file that a row names; empty where none is stored."""
    quote = connection.ops.quote_name
    files: dict[str, str] = {}
    for model in apps.get_models():
        columns = {field.name: field for field in model._meta.concrete_fields}
        for field in columns.values():
            if not isinstance(field, FileField):
                continue
            name = quote(field.column)
            digest = quote("sha256") if "sha256" in columns else "''"
            table = quote(model._meta.db_table)
            rows = query(f"SELECT {name}, {digest} FROM {table} WHERE {name} <> ''")  # noqa: S608
            files.update((str(path), str(digest)) for path, digest in rows)
    return files


def ensure_known(migrations: Iterable[str]) -> None:
    """Raise BackupError for a database that a newer Plumbline made."""
    if newer := unknown_migration(migrations):
        message = (
            f"This backup was made by a newer Plumbline (it has {newer}): "
            "restore it with that one."
        )
        raise BackupError(message)


def unknown_migration(migrations: Iterable[str]) -> str:
    """The first of these that our apps do not have; empty where there is none."""
    loader = MigrationLoader(None)
    names = {f"{app}.{name}" for app, name in loader.disk_migrations}
    replaced = {
        f"{app}.{name}"
        for migration in loader.disk_migrations.values()
        for app, name in migration.replaces
    }
    apps_here = {config.label for config in apps.get_app_configs()}
    unknown = (
        name
        for name in migrations
        if name.partition(".")[0] in apps_here and name not in names | replaced
    )
    return next(unknown, "")

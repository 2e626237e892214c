import errno
import os
import subprocess
import sys
import zoneinfo
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.forms.organization import time_zones
from config import environment
from config.broker import socket_path


@pytest.mark.processes
@pytest.mark.parametrize(
    "arguments",
    [
        [b"score", b"iso-27032/2023", b"r\xe9ponses.csv"],
        [b"export_answers", b"r\xe9ponses.csv"],
        [b"import_answers", b"K7QX2MB", b"a.csv", b"--by", b"r\xe9ponses.csv"],
        [b"r\xe9ponses.csv"],
    ],
)
def test_an_argument_with_a_broken_letter_is_refused_in_one_sentence(arguments):
    result = subprocess.run(
        [os.fsencode(sys.executable), b"manage.py", *arguments],
        cwd=settings.BASE_DIR,
        capture_output=True,
    )
    assert (result.returncode, result.stdout, result.stderr.decode()) == (
        2,
        b"",
        "r\\udce9ponses.csv is not UTF-8. If it is a file's name, rename the file.\n",
    )


def test_time_zones_need_no_files_of_the_system():
    """Slim systems have none, and organizations still choose their zone."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=())
    try:
        assert {zone for zone, _label in time_zones()} > {"Europe/Lisbon", "Asia/Tokyo"}
        lisbon = zoneinfo.ZoneInfo.no_cache("Europe/Lisbon")
    finally:
        zoneinfo.reset_tzpath(to=before)
    assert datetime(2026, 7, 1, tzinfo=lisbon).utcoffset() == timedelta(hours=1)


@pytest.fixture
def value(monkeypatch):
    """Reads a variable that has the given text in the environment."""

    def read(text, convert):
        monkeypatch.setenv("PLUMBLINE_X", text)
        return environment.read("PLUMBLINE_X", convert, "", "something else")

    return read


@pytest.mark.parametrize(
    ("convert", "text", "expected"),
    [
        (environment.boolean, "1", True),
        (environment.boolean, "0", False),
        (environment.port, "8000", 8000),
        (environment.broker_url, "rediss://host:6379/1", "rediss://host:6379/1"),
    ],
)
def test_a_good_value_is_converted(value, convert, text, expected):
    assert value(text, convert) == expected


@pytest.mark.parametrize(
    ("convert", "text"),
    [
        (environment.boolean, "yes"),
        (environment.port, "eighty"),
        (environment.port, "0"),
        (environment.port, "65536"),
        (environment.host_names, "https://plumbline.example"),
        (environment.host_names, "plumbline.example:8000"),
        (environment.host_names, "a.example b.example"),
        (environment.broker_url, "amqp://host"),
        (environment.broker_url, "redis://host:99999/1"),
        (environment.database, "plumbline.sqlite3"),
        (environment.database, "sqlite:///plumbline.sqlite3"),
        (environment.database, "sqlite://"),
        (environment.database, "postgres://host"),
        (environment.database, "postgres://host:99999/name"),
        (environment.origins, "plumbline.example"),
        (environment.origins, "https://a.example b.example"),
        (environment.origins, "https://a.example, b.example"),
        (environment.origins, "https://a.example/"),
        (environment.origins, "ftp://a.example"),
        (environment.origins, "https://"),
        (environment.origins, "https://a.example:99999"),
        (environment.origins, "https://a_b!.example"),
        (environment.sender, "Plumbline"),
        (environment.sender, "Plumbline <@plumbline.example>"),
        (environment.database, "mysql://host/name"),
        (environment.email, "pigeon://loft"),
        (environment.data_directory, "/dev/null/below"),
        (environment.data_directory, "/"),
        (environment.data_directory, "/tmp"),
        (environment.data_directory, str(settings.BASE_DIR)),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(value, convert, text):
    with pytest.raises(ImproperlyConfigured) as raised:
        value(text, convert)

    assert (
        str(raised.value) == f"PLUMBLINE_X is '{text}', but should be something else."
    )


@pytest.mark.parametrize(
    "password", ["p@ss", "p/w@rd", "p@ss/w@rd", "#p@ss", "a/b", "1?2"]
)
@pytest.mark.parametrize(
    ("convert", "scheme"),
    [
        (environment.database, "postgres"),
        (environment.broker_url, "redis"),
        (environment.email, "smtp"),
    ],
)
def test_a_password_with_bare_signs_is_refused_without_a_piece_of_it(
    value, convert, scheme, password
):
    with pytest.raises(ImproperlyConfigured) as raised:
        value(f"{scheme}://me:{password}@host:5432/name", convert)

    assert str(raised.value) == (
        f"PLUMBLINE_X is '{scheme}://…@host:5432/name', but should be something else."
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mysql://someone:secret@host/name", "mysql://…@host/name"),
        ("mysql://someone:sec@ret@host/name", "mysql://…@host/name"),
        ("mysql://someone:sec/ret@host/name", "mysql://…@host/name"),
        ("mysql://someone:sec/r@t/@host/name", "mysql://…@host/name"),
        ("mysql://someone:se#cret@host/name", "mysql://…@host/name"),
        ("postgres://someone:secret", "postgres://someone:…"),
        (
            "mysql://host/name?user=a&password=secret",
            "mysql://host/name?user=a&password=…",
        ),
        ("mysql://:sec\nret@host", "mysql://…@host"),
    ],
)
def test_a_password_in_a_wrong_value_is_not_shown(value, text, shown):
    with pytest.raises(ImproperlyConfigured) as raised:
        value(text, environment.database)

    assert str(raised.value) == (
        f"PLUMBLINE_X is '{shown}', but should be something else."
    )


def test_a_wrong_value_of_two_lines_is_one_sentence(value):
    with pytest.raises(ImproperlyConfigured) as raised:
        value("Plumbline\nBcc: all@evil.example <a@b.example>", environment.sender)

    assert len(str(raised.value).splitlines()) == 1


def test_origins_are_separated_by_commas_and_blanks():
    assert environment.origins("https://a.example, http://b.example:8080,") == [
        "https://a.example",
        "http://b.example:8080",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("plumbline.example", ["plumbline.example"]),
        (" a.example, .b.example,,", ["a.example", ".b.example"]),
        ("192.168.1.5,[2001:db8::1]", ["192.168.1.5", "[2001:db8::1]"]),
        ("*", ["*"]),
    ],
)
def test_host_names(text, expected):
    assert environment.host_names(text) == expected


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("plumbline.lan", "plumbline.lan"),
        ("2001:db8::1", "[2001:db8::1]"),
        ("0.0.0.0", ""),  # noqa: S104 -- an example
        ("::", ""),
    ],
)
def test_the_name_of_a_server_is_where_it_listens(address, name):
    assert environment.name_of(address) == name


def test_an_empty_value_means_the_default(monkeypatch):
    monkeypatch.setenv("PORT", "")

    assert environment.read("PORT", environment.port, "8000", "a port") == 8000


def test_database_addresses():
    sqlite = environment.database("sqlite:////data/a%20b.sqlite3")
    server = environment.database("postgres://me:pw@db:5433/plumbline")

    assert (sqlite["ENGINE"], sqlite["NAME"]) == (
        "django.db.backends.sqlite3",
        "/data/a b.sqlite3",
    )
    assert (server["ENGINE"], server["HOST"], server["PORT"], server["NAME"]) == (
        "django.db.backends.postgresql",
        "db",
        5433,
        "plumbline",
    )


def test_a_secret_is_made_once_and_kept_to_its_owner(tmp_path):
    path = tmp_path / "secret_key"

    first = environment.secret(path)

    assert len(first) > 50
    assert environment.secret(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("content", "fault"),
    [(b"", "is empty"), (b"\n", "is empty"), (b"\xff", "is not text")],
)
def test_a_broken_secret_is_named(tmp_path, content, fault):
    path = tmp_path / "secret_key"
    path.write_bytes(content)

    with pytest.raises(ImproperlyConfigured) as raised:
        environment.secret(path)

    assert str(raised.value) == (
        f"{path} {fault}: put it back from the backup, or remove it for a new one."
    )


def test_a_full_disk_leaves_no_half_secret(tmp_path, monkeypatch):
    def full(_length):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(environment.secrets, "token_urlsafe", full)

    with pytest.raises(environment.CannotStart) as raised:
        environment.secret(tmp_path / "secret_key")

    assert str(raised.value) == (
        f"{tmp_path}/secret_key cannot be read or made: No space left on device."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_takes_no_directory_is_named(tmp_path, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(environment.Path, "mkdir", full)

    with pytest.raises(environment.CannotStart, match="No space left on device"):
        environment.data_directory(str(tmp_path / "data"))


def test_every_command_stops_with_1_where_the_machine_is_at_fault(tmp_path):
    (tmp_path / "data" / "secret_key").mkdir(parents=True)

    result = manage(tmp_path, "check")

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"{tmp_path}/data/secret_key cannot be read or made: Is a directory.\n"
    )


def test_what_a_command_writes_is_for_nobody_else(tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o755)

    manage(tmp_path, "migrate", "--verbosity=0", DATABASE_URL="")
    code = "open('" + str(data / "x") + "', 'w')"
    manage(tmp_path, "shell", "-v0", "-c", code)

    modes = {path.name: path.stat().st_mode & 0o777 for path in data.iterdir()}
    assert {mode & 0o077 for mode in modes.values()} == {0}
    assert modes["plumbline.sqlite3"] == 0o600
    assert modes["x"] == 0o600


def manage(tmp_path, *arguments, **variables):
    """Run manage.py with Plumbline's own settings and a data directory of its own."""
    environ = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PLUMBLINE_DATA": str(tmp_path / "data"),
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", [["serve"], ["check"], ["help"]])
def test_every_command_stops_with_one_sentence(tmp_path, command):
    result = manage(tmp_path, *command, PORT="eighty")

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == (
        "PORT is 'eighty', but should be a port number from 1 to 65535.\n"
    )


@pytest.mark.parametrize(
    ("variables", "answers"),
    [
        ({}, False),
        ({"HOST": "0.0.0.0"}, False),  # noqa: S104 -- an example
        ({"HOST": "192.168.1.5"}, False),
        ({"HOST": "plumbline.lan"}, True),
        ({"PLUMBLINE_HOSTS": "other.example"}, False),
        ({"PLUMBLINE_HOSTS": "plumbline.lan"}, True),
        ({"PLUMBLINE_HOSTS": "*"}, True),
    ],
)
def test_it_answers_to_no_name_but_its_own(tmp_path, variables, answers):
    """Otherwise a stranger would choose the address in the mail for a new password."""
    code = (
        "from django.conf import settings;"
        "from django.http.request import validate_host;"
        "print(validate_host('plumbline.lan', settings.ALLOWED_HOSTS))"
    )
    result = manage(tmp_path, "shell", "-v0", "-c", code, **variables)

    assert result.stdout == f"{answers}\n"


def test_all_processes_count_attempts_together(tmp_path):
    code = "from django.core.cache import cache; print(cache.get_or_set('n', {}))"

    first = manage(tmp_path, "shell", "-v0", "-c", code.format(1))
    second = manage(tmp_path, "shell", "-v0", "-c", code.format(2))

    assert (first.stdout, second.stdout) == ("1\n", "1\n")
    assert (tmp_path / "data" / "cache").stat().st_mode & 0o777 == 0o700


def test_any_data_directory_will_do(tmp_path):
    """Blanks and signs that mean something in a URL are part of real paths."""
    directory = tmp_path / "my data #1 100%"
    code = (
        "from config import settings as s;"
        "print(s.DATABASES['default']['NAME']); print(s.EMAIL_FILE_PATH);"
        "print(s.CELERY_BROKER_URL)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PLUMBLINE_DATA": str(directory),
            "DATABASE_URL": "",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    database, mail, broker_url = result.stdout.splitlines()
    assert database == str(directory / "plumbline.sqlite3")
    assert mail == str(directory / "mail")
    assert broker_url == f"redis+socket://{quote(str(socket_path(directory)))}"


@pytest.mark.processes
@pytest.mark.parametrize(
    ("https", "subdomains", "expected"),
    [
        ("0", "1", "sessionid csrftoken 0 True"),
        ("1", "0", "__Host-sessionid __Host-csrftoken 31536000 False"),
        ("1", "1", "__Host-sessionid __Host-csrftoken 31536000 True"),
    ],
)
def test_over_https_cookies_belong_to_this_very_host(
    tmp_path, https, subdomains, expected
):
    program = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, "
        "s.CSRF_COOKIE_NAME, s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env={
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PLUMBLINE_DATA": str(tmp_path),
            "PLUMBLINE_HTTPS": https,
            "PLUMBLINE_HSTS_SUBDOMAINS": subdomains,
        },
        capture_output=True,
        text=True,
    )
    assert (result.stdout.strip(), result.stderr) == (expected, "")


def test_a_connection_is_asked_whether_it_lives():
    """Otherwise each of them fails once after PostgreSQL was started again."""
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] is True

import pytest
from django.core.management import call_command
from django.test import override_settings

from common.finders import NpmFinder

PLAIN_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture
def packages(tmp_path):
    """Two packages with one listed file, one listed folder and one file more."""
    for name in ("tool/dist/tool.css", "tool/dist/evil.js", "font/files/a.woff2"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    with override_settings(
        NODE_MODULES=tmp_path,
        VENDOR_FILES={"vendor/our-name.css": "tool/dist/tool.css"},
        VENDOR_FOLDERS={"vendor/files": "font/files"},
    ):
        yield tmp_path


def test_find_knows_listed_files_only(packages):
    finder = NpmFinder()

    assert finder.find("vendor/our-name.css") == str(packages / "tool/dist/tool.css")
    assert finder.find("vendor/files/a.woff2") == str(packages / "font/files/a.woff2")
    assert finder.find("vendor/evil.js") == []
    assert finder.find("vendor/../tool/dist/evil.js") == []


def test_find_all_answers_with_lists(packages):
    finder = NpmFinder()

    assert finder.find("vendor/our-name.css", find_all=True) == [
        str(packages / "tool/dist/tool.css")
    ]
    assert finder.find("vendor/evil.js", find_all=True) == []


def test_list_tells_collectstatic_where_each_file_goes(packages):
    found = {(name, storage.path(name)) for name, storage in NpmFinder().list([])}

    assert found == {
        ("vendor/our-name.css", str(packages / "tool/dist/tool.css")),
        ("vendor/files/a.woff2", str(packages / "font/files/a.woff2")),
    }


def test_check_is_silent_when_all_is_there(packages):
    assert NpmFinder().check() == []


@pytest.mark.parametrize("lost", ["tool/dist/tool.css", "font/files"])
def test_check_says_what_is_missing_and_what_to_run(packages, lost):
    (packages / lost).rename(packages / "elsewhere")

    (error,) = NpmFinder().check()

    assert error.id == "common.E001"
    assert str(packages / lost) in error.msg
    assert error.hint == "Run `make install`."


def test_collectstatic_copies_under_our_names(packages, tmp_path):
    target = tmp_path / "collected"
    with override_settings(
        STATIC_ROOT=target,
        STATICFILES_FINDERS=["common.finders.NpmFinder"],
        STORAGES={"staticfiles": {"BACKEND": PLAIN_STORAGE}},
    ):
        call_command("collectstatic", interactive=False, verbosity=0)

    found = {str(path.relative_to(target)) for path in target.rglob("*.*")}
    assert found == {"vendor/our-name.css", "vendor/files/a.woff2"}
    assert (target / "vendor/our-name.css").read_text() == "tool/dist/tool.css"

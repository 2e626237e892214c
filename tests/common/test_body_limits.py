"""How much a request may send."""

from pathlib import Path

import pytest
from django.core.files import uploadhandler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


class UnreadableBody:
    """Fails the test when somebody reads it."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def announce(client: Client, address: str, length: int, **extra):
    """A POST of this length, whose body must not be read."""
    environment = {
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": str(length),
        "wsgi.input": UnreadableBody(),
    }
    return client.generic("POST", address, **(environment | extra))


@pytest.fixture
def signed_in():
    client = Client()
    client.force_login(User.objects.create_user("a@example.com", "x", name="Ada"))
    return client


@pytest.mark.parametrize(
    ("address", "length"),
    [
        (reverse("accounts:profile"), 10 * MB + 1),
        (reverse("account_login"), 10 * MB + 1),
        (reverse("assessments:evidence_add", args=["K7QX2M", "C.1"]), 30 * MB + 1),
        (reverse("assessments:transfer", args=["K7QX2M"]), 30 * MB + 1),
        (reverse("admin:login"), 10 * MB + 1),
    ],
)
def test_a_large_body_is_refused_unread(signed_in, address, length):
    response = announce(signed_in, address, length)

    assert response.status_code == 413
    assert "<h1>This is too much at once</h1>" in response.content.decode()


def test_up_to_its_limit_a_body_is_read(signed_in):
    for address, length in [
        (reverse("accounts:profile"), 10 * MB),
        (reverse("assessments:evidence_add", args=["K7QX2M", "C.1"]), 30 * MB),
    ]:
        with pytest.raises(AssertionError, match="the body was read"):
            announce(signed_in, address, length)


@pytest.mark.parametrize(
    "address",
    [
        reverse("account_login"),
        reverse("account_signup"),
        reverse("accounts:profile"),
        reverse("assessments:evidence_add", args=["K7QX2M", "C.1"]),
    ],
)
def test_anonymous_people_send_little(client, address):
    response = announce(client, address, 2 * MB + 1)

    assert response.status_code == 413
    assert "larger than 2 " in response.content.decode().replace("\xa0", " ")


def test_a_script_hears_json(signed_in):
    response = announce(
        signed_in, reverse("accounts:profile"), 11 * MB, HTTP_ACCEPT="application/json"
    )

    assert (response.status_code, response.json()) == (413, {"error": "too_large"})


def test_a_body_without_a_length_is_not_read(signed_in):
    response = announce(
        signed_in,
        reverse("accounts:profile"),
        0,
        CONTENT_LENGTH="",
        HTTP_TRANSFER_ENCODING="chunked",
    )

    assert response.status_code == 411
    assert "doesn’t say how large it is" in response.content.decode()


def test_an_anonymous_file_goes_nowhere(client, monkeypatch, tmp_path, settings):
    """Neither to the disk, nor into the memory."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)

    def fail(*_args, **_kwargs):
        raise AssertionError("a file was spooled")

    monkeypatch.setattr(uploadhandler, "TemporaryUploadedFile", fail)
    monkeypatch.setattr(uploadhandler, "BytesIO", fail)
    upload = SimpleUploadedFile("list.txt", b"x" * MB)
    response = client.post(reverse("account_login"), {"login": "a", "file": upload})

    assert response.status_code == 200
    assert response.wsgi_request.FILES == {}
    assert response.wsgi_request.dropped_files == ["list.txt"]
    assert list(Path(tmp_path).iterdir()) == []


@pytest.mark.parametrize(
    "charset", ["utf-7", "UTF-7", "utf-16", "punycode", "hex", "no-such", "idna"]
)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain"])
def test_a_body_in_another_encoding_is_refused(signed_in, charset, kind):
    address = reverse("accounts:profile")
    content_type = f"{kind}; charset={charset}"
    for method in ("POST", "GET"):
        response = signed_in.generic(method, address, b"name=+AAA-", content_type)
        assert response.status_code == 400


@pytest.mark.parametrize("address", ["/account/", "/?q=%00"])
def test_it_is_refused_unread_as_browsers_send_it(signed_in, address):
    """With the check of the token on, which tests leave out."""
    signed_in.handler.enforce_csrf_checks = True
    signed_in.get(reverse("accounts:profile"))  # sets the cookie of the token

    response = signed_in.generic(
        "POST", address, b"a=1", "application/x-www-form-urlencoded; charset=utf-7"
    )

    assert response.status_code == 400
    assert "can’t be read" in response.content.decode()


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_utf8_by_any_name_is_read(signed_in, charset):
    response = signed_in.post(
        reverse("accounts:profile"),
        "name=Grace&theme=&language=",
        f"application/x-www-form-urlencoded; charset={charset}",
    )

    assert response.status_code != 400

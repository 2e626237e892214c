"""The decision about one upload."""

from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from assessments.services.files import office, pdf, texts
from assessments.services.files.archives import check_zip
from assessments.services.files.compound import check_mail
from assessments.services.files.kinds import BY_ENDING, TYPES_TEXT, Kind, advice
from assessments.services.files.pictures import check_picture
from assessments.services.files.refusals import Problem, RefusedFile
from common.sizes import size_text


def check_file(upload: UploadedFile) -> str:
    """Return the media type of an honest, allowed file. Raises RefusedFile."""
    name = upload.name or ""
    try:
        return _check(upload, name)
    except Problem as problem:
        raise problem.about(name) from None
    finally:
        upload.seek(0)


def _check(upload: UploadedFile, name: str) -> str:
    ending = PurePath(name).suffix.lower()
    kind = BY_ENDING.get(ending)
    if kind is None:
        message = _("“%(name)s” can’t be added. %(advice)s Allowed are: %(types)s.")
        values = {"name": name, "advice": advice(ending), "types": TYPES_TEXT}
        raise RefusedFile((message % values).replace("  ", " "))
    if not upload.size:
        raise Problem(_("“%(name)s” is empty. Choose the file again."))
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        limit = size_text(settings.EVIDENCE_MAX_BYTES)
        message = _("“%(name)s” is too large. The limit is %(limit)s a file.")
        raise Problem(message, limit=limit)
    _check_content(upload, kind)
    return kind.media_type


def _check_content(upload: UploadedFile, kind: Kind) -> None:
    upload.seek(0)
    if kind.family == "pdf":
        pdf.check_pdf(upload)
    elif kind.family == "image":
        check_picture(upload, kind)
    elif kind.family == "office":
        office.check_office(upload, kind)
    elif kind.family == "opendocument":
        office.check_opendocument(upload, kind)
    elif kind.family == "zip":
        check_zip(upload)
    elif kind.family == "mail":
        check_mail(upload, kind)
    else:
        texts.check_text(upload, kind)

"""Names, fingerprints and the keeping of uploaded files."""

import errno
import hashlib
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from assessments.models import Evidence
from assessments.models.evidence import evidence_path
from assessments.services.files.refusals import RefusedFile

FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})


def store_file(evidence: Evidence, upload: UploadedFile) -> None:
    """Write the upload to where `evidence` keeps it, whole or not at all.

    Raises RefusedFile when the disk is full.
    """
    name = evidence.file_name
    try:
        evidence.file.save(name, upload, save=False)
    except BaseException as error:
        evidence.file.storage.delete(evidence_path(evidence, name))
        if isinstance(error, OSError) and error.errno in FULL_DISK:
            message = _(
                "“%(name)s” could not be kept: the server's disk is full. "
                "Tell whoever runs it, and add the file again later."
            )
            raise RefusedFile(message % {"name": name}) from error
        raise


def sha256(upload: UploadedFile) -> str:
    """The SHA-256 of the whole file, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def safe_name(name: str) -> str:
    """The file's own name without path, control characters and bidirectional tricks."""
    base = PurePath(name.replace("\\", "/")).name
    return "".join(c for c in base if c.isprintable())[-200:] or "file"

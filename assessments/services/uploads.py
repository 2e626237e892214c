"""A file of answers that somebody brought in the browser, until they decide about it.

The file is kept, not what it would change: each look compares it with the answers as
they stand then.
"""

from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from assessments.models import AnswerUpload, Assessment
from assessments.services.answer_files import (
    MOST_BYTES,
    UnreadableFileError,
    read_content,
)
from assessments.services.answer_files.reading import check_type, too_large
from assessments.services.transfer import (
    ImportRefusedError,
    Plan,
    apply_import,
    plan_import,
)
from standards.loader import EditionData

KEPT = timedelta(days=1)
NAME_LONGEST = 200


def keep_upload(
    *, assessment: Assessment, by: User, upload: UploadedFile
) -> AnswerUpload:
    """Keep a file that can be read, in place of the person's earlier one.

    Raises UnreadableFileError.
    """
    name = (upload.name or "")[-NAME_LONGEST:]
    check_type(name)
    if (upload.size or 0) > MOST_BYTES:
        raise UnreadableFileError(too_large())
    content = upload.read()
    read_content(name, content)
    now = timezone.now()
    with transaction.atomic():
        AnswerUpload.objects.filter(at__lt=now - KEPT).delete()
        kept, _created = AnswerUpload.objects.update_or_create(
            assessment=assessment,
            by=by,
            defaults={"name": name, "content": content, "at": now},
        )
    return kept


def plan_upload(
    *, upload: AnswerUpload, edition: EditionData, member: Membership
) -> Plan:
    """What the file would change now. Raises UnreadableFileError."""
    return plan_import(
        assessment=upload.assessment,
        edition=edition,
        member=member,
        contents=read_content(upload.name, bytes(upload.content)),
    )


def take_upload(
    *,
    upload: AnswerUpload,
    edition: EditionData,
    member: Membership,
    shown: str,
    newer: str,
) -> Plan:
    """Write what the person saw, all of it or nothing, and forget the file.

    `shown` is the fingerprint of the plan that they saw; `newer` is "theirs" to keep
    answers that are newer than the file, "file" to replace them. Returns the plan that
    was written. Raises ImportRefusedError and UnreadableFileError.
    """
    plan = plan_upload(upload=upload, edition=edition, member=member)
    if plan.fingerprint != shown:
        message = _("Somebody answered meanwhile; nothing was stored. Look again.")
        raise ImportRefusedError(message)
    if plan.newer and newer not in {"theirs", "file"}:
        message = _("Say what becomes of the answers that are newer than the file.")
        raise ImportRefusedError(message)
    plan = plan.replacing() if newer == "file" else plan.keeping()
    with transaction.atomic():
        apply_import(
            assessment=upload.assessment, edition=edition, by=member.user, plan=plan
        )
        upload.delete()
    return plan

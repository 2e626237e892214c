"""How much room an organization's files may take."""

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Organization
from assessments.models import Evidence
from assessments.services.files import RefusedFile
from common.sizes import size_text

MEGABYTE = 1024 * 1024


def used_bytes(organization_id: int) -> int:
    """Bytes of all evidence files of an organization, the detached ones included."""
    files = Evidence.objects.filter(organization=organization_id)
    return files.aggregate(total=Sum("size"))["total"] or 0


def check_room(organization_id: int, size: int) -> None:
    """Raise RefusedFile when a file of `size` bytes finds no room."""
    most = settings.QUOTA * MEGABYTE
    used = used_bytes(organization_id)
    if used + size <= most:
        return
    message = _(
        "There is no room for this file (%(size)s): the files of your organization "
        "take %(used)s of %(most)s. Add a link to it instead, or ask who runs "
        "Plumbline for more room."
    )
    values = {"size": size, "used": used, "most": most}
    raise RefusedFile(
        message % {name: size_text(number) for name, number in values.items()}
    )


def hold_room(organization_id: int, size: int) -> None:
    """The same, and keep the room until the transaction ends: files come side by side.

    Raises RefusedFile.
    """
    Organization.objects.select_for_update(no_key=True).only("pk").get(
        pk=organization_id
    )
    check_room(organization_id, size)

"""Writing to the event log."""

from collections.abc import Mapping

from accounts.models import Event, Organization, User


def log(
    *,
    organization: Organization,
    actor: User | None,
    action: str,
    subject: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> Event:
    """Append one event. `before` and `after` hold only what changed, as JSON values."""
    return Event.objects.create(
        organization=organization,
        actor=actor,
        action=action,
        subject=subject,
        before=before,
        after=after,
    )

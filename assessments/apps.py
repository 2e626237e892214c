from collections.abc import Iterator, Mapping

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from standards.loader import ScaleData, register_profile_check


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        from accounts.services.arrivals import register_guest_arrival
        from assessments.services.assessments import seat_auditor

        register_profile_check(check_profile)
        register_guest_arrival(seat_auditor)


def check_profile(
    profile: Mapping[str, object], scale: ScaleData
) -> Iterator[tuple[str, str]]:
    """Tell the loader what the engine can't compute: key in the profile, and why.

    Standards may not import assessments, so the check is handed down.
    """
    from assessments import scoring

    try:
        scoring.parse_profile(profile)
    except scoring.ProfileError as error:
        yield error.key, error.message

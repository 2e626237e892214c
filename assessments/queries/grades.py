"""The grades of an auditor's verdict, in the words of the standard.

A certification auditor writes nonconformities, an inspector of medicines deficiencies.
"""

from collections.abc import Mapping

from assessments.enums import Grade
from standards.models import Standard


def grades_of(standard: Standard) -> dict[str, str]:
    """What a verdict under this standard can be, the mildest first: name by code."""
    own = standard.profile.get("grades")
    if own:
        return {code: own[code] for code in Grade.values if code in own}
    return {grade.value: str(grade.label) for grade in Grade if grade != Grade.CRITICAL}


def mildest_remark(grades: Mapping[str, str]) -> str:
    """The code of the mildest grade besides "conforms"."""
    return next(code for code in grades if code != Grade.CONFORMS)


def grade_name(code: str, standard: Standard) -> str:
    """A grade in words; also one that the standard named once and no longer does."""
    return grades_of(standard).get(code) or str(Grade(code).label)

"""Why a file is not taken: a sentence that names the reason, and what to do."""

from django.utils.translation import gettext as _


class RefusedFile(Exception):
    """The file can't be taken; the message says why and what to do."""


class Problem(Exception):
    """What is wrong with a content, before the name of the file is put to it.

    The message has `%(name)s`, and whatever `values` hold.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message, self.values = message, values

    def about(self, name: str) -> RefusedFile:
        """The same, as a refusal of the file with this name."""
        return RefusedFile(self.message % (self.values | {"name": name}))


def damaged() -> Problem:
    return Problem(
        _(
            "“%(name)s” is damaged or was not copied to its end. "
            "Open it, save it again, and add that."
        )
    )


def protected() -> Problem:
    return Problem(
        _(
            "“%(name)s” opens only with a password, which reviewers don't have. "
            "Save it without a password and add it again."
        )
    )


def macros() -> Problem:
    return Problem(
        _(
            "“%(name)s” holds macros, which are programs. "
            "Save it without macros, or as PDF, and add that."
        )
    )


def too_many_parts() -> Problem:
    return Problem(
        _(
            "“%(name)s” has too many parts, or parts with too long names. "
            "Save it as PDF, or pack fewer files together, and add that."
        )
    )


def other_content(expected: str) -> Problem:
    """A content of no kind that is known, under an ending that promises one."""
    return Problem(
        _(
            "The content of “%(name)s” is not %(expected)s, as its ending says. "
            "Open it, save it in that format, and add it again."
        ),
        expected=expected,
    )


def other_kind(actual: str, ending: str) -> Problem:
    """A content of another kind that is taken, under the wrong ending."""
    return Problem(
        _(
            "The content of “%(name)s” is %(actual)s. Let its name end with "
            "%(ending)s, or choose the right file."
        ),
        actual=actual,
        ending=ending,
    )

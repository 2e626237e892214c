"""What was entered on the screens of a new assessment, kept in the session."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.http import HttpRequest

from assessments.models.assessment import new_code
from standards.models import Edition

KEY = "new_assessment"


class Draft:
    """Nothing of it is in the database until the last screen.

    It is kept by POST only: whoever follows a link, or is made to, changes nothing.
    Its code becomes the assessment's: a second click on the last button finds the
    assessment that the first one made.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._session = request.session
        self._is_kept = request.method == "POST"
        self._values: dict[str, Any] = deepcopy(self._session.get(KEY, {}))

    def __getitem__(self, name: str) -> dict[str, Any]:
        """The values of one screen: scope, period or people."""
        values: dict[str, Any] = self._values.get(name, {})
        return values

    @property
    def code(self) -> str:
        return str(self._values.get("code", ""))

    @property
    def edition(self) -> str:
        """The code of the chosen edition, such as iso-27001/2022."""
        return str(self._values.get("edition", ""))

    def choose(self, edition: Edition) -> None:
        """Take an edition. What belongs to another one's scale and sections goes."""
        if edition.code != self.edition:
            self._values.pop("people", None)
            self["period"].pop("target", None)
        self._values["edition"] = edition.code
        self._values.setdefault("code", new_code())
        self._keep()

    def keep(self, name: str, values: dict[str, Any]) -> None:
        self._values[name] = values
        self._keep()

    def clear(self) -> None:
        self._session.pop(KEY, None)

    def _keep(self) -> None:
        if self._is_kept:
            self._session[KEY] = self._values

"""Reading an answer out of a posted form: one naming for page and script."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict

from accounts.models import User
from assessments.enums import UNKNOWN
from assessments.services.content import AnswerContent

# What a browser makes up to name one write; anything else counts as none.
KEY = re.compile(r"[\w-]{1,64}", re.ASCII)
MOST_KEYS = 200


@dataclass(frozen=True, slots=True)
class Posted:
    content: AnswerContent
    version: int
    key: str
    # Keys of the writer's own earlier saves whose outcome they could not see.
    after: tuple[str, ...]
    ask_id: int | None

    @property
    def asked(self) -> int | None:
        """Who could know; nobody is asked once there is an answer."""
        return self.ask_id if self.content.option == UNKNOWN else None


def holds(data: QueryDict, ref: str) -> bool:
    """Whether the form holds the control `ref` at all."""
    return f"version:{ref}" in data


def by_somebody_else(data: QueryDict, user: User) -> bool:
    """Whether the browser kept this for a person other than `user`."""
    return data.get("writer", "") not in {"", str(user.pk)}


def read(data: QueryDict, ref: str) -> Posted:
    """The answer to `ref` as posted. What is no number counts as none."""
    return Posted(
        content=AnswerContent(
            option=data.get(f"option:{ref}", ""),
            justification=data.get(f"why:{ref}", ""),
            note=data.get(f"note:{ref}", ""),
            ticks=tuple(data.getlist(f"tick:{ref}")),
            flagged=f"flag:{ref}" in data,
        ),
        version=number(data.get(f"version:{ref}", "")) or 0,
        key=next(_keys(data, f"key:{ref}"), ""),
        after=tuple(_keys(data, f"after:{ref}")),
        ask_id=number(data.get(f"ask:{ref}", "")),
    )


def _keys(data: QueryDict, name: str) -> Iterator[str]:
    return (key for key in data.getlist(name)[:MOST_KEYS] if KEY.fullmatch(key))


def number(text: str) -> int | None:
    """A whole number as posted; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

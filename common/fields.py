"""Columns that follow from other columns."""

from typing import Any

from django.db import models

from common.search import search_key


class SearchKeyField(models.TextField):
    """The normalized text of another field of the row, for search and uniqueness.

    Written whenever the row is saved; a save with `update_fields` names this one too.
    """

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"]
        return name, path, args, kwargs | {"source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = search_key(str(getattr(model_instance, self.source)))
        setattr(model_instance, self.attname, value)
        return value

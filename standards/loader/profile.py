"""standard.yaml: the profile of a standard."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from standards.enums import Aspect, Nature, Obligation
from standards.loader.data import (
    AnalysisData,
    AspectData,
    QuestionData,
    RelatedData,
    SourceData,
    StandardData,
)
from standards.loader.entry import Entry

TAGLINE_WORDS = 12
SUMMARY_WORDS = 60
FEATURES = 5
NOT_ESTABLISHED = "not established"
ANALYSIS = ("what", "components", "why", "implementation")
FILTERS = ("industry", "domain", "geography")
FACT = ("source", "published", "checked")
SOURCE = ("title", "publisher", "checked")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# What an auditor can conclude besides "conforms"; the app that reviews knows the same.
NONCONFORMITIES = frozenset({"minor", "major", "critical"})
GRADES = ("observation", "opportunity", "minor", "major", "critical")
GRADE_LENGTH = 40
LINK = re.compile(r"https?://[^\s<>\"]+")


def read_profile(root: Entry, *, slug: str) -> StandardData | None:
    """The profile, or None when there is a fault; faults stand in the root."""
    fields = root.fields(
        required=(
            *("name", "tagline", "summary", "publisher", "nature", "obligation"),
            *FILTERS,
            *("features", "analysis", "aspects", "faq", "related", "sources"),
            *("reviewed_on", "licence"),
        ),
        optional=("grades",),
    )
    values: dict[str, Any] = {}
    for key, entry in fields.items():
        values[key] = _READERS[key](entry)
    if root.faults:
        return None
    return StandardData(slug=slug, **values)


def _filter(entry: Entry) -> tuple[str, ...]:
    found: list[str] = []
    for item in entry.items(least=1):
        text = item.text(length=60)
        if text != text.lower():
            item.fault(_("must be lower case"))
        if text in found:
            item.fault(_("stands here twice"))
        found.append(text)
    return tuple(found)


def _analysis(entry: Entry) -> AnalysisData:
    fields = entry.fields(required=ANALYSIS)
    texts = {key: fields[key].text() if key in fields else "" for key in ANALYSIS}
    return AnalysisData(**texts)


def _aspects(entry: Entry) -> dict[str, AspectData]:
    fields = entry.fields(required=Aspect.values)
    return {key: _aspect(fields[key]) for key in Aspect.values if key in fields}


def _aspect(entry: Entry) -> AspectData:
    fields = entry.fields(required=("text",), optional=FACT)
    text = fields["text"].text() if "text" in fields else ""
    if text.lower() == NOT_ESTABLISHED:
        for key in FACT:
            if key in fields:
                fields[key].fault(_("has no place where nothing is established"))
        return AspectData(text="")
    for key in ("source", "checked"):
        if key not in fields:
            entry.fault(_("is missing"), key=key)
    return AspectData(
        text=text,
        source=fields["source"].text() if "source" in fields else "",
        published=fields["published"].day() if "published" in fields else None,
        checked=fields["checked"].day() if "checked" in fields else None,
    )


def _faq(entry: Entry) -> tuple[QuestionData, ...]:
    found = []
    for item in entry.items():
        fields = item.fields(required=("question", "answer"))
        question = fields["question"].text() if "question" in fields else ""
        if question and not question.endswith("?"):
            fields["question"].fault(_("must end with a question mark"))
        answer = fields["answer"].text() if "answer" in fields else ""
        found.append(QuestionData(question=question, answer=answer))
    return tuple(found)


def _related(entry: Entry) -> tuple[RelatedData, ...]:
    found = []
    for item in entry.items():
        fields = item.fields(required=("name", "relation"), optional=("slug",))
        texts = {
            key: fields[key].text() for key in ("name", "relation") if key in fields
        }
        slug = ""
        if "slug" in fields:
            slug = fields["slug"].matching(SLUG, _("small letters, digits and hyphens"))
        found.append(RelatedData(**{"name": "", "relation": ""} | texts, slug=slug))
    return tuple(found)


def _sources(entry: Entry) -> tuple[SourceData, ...]:
    found = []
    for item in entry.items(least=1):
        fields = item.fields(required=SOURCE, optional=("published", "url"))
        values: dict[str, Any] = {
            key: fields[key].text() for key in ("title", "publisher") if key in fields
        }
        for key in ("checked", "published"):
            if key in fields:
                values[key] = fields[key].day()
        if "url" in fields:
            meaning = _("an address that begins with http:// or https://")
            values["url"] = fields["url"].matching(LINK, meaning)
        if set(SOURCE) <= values.keys():
            found.append(SourceData(**values))
    return tuple(found)


def _grades(entry: Entry) -> dict[str, str]:
    """An auditor's grades by code, in the standard's own words."""
    fields = entry.fields(required=("conforms",), optional=GRADES)
    if not NONCONFORMITIES.intersection(fields):
        choices = {"choices": ", ".join(sorted(NONCONFORMITIES))}
        entry.fault(_("needs at least one of: %(choices)s") % choices)
    return {code: item.text(length=GRADE_LENGTH) for code, item in fields.items()}


_READERS: dict[str, Callable[[Entry], Any]] = {
    "name": lambda entry: entry.text(length=120),
    "tagline": lambda entry: entry.text(words=TAGLINE_WORDS, length=160),
    "summary": lambda entry: entry.text(words=SUMMARY_WORDS),
    "publisher": lambda entry: entry.text(length=200),
    "nature": lambda entry: entry.one_of(Nature.values),
    "obligation": lambda entry: entry.one_of(Obligation.values),
    "industry": _filter,
    "domain": _filter,
    "geography": _filter,
    "features": lambda entry: entry.texts(FEATURES, FEATURES),
    "analysis": _analysis,
    "aspects": _aspects,
    "faq": _faq,
    "related": _related,
    "sources": _sources,
    "reviewed_on": Entry.day,
    "licence": Entry.text,
    "grades": _grades,
}

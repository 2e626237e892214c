"""Filling a form inside of a finished page with what was posted before."""

from collections import defaultdict
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

BUTTONS = frozenset({"submit", "button", "image", "reset"})
NOT_FILLED = BUTTONS | {"password", "file"}
LONGEST_CODE = 20  # characters
Attributes = dict[str, str | None]


@dataclass
class PageControl:
    """An input, textarea, select, button or option, with its place in the page."""

    tag: str
    attributes: Attributes
    start: int  # of its start tag
    end: int
    content_end: int = 0
    options: list["PageControl"] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.attributes.get("name") or ""

    @property
    def value(self) -> str:
        return self.attributes.get("value") or ""

    @property
    def type(self) -> str:
        usual = {"input": "text", "button": "submit"}.get(self.tag, self.tag)
        return (self.attributes.get("type") or usual).lower()

    def start_tag(self, **changes: str | bool | None) -> str:
        """Return the start tag with attributes set, or taken away by False."""
        attributes = {**self.attributes, **changes}
        written = "".join(
            f" {name}" if value is None else f' {name}="{escape(str(value))}"'
            for name, value in attributes.items()
            if value is not False
        )
        return f"<{self.tag}{written}>"


@dataclass
class PageForm:
    method: str
    action: str
    id: str
    controls: list[PageControl] = field(default_factory=list)

    def likeness(self, fields: list[tuple[str, str]]) -> tuple[int, int]:
        """Return how many posted names and hidden values this form has."""
        names = {name for name, _value in fields}
        own = {control.name for control in self.controls} & names
        same = [
            control
            for control in self.controls
            if control.type in BUTTONS | {"hidden"}
            and (control.name, control.value) in fields
        ]
        return len(own), len(same)


@dataclass(frozen=True)
class FilledPage:
    """A page after filling: its HTML, and what had no place in it."""

    html: str
    is_filled: bool
    first_id: str  # of the first visible control that was filled
    rest: list[tuple[str, str]]

    @property
    def words(self) -> list[str]:
        """What a person wrote among the rest, without numbers and names of buttons."""
        return [
            value
            for _name, value in self.rest
            if len(value) > LONGEST_CODE or "@" in value or len(value.split()) > 1
        ]


def fill_form(
    html: str, *, page: str, action: str, fields: list[tuple[str, str]]
) -> FilledPage:
    """Fill the form of the page at `page` that posts to `action` with these fields.

    Of several such forms, the one that has the most of the fields is meant.
    """
    parser = PageParser(html)
    forms = [
        form
        for form in parser.forms
        if form.method == "post" and urlsplit(urljoin(page, form.action)).path == action
    ]
    form = max(forms, key=lambda each: each.likeness(fields), default=None)
    if form is None or form.likeness(fields)[0] == 0:
        return FilledPage(html, is_filled=False, first_id="", rest=fields)
    return _fill(html, form, fields)


def _fill(html: str, form: PageForm, fields: list[tuple[str, str]]) -> FilledPage:
    waiting: dict[str, list[str]] = defaultdict(list)
    for name, value in fields:
        waiting[name].append(value)
    edits: list[tuple[int, int, str]] = []
    first_id = ""
    for control in form.controls:
        if not control.name or control.type in NOT_FILLED:
            waiting.pop(control.name, None)
            continue
        changes = _changes(control, waiting)
        if changes and control.type != "hidden":
            first_id = first_id or control.attributes.get("id") or ""
        edits += changes
    for start, end, text in sorted(edits, reverse=True):
        html = html[:start] + text + html[end:]
    rest = [(name, value) for name, values in waiting.items() for value in values]
    return FilledPage(html, is_filled=True, first_id=first_id, rest=rest)


def _changes(
    control: PageControl, waiting: dict[str, list[str]]
) -> list[tuple[int, int, str]]:
    """Return the replacements in the page for one control, and take its values."""
    values = waiting.get(control.name, [])
    if control.type in ("radio", "checkbox"):
        value = control.value if "value" in control.attributes else "on"
        return [_set(control, "checked", is_set=_take(values, value))]
    if control.tag == "select":
        return [
            _set(option, "selected", is_set=_take(values, option.value))
            for option in control.options
        ]
    if not values:
        return []
    value = values.pop(0)
    if control.tag == "textarea":
        return [(control.end, control.content_end, f"\n{escape(value)}")]
    return [(control.start, control.end, control.start_tag(value=value))]


def _take(values: list[str], value: str) -> bool:
    if value not in values:
        return False
    values.remove(value)
    return True


def _set(control: PageControl, attribute: str, *, is_set: bool) -> tuple[int, int, str]:
    tag = control.start_tag(**{attribute: None if is_set else False})
    return control.start, control.end, tag


class PageParser(HTMLParser):
    """Collects the forms of a page, with the place of each of their controls."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._apart: list[PageControl] = []  # outside of the form that they name
        self._open: PageControl | None = None
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(html)
        self.close()
        by_id = {form.id: form for form in self.forms if form.id}
        for control in self._apart:
            if form := by_id.get(control.attributes["form"] or ""):
                form.controls.append(control)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form":
            self._form = PageForm(
                method=(attributes.get("method") or "get").lower(),
                action=attributes.get("action") or "",
                id=attributes.get("id") or "",
            )
            self.forms.append(self._form)
        elif tag in ("input", "textarea", "select", "button"):
            self._add(self._control(tag, attributes))
        elif tag == "option" and self._open and self._open.tag == "select":
            self._open.options.append(self._control(tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif self._open and tag == self._open.tag:
            self._open.content_end = self._place()
            self._open = None

    def _add(self, control: PageControl) -> None:
        if control.tag in ("textarea", "select"):
            self._open = control
        if "form" in control.attributes:
            self._apart.append(control)
        elif self._form:
            self._form.controls.append(control)

    def _control(self, tag: str, attributes: Attributes) -> PageControl:
        start = self._place()
        return PageControl(
            tag, attributes, start, start + len(self.get_starttag_text() or "")
        )

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

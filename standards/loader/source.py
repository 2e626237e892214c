"""A YAML file as text that is safe to read: size, encoding, syntax, tags."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import yaml
from django.utils.translation import gettext as _

from common.files import NotRegularError, TooLargeError, read_regular
from standards.loader.entry import Entry, Node
from standards.loader.faults import Fault, LoadError

# The largest public framework file has 3.4 MB; a slip of the finger is far larger.
MAX_BYTES = 8 * 1024 * 1024
# Ours need about 12. libyaml's composer recurses in C and would crash the process.
MAX_DEPTH = 40
PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
)


def read_file(path: Path) -> Entry:
    """The root of a YAML file, with its place in the file at every value."""
    file = str(path)
    try:
        content = read_regular(path, MAX_BYTES)
    except NotRegularError as error:
        raise LoadError([Fault(file, 1, "", _("is no file"))]) from error
    except TooLargeError as error:
        raise LoadError([Fault(file, 1, "", _too_large())]) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = _("cannot be read: %(reason)s") % {"reason": reason}
        raise LoadError([Fault(file, 1, "", message)]) from error
    return read_bytes(content, file)


def read_bytes(content: bytes, file: str) -> Entry:
    """The same for content that came another way, such as an upload."""
    if len(content) > MAX_BYTES:
        raise LoadError([Fault(file, 1, "", _too_large())])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = _("is not UTF-8: save the file with that encoding")
        raise LoadError([Fault(file, line, "", message)]) from error
    node = _compose(text, file)
    root = Entry(node, "", file, [])
    _refuse_tags(root)
    return root


def _too_large() -> str:
    return _("is larger than %(size)s MB") % {"size": MAX_BYTES // 1024 // 1024}


def _compose(text: str, file: str) -> Node:
    try:
        _scan(text, file)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = _("is not valid YAML: %(problem)s") % {"problem": error.problem}
        raise LoadError([Fault(file, line, "", message)]) from error
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        message = _("holds a character that YAML does not allow")
        raise LoadError([Fault(file, line, "", message)]) from error
    if node is None:
        raise LoadError([Fault(file, 1, "", _("is empty"))])
    return cast("Node", node)


def _scan(text: str, file: str) -> None:
    """Refuse what must not reach the composer: aliases (bombs) and deep nesting."""
    depth = 0
    faults = []
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            message = _("aliases are not allowed: write the value out")
            faults.append(Fault(file, line, "", message))
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            message = _("is nested more than %(depth)s levels deep")
            faults.append(Fault(file, line, "", message % {"depth": MAX_DEPTH}))
            break
    if faults:
        raise LoadError(faults)


def _refuse_tags(root: Entry) -> None:
    for entry in root.walk():
        tag = entry.node.tag
        if tag not in PLAIN_TAGS:
            short = tag.replace("tag:yaml.org,2002:", "!!")
            entry.fault(_("the tag %(tag)s is not allowed") % {"tag": short})
    if root.faults:
        raise LoadError(root.faults)

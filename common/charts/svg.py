"""A scene as inline SVG: colours as attributes, `ch-*` classes, no style or script."""

import re
from html import escape

from django.utils.safestring import SafeString, mark_safe

from common.charts.scene import COLOURS, Mark, Scene

ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(
    scene: Scene, *, uid: str = "", title: str = "", desc: str = "", kind: str = ""
) -> SafeString:
    """Return `scene` as an SVG element; without a title it is hidden from readers.

    `uid` must be unique in the page: title and description are found by it.
    """
    names = ""
    if title:
        names = f'<title id="{_text(uid)}-t">{_text(title)}</title>'
        if desc:
            names += f'<desc id="{_text(uid)}-d">{_text(desc)}</desc>'
    by = f"{uid}-t {uid}-d" if desc else f"{uid}-t"
    role = (
        f'role="img" aria-labelledby="{_text(by)}"' if title else 'aria-hidden="true"'
    )
    name = f"ch {kind}".strip()
    box = f"0 0 {_number(scene.width)} {_number(scene.height)}"
    shapes = "".join(_shape(mark) for mark in scene.marks)
    # Every text above and below went through _text(), so nothing of a user is markup.
    return mark_safe(  # noqa: S308
        f'<svg class="{name}" viewBox="{box}" {role}>{names}{shapes}</svg>'
    )


def _shape(mark: Mark) -> str:
    at = [_number(number) for number in mark.at]
    paint = f'class="ch-{mark.style}"{_paint(mark)}'
    match mark.shape:
        case "line":
            ends = 'x1="{}" y1="{}" x2="{}" y2="{}"'.format(*at)
            return f"<line {paint} {ends}/>"
        case "polygon":
            points = " ".join(
                f"{x},{y}" for x, y in zip(at[::2], at[1::2], strict=True)
            )
            return f'<polygon {paint} points="{points}"/>'
        case "rect":
            box = 'x="{}" y="{}" width="{}" height="{}"'.format(*at)
            return f"<rect {paint} {box}/>"
        case "dot":
            place = 'cx="{}" cy="{}" r="{}"'.format(*at)
            tip = f"<title>{_text(mark.text)}</title>" if mark.text else ""
            return f"<circle {paint} {place}>{tip}</circle>"
        case "diamond":
            x, r = at[0], at[2]
            top = _number(mark.at[1] - mark.at[2])
            return f'<path {paint} d="M{x} {top}l{r} {r} -{r} {r} -{r} -{r}z"/>'
        case _:
            place = f'x="{at[0]}" y="{at[1]}" text-anchor="{mark.anchor}"'
            size = f'font-size="{_number(mark.size)}"'
            return f"<text {paint} {place} {size}>{_text(mark.text)}</text>"


def _paint(mark: Mark) -> str:
    colours = COLOURS[mark.style]
    parts = []
    if mark.shape != "line":
        parts.append(f' fill="{colours.get("fill", "none")}"')
    if "stroke" in colours:
        parts.append(f' stroke="{colours["stroke"]}"')
        if mark.stroke != 1:
            parts.append(f' stroke-width="{mark.stroke:g}"')
    if mark.dash:
        parts.append(' stroke-dasharray="4 3"')
    return "".join(parts)


def _number(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _text(text: str) -> str:
    return escape(ILLEGAL.sub("", text))

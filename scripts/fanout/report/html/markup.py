"""HTML from data: whatever is not made here is text, and is escaped."""

from __future__ import annotations

import html
import unicodedata


class Html(str):
    """A piece of HTML, safe to put into a page as it is."""

    __slots__ = ()


def tag(name: str, /, *children: object, **attributes: object) -> Html:
    """An element. Of attributes a trailing `_` is dropped, `_` becomes `-`; None and False are left out."""
    parts = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        shown = key.rstrip("_").replace("_", "-")
        parts.append(shown if value is True else f'{shown}="{html.escape(text(str(value)))}"')
    if name == "meta":
        return Html(f"<{' '.join(parts)}>")
    return Html(f"<{' '.join(parts)}>{join(*children)}</{name}>")


def join(*children: object) -> Html:
    """The children one after another; lists are opened, None is nothing."""
    found = []
    for child in children:
        if isinstance(child, Html):
            found.append(str(child))
        elif isinstance(child, (list, tuple)):
            found.append(join(*child))
        elif child is not None:
            found.append(html.escape(text(str(child))))
    return Html("".join(found))


def text(value: str) -> str:
    """Without control characters and turns of the reading direction; line ends stay."""
    if value.isprintable():
        return value
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs") else "\ufffd" for char in value
    )

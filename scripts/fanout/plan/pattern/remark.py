"""Remarks on patterns that can be used but may not say what was meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from fanout.plan.pattern.chars import ONE, CharClass
from fanout.plan.pattern.lex import Alternatives, Star, lex


class Remark(NamedTuple):
    """A remark on a pattern that can be used: a stable code, what was found, what to write."""

    code: str
    message: str
    fix: str


def oddity(code: str, about: str, text: str) -> Remark:
    """The remark on something that lex found."""
    if code == "backslash":
        return Remark(
            "backslash",
            f"in `{text}` a backslash only makes the next character literal: `{about}` is `{about[1]}`.",
            "Separate folders with /, also on Windows.",
        )
    if code == "posix-class":
        return Remark(code, f"{about!r} in {text!r} is not a named class.", "Write the characters, as in [a-z].")
    return Remark(
        code, f"the [ in {text!r} has no ] before the next / and is taken as it is.", "Write \\[ if it is meant."
    )


def unescaped_folders(text: str, exists: Callable[[str], bool]) -> list[Remark]:
    """A remark for each segment whose brackets are a wildcard, while a path of exactly that spelling exists.

    `exists` takes a path relative to the root. Next.js has folders such as `[id]`: `app/\\[id\\]/page.tsx`.
    """
    remarks = []
    spelled: list[str] = []
    for raw in _raw_segments(text):
        if raw == "..":
            del spelled[-1:]
            continue
        nodes = lex(raw).nodes
        if any(isinstance(node, Star | Alternatives) or node == ONE for node in nodes):
            break
        brackets = any(isinstance(node, CharClass) for node in nodes)
        spelled.append(raw if brackets else "".join(map(str, nodes)))
        path = "/".join(spelled)
        if brackets and exists(path):
            escaped = raw.replace("[", "\\[").replace("]", "\\]")
            message = f"{text!r} takes the brackets as a wildcard, but {path!r} exists."
            remarks.append(Remark("unescaped-brackets", message, f"Write `{escaped}` if that folder is meant."))
    return remarks


def _raw_segments(text: str) -> list[str]:
    return [part for part in re.split(r"(?<!\\)/", unicodedata.normalize("NFC", text)) if part not in ("", ".")]

"""One name with several endings is several files: `src/list.[ch]`, `src/x.{c,h}`, "src/arg.c / .h"."""

from __future__ import annotations

import re

from fanout.plan.read.prose.vocabulary import EXTENSIONS

_LETTERS = re.compile(r"(\.\w{0,3})\[([a-z]{2,4})\](\w{0,3})\Z")
_CHOICE = re.compile(r"(?P<stem>[^*?\[\]{}\\]+\.)\{(?P<endings>[\w.]+(?:,[\w.]+){1,7})\}\Z")
# The same ending again without its name: "src/arg.c / .h", "`src/arg.c` and `.h`", "src/arg.c/.h".
_SECOND = re.compile(
    r"(?<![\w./@-])(?P<stem>[\w@][\w./-]{0,160})\.(?P<one>\w{1,5})(?P<gap>`?\s*(?:[/,+&]|and|und|et|y)\s*`?)\.(?P<two>\w{1,5})\b(?![\w/.])"
)


def in_braces(path: str) -> str:
    """`src/list.{c,h}` for `src/list.[ch]`, where each letter makes an ending that files have; else the path as it is."""
    match = _LETTERS.search(path) if path.endswith("]") or "]" in path[-4:] else None
    if not match:
        return path
    endings = [f"{match[1][1:]}{letter}{match[3]}" for letter in match[2]]
    if not all(one in EXTENSIONS for one in endings):
        return path
    return f"{path[: match.start()]}.{{{','.join(endings)}}}"


def files(pattern: str) -> list[str]:
    """The files that a pattern with nothing but a choice of endings names: `src/x.{c,h}` is two; any other is one pattern."""
    match = _CHOICE.match(pattern) if pattern.endswith("}") else None
    return [f"{match['stem']}{ending}" for ending in dict.fromkeys(match["endings"].split(","))] if match else [pattern]


def spelled_out(text: str) -> str:
    """The text with the name before the second ending too: "src/arg.c / .h" is "src/arg.c / src/arg.h"."""
    return _SECOND.sub(_named, text) if "." in text else text


def _named(match: re.Match[str]) -> str:
    if match["one"] not in EXTENSIONS or match["two"] not in EXTENSIONS:
        return match[0]
    gap = match["gap"].replace("/", " and ")
    return f"{match['stem']}.{match['one']}{gap}{match['stem']}.{match['two']}"

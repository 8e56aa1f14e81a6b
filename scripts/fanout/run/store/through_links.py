"""What a plan declares, under the names that a write has: folders that are links are resolved, as paths.Naming does."""

from __future__ import annotations

import os
import re

from fanout.run.store import meta
from fanout.run.store.paths import Naming

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    Pattern = tuple[str, str, str]  # anchor, pattern, regex


def resolve(db: sqlite3.Connection, root: str, base: str, declared: Pattern) -> list[Pattern]:
    """The patterns that mean the same files. Of a link itself two: it may be replaced, and written through. Alternatives of
    which one leads through a link are patterns of their own."""
    naming = Naming(root, meta.folds_case(db))
    whole = _resolved(naming, base, declared)
    if whole != [declared]:
        return whole
    parts = _alternatives(naming, base, declared)
    found = [pattern for part in parts for pattern in _resolved(naming, base, part)]
    return whole if found == parts else found


def _resolved(naming: Naming, base: str, declared: Pattern) -> list[Pattern]:
    anchor = declared[0]
    if anchor in ("", ".") or os.path.isabs(anchor):
        return [declared]
    full = naming.listed(naming.full(anchor))
    names = [naming.link(full)]
    if os.path.islink(full):
        names.append(naming.name(full, naming.root))
    return [declared if naming.key(name) == anchor else _moved(naming, base, declared, name) for name in names]


def _alternatives(naming: Naming, base: str, declared: Pattern) -> list[Pattern]:
    """`{a/x,b/y}` as a plan writes it out, one by one; a pattern without alternatives alone."""
    _, pattern, regex = declared
    before = f"{base}/" if base else ""
    under = f"{re.escape(naming.key(base))}/(?:" if base else ""
    if not pattern.startswith(before + "{") or not pattern.endswith("}") or not regex.startswith(under):
        return [declared]
    texts = _split(pattern[len(before) + 1 : -1], ",", "{}")
    inner = regex[len(under) : -1] if under else regex
    regexes = _split(inner, "|", "()")
    if len(texts) < 2 or len(texts) != len(regexes):
        return [declared]
    ways = [f"{under}{way})" if under else way for way in regexes]
    return [(naming.key(_literal(before + text)), before + text, way) for text, way in zip(texts, ways)]


def _split(text: str, mark: str, brackets: str) -> list[str]:
    """At the marks outside brackets; what a backslash escapes is none."""
    parts, depth, begin, at = [], 0, 0, 0
    while at < len(text):
        char = text[at]
        at += 2 if char == "\\" else 1
        if char == "[":  # a class: its end is no bracket of ours
            end = text.find(
                "]", at + (2 if text[at : at + 2] in ("^]", "!]") else 1 if text[at : at + 1] == "]" else 0)
            )
            at = end + 1 if end > 0 else at
        depth += (char == brackets[0]) - (char == brackets[1])
        if char == mark and depth == 0:
            parts.append(text[begin : at - 1])
            begin = at
    return [*parts, text[begin:]]


def _literal(pattern: str) -> str:
    """The segments before the first wildcard, without backslashes."""
    found = []
    for segment in pattern.split("/"):
        if re.search(r"(?<!\\)[*?\[{]", segment):
            break
        found.append(re.sub(r"\\(.)", r"\1", segment))
    return "/".join(found)


def _moved(naming: Naming, base: str, declared: Pattern, name: str) -> Pattern:
    """The pattern with another name in place of its anchor, which every alternative of its regex begins with."""
    anchor, pattern, regex = declared
    key, base = naming.key(name), naming.key(base)
    begins, inner = anchor, regex
    under = f"{re.escape(base)}/(?:"
    if base and regex.startswith(under):
        begins, inner = anchor[len(base) + 1 :], regex[len(under) : -1]
    spelled = "".join(rf"\\?{re.escape(char)}" for char in begins)
    moved = re.sub(rf"(?:\A|(?<=\|)){spelled}(?![^/|(\\]|\\.)", lambda _: re.escape(key), inner)
    return key, pattern.replace(naming.as_written(anchor, pattern), name), moved

"""Whether a name matches the regular expression of a declared pattern.

Most are a path, a folder with all below it, or names with one star. That shows in their text, and then the module re is
not needed, which takes longer to load than a guarded write. In doubt re decides: see fanout/plan/pattern/regex.py.
"""

from __future__ import annotations

SPECIAL = frozenset("()[]{}?*+-|^$\\.&~# \t\n\r\v\f")  # what re.escape escapes
BELOW = r"(?:/[\s\S]*)?"  # behind what is meant with all below it
SOME = "[^/]+"
ANY = "[^/]*"
DEEPER = "(?:[^/]+/)*?"


def matches(expression: str, name: str) -> bool:
    """As re.fullmatch says."""
    found = _by_text(expression, name)
    if found is None:
        import re

        found = re.fullmatch(expression, name) is not None
    return found


def _by_text(expression: str, name: str) -> bool | None:
    """None when the expression is of another shape."""
    body = expression.removesuffix(BELOW)
    has_below = body != expression
    path = _literal(body)
    if path is not None:
        return name == path or (has_below and name.startswith(f"{path}/"))
    above = _literal(body.removesuffix(SOME))
    if above is not None:
        rest = name[len(above) :]
        return name.startswith(above) and rest[:1] not in ("", "/") and (has_below or "/" not in rest)
    return None if has_below else _by_star(body, name)


def _by_star(body: str, name: str) -> bool | None:
    """`HEAD**/*TAIL`, `HEAD*TAIL` or `HEAD**/TAIL`."""
    wild = next((wild for wild in (DEEPER + ANY, ANY, DEEPER) if wild in body), "")
    if not wild:
        return None
    head, _, tail = body.partition(wild)
    start, end = _literal(head), _literal(tail)
    if start is None or end is None:
        return None
    if len(name) < len(start) + len(end) or not (name.startswith(start) and name.endswith(end)):
        return False
    middle = name[len(start) : len(name) - len(end)]
    if wild == ANY:
        return "/" not in middle
    return "//" not in f"/{middle}" and (wild != DEEPER or middle[-1:] in ("", "/"))


def _literal(text: str) -> str | None:
    """What an expression without any wildcard says; None for another."""
    if SPECIAL.isdisjoint(text):
        return text
    plain: list[str] = []
    characters = iter(text)
    for char in characters:
        is_escaped = char == "\\"
        char = next(characters, "") if is_escaped else char
        if not char or (char in SPECIAL) != is_escaped:
            return None
        plain.append(char)
    return "".join(plain)

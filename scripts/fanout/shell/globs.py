"""Patterns: marks for active wildcards inside a field, matching, and expansion against the folders as they are.

While a word is being expanded, an active `*`, `?`, `[` is a mark and a literal one is itself; UNKNOWN stands for text
that nobody can know before the line runs.
"""

from __future__ import annotations

import os

from fanout.shell import lazy_re as re
from fanout.shell import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.virtual_filesystem import VirtualFilesystem

UNKNOWN = "\0"
PRIVATE = "/tmp/tmp." + UNKNOWN  # a name that mktemp makes: nobody else has it
STAR, QUERY, OPEN, CHOICE, CLOSE = "\1", "\2", "\3", "\4", "\5"
ACTIVE = {42: STAR, 63: QUERY, 91: OPEN}
PLAIN = {1: "*", 2: "?", 3: "[", 4: "", 5: ")"}
MARKS = STAR + QUERY + OPEN + CHOICE
ANY_MARK = frozenset(MARKS)
STARTER = UNKNOWN + "\6starter\6"  # the process that started the shell: the client
MAX_MATCHES = 3000
CLASSES = {"alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s"}


def activate(text: str) -> str:
    """Turns the wildcards of unquoted text into marks."""
    return text.translate(ACTIVE)


def tagged(number: int) -> str:
    """Unknown text that the line's git command of this number prints: the repository can be asked for it."""
    return f"{UNKNOWN}\6{number}\6"


def listed(number: int) -> str:
    """Unknown text that the line's listing of this number prints: numbers of processes, ids of containers."""
    return f"{UNKNOWN}\6l{number}\6"


def tags(text: str) -> list[str]:
    """The numbers of the git commands whose output stands in the text."""
    return re.findall("\0\6(\\d+)\6", text) if f"{UNKNOWN}\6" in text else []


def tag(text: str) -> str:
    """The number of the command whose output the text is, and no more; "" for another text."""
    found = tags(text)
    return found[0] if len(found) == 1 and text == f"{UNKNOWN}\6{found[0]}\6" else ""


def listings(text: str) -> list[int]:
    """The numbers of the listings whose output stands in the text."""
    return [int(number) for number in re.findall("\0\6l(\\d+)\6", text)] if f"{UNKNOWN}\6l" in text else []


def passed_on(text: str | None) -> str:
    """What of unknown text is still known after a filter: which listing it came from."""
    found = listings(text or "")
    return listed(found[0]) if found else UNKNOWN


def literal(field: str) -> str:
    """The field as the shell passes it on when nothing matches."""
    if CHOICE in field:
        field = re.sub("\4(.)", r"\1(", field)
    return field.translate(PLAIN)


def has_wildcard(field: str) -> bool:
    return scan.has_any(field, ANY_MARK)


def regex(pattern: str, slash: bool = True) -> str:
    """The regular expression of a marked pattern; with `slash`, wildcards also match `/` (as in `case`)."""
    any_char = "." if slash else "[^/]"
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char in (STAR, UNKNOWN):
            out.append(any_char + "*")
        elif char == QUERY:
            out.append(any_char)
        elif char == OPEN:
            text, at = _bracket(pattern, at)
            out.append(text)
        elif char == CHOICE:
            close = pattern.find(CLOSE, at)
            close = len(pattern) if close < 0 else close
            out.append(_choice(pattern[at], pattern[at + 1 : close], any_char))
            at = close + 1
        else:
            out.append(re.escape(char))
    return "".join(out)


def _bracket(pattern: str, at: int) -> tuple[str, int]:
    close = pattern.find("]", at + 1 if pattern[at : at + 1] not in ("!", "^") else at + 2)
    while close > 0 and pattern[close - 1] == ":" and "[:" in pattern[at:close].replace(OPEN, "["):
        following = pattern.find("]", close + 1)
        if following < 0:
            break
        close = following
        if pattern[close - 1] != ":":
            break
    if close < 0:
        return r"\[", at
    inside = pattern[at:close].translate(PLAIN)
    negated = inside[:1] in ("!", "^")
    inside = inside[1:] if negated else inside
    inside = re.sub(r"\[:(\w+):\]", lambda found: "\6" + found.group(1) + "\6", inside)
    inside = inside.replace("\\", "\\\\").replace("]", "\\]").replace("[", "\\[").replace("^", "\\^")
    inside = re.sub("\6(\\w+)\6", lambda found: CLASSES.get(found.group(1), ""), inside)
    return f"[{'^' if negated else ''}{inside}]", close + 1


def _choice(op: str, text: str, any_char: str) -> str:
    inner = "|".join(regex(activate(piece)) for piece in text.split("|"))
    if op == "!":
        return f"(?!(?:{inner})(?:/|$)){any_char}*"
    return f"(?:{inner})" + {"@": "", "?": "?", "*": "*", "+": "+"}[op]


def matches(text: str, pattern: str) -> bool | None:
    """Whether `text` matches a marked pattern as in `case`; None when either is not known."""
    if UNKNOWN in text or UNKNOWN in pattern:
        return None
    return Matcher(pattern).whole(text)


class Matcher:
    """A marked pattern, ready to match. Stars are matched one after the other, so no input makes it slow."""

    def __init__(self, pattern: str, slash: bool = True) -> None:
        self.pieces: list[re.Pattern[str]] = []
        self.broken = False
        pieces = [pattern] if CHOICE in pattern or not slash else re.split(STAR + "+", pattern)
        try:
            self.pieces = [re.compile(regex(piece, slash), re.S) for piece in pieces]
        except (re.error, RecursionError):
            self.broken = True

    def whole(self, text: str) -> bool:
        if self.broken:
            return False
        first, last = self.pieces[0], self.pieces[-1]
        if len(self.pieces) == 1:
            return first.fullmatch(text) is not None
        match = first.match(text)
        if match is None:
            return False
        at = match.end()
        for piece in self.pieces[1:-1]:
            match = piece.search(text, at)
            if match is None:
                return False
            at = match.end()
        width = len(text) - at
        return any(last.fullmatch(text, start) for start in range(at, at + width + 1))


def unknown_below(field: str) -> str:
    """The field with everything from its first wildcard on unknown."""
    at = scan.until(field, 0, MARKS)
    return field[:at] + UNKNOWN if at < len(field) else field


def expand(field: str, world: VirtualFilesystem) -> list[str]:
    """What the shell makes of a field with wildcards: sorted matches, or the literal text when there are none."""
    if UNKNOWN in field or not world.known:
        return [unknown_below(field)]
    paths = _walk(field, world)
    if paths is None:
        return [unknown_below(field)]
    if not paths and "nullglob" in world.options:
        return []
    return paths or [literal(field)]


def _walk(field: str, world: VirtualFilesystem) -> list[str] | None:
    heads: list[str] | None = [""]
    pieces = field.split("/")
    for number, piece in enumerate(pieces):
        heads = _step(heads or [], piece, world, number, number == len(pieces) - 1)
        if len(heads) > MAX_MATCHES:
            return None
    return heads


def _step(heads: list[str], piece: str, world: VirtualFilesystem, number: int, last: bool) -> list[str]:
    """The paths so far, one segment longer."""
    end = "" if last else "/"
    if piece == STAR + STAR and "globstar" in world.options:
        return [deeper for head in heads for deeper in _below(head, world, last)]
    if has_wildcard(piece):
        return [head + name + end for head in heads for name in _names(head, piece, world, last)]
    heads = [head + piece + end for head in heads]
    return [head for head in heads if world.exists(head.rstrip("/") or "/")] if number and last else heads


def _names(head: str, piece: str, world: VirtualFilesystem, last: bool) -> list[str]:
    match = Matcher(piece).whole
    dots = piece.startswith(".") or "dotglob" in world.options
    names = [name for name in world.names(head or ".") if match(name) and (dots or not name.startswith("."))]
    return sorted(names if last else (name for name in names if world.is_folder(head + name)))


def _below(head: str, world: VirtualFilesystem, last: bool) -> list[str]:
    heads, stack = [head], [head]
    while stack and len(heads) < MAX_MATCHES:
        folder = stack.pop()
        for name in sorted(world.names(folder or ".")):
            if name.startswith(".") and "dotglob" not in world.options:
                continue
            path = folder + name
            if world.is_folder(path) and not os.path.islink(world.absolute(path)):
                heads.append(path + "/")
                stack.append(path + "/")
            elif last:
                heads.append(path)
    return [path for path in heads if path] if last else heads

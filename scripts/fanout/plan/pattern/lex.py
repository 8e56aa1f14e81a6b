"""Text to nodes: literal characters, `*`, `?`, `[...]`, and braces as alternatives. No meaning of paths here.

- A backslash makes the next character literal, also inside brackets.
- `[` opens a class if its `]` comes before the next `/`; else it is a literal `[`. A `]` that comes first is a member,
  so is a `-` that comes first or last; `!` or `^` first negates. Inside brackets `{`, `,` and `}` are members.
- `{` with its `}` and a comma between them gives alternatives; `{a}`, `{1..3}` and a lone brace are literal.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from fanout.errors import FanoutError
from fanout.plan.pattern.chars import ONE, CharClass

DEEPEST = 100


class PatternError(FanoutError):
    """A path pattern that can't be used. `code` is stable: empty, absolute, outside, ..."""

    def __init__(self, code: str, message: str, fix: str) -> None:
        super().__init__(message, fix)
        self.code = code


class Star(Enum):
    """`*`: any characters of one segment, none included. (An enum, so that `is` narrows its type.)"""

    STAR = "*"


STAR = Star.STAR


class Alternatives(NamedTuple):
    """`{a,b}`."""

    branches: tuple[tuple[Node, ...], ...]


Node = str | CharClass | Star | Alternatives
Token = str | CharClass | Star


class _Mark(NamedTuple):
    """A `{`, `,` or `}` that may turn out to be literal."""

    char: str


class Lexed(NamedTuple):
    """The nodes, and what a reader should be told: (code, the text it is about)."""

    nodes: tuple[Node, ...]
    oddities: tuple[tuple[str, str], ...]


def lex(text: str) -> Lexed:
    """The nodes of a pattern; only a backslash at the very end and too deep braces are errors."""
    tokens: list[Token | _Mark] = []
    oddities: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            tokens.append(_escaped(text, at))
            if text[at + 1].isalnum():
                oddities.append(("backslash", text[at : at + 2]))
            at += 2
            continue
        end = _class_end(text, at) if char == "[" else 0
        if end:
            tokens.append(_char_class(text[at + 1 : end]))
            if text.startswith("[[:", at):
                oddities.append(("posix-class", text[at : end + 1]))
            at = end + 1
            continue
        if char == "[":
            oddities.append(("open-bracket", text[at:]))
        tokens.append(_single(char))
        at += 1
    return Lexed(_braces(tokens), tuple(oddities))


def _single(char: str) -> Token | _Mark:
    if char == "*":
        return STAR
    if char == "?":
        return ONE
    return _Mark(char) if char in "{,}" else char


def _escaped(text: str, at: int) -> str:
    if at + 1 == len(text):
        raise PatternError(
            "backslash-at-end",
            f"the pattern {text!r} ends in a backslash that escapes nothing.",
            "Separate folders with / and write a literal backslash as two.",
        )
    return text[at + 1]


def _class_end(text: str, start: int) -> int:
    """Where the class that opens at `start` closes, or 0 if the bracket is literal."""
    at = start + 1
    if text[at : at + 1] in ("!", "^"):
        at += 1
    first = at
    close, slash = text.find("]", at + 1), text.find("/", at)
    if close < 0 or 0 <= slash < close:  # also keeps a thousand open brackets from being quadratic
        return 0
    while at < len(text):
        char = text[at]
        if char == "/" or text[at : at + 2] == "\\/":
            return 0
        if char == "]" and at > first:
            return at
        at += 2 if char == "\\" else 1
    return 0


def _char_class(body: str) -> CharClass:
    negated = body[0] in "!^"
    chars: list[tuple[str, bool]] = []  # the character, and whether it may stand for a range
    at = 1 if negated else 0
    while at < len(body):
        escaped = body[at] == "\\"
        at += escaped
        chars.append((body[at], body[at] == "-" and not escaped))
        at += 1
    return CharClass(tuple(_intervals(chars)), negated)


def _intervals(chars: Sequence[tuple[str, bool]]) -> list[tuple[int, int]]:
    """A range that runs backwards has no member."""
    intervals = []
    at = 0
    while at < len(chars):
        low = ord(chars[at][0])
        if at + 2 < len(chars) and chars[at + 1][1]:
            high = ord(chars[at + 2][0])
            if low <= high:
                intervals.append((low, high))
            at += 3
        else:
            intervals.append((low, low))
            at += 1
    return intervals


def _braces(tokens: Sequence[Token | _Mark]) -> tuple[Node, ...]:
    """Braces that have a partner and a comma become Alternatives, all other marks literal characters."""
    pairs = _pairs(tokens)
    closers = set(pairs.values())
    stack: list[list[list[Node]]] = [[[]]]
    for at, token in enumerate(tokens):
        if not isinstance(token, _Mark):
            stack[-1][-1].append(token)
        elif at in pairs:
            stack.append([[]])
        elif at in closers:
            branches = stack.pop()
            stack[-1][-1].append(Alternatives(tuple(map(tuple, branches))))
        elif token.char == "," and len(stack) > 1:
            stack[-1].append([])
        else:
            stack[-1][-1].append(token.char)
        if len(stack) > DEEPEST:
            raise PatternError("too-deep", f"it nests braces deeper than {DEEPEST}.", "Write several patterns.")
    return tuple(stack[0][0])


def _pairs(tokens: Sequence[Token | _Mark]) -> dict[int, int]:
    """Where each brace with a partner and a comma of its own opens, and where it closes.

    A comma between literal braces belongs to nobody: `{a,{b}` is literal, `{x,{b}}` has the alternatives x and {b}.
    """
    pairs: dict[int, int] = {}
    opened: list[list[int]] = []
    for at, token in enumerate(tokens):
        if not isinstance(token, _Mark):
            continue
        if token.char == "{":
            opened.append([at, 0])
        elif token.char == "," and opened:
            opened[-1][1] += 1
        elif token.char == "}" and opened:
            start, commas = opened.pop()
            if commas:
                pairs[start] = at
    return pairs

"""Shell arithmetic over known numbers. What is not known makes the result None, never a guess."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = re.compile(r"\s*(\d+|[A-Za-z_]\w*|\*\*|<<=|>>=|\+\+|--|&&|\|\||[=!<>+\-*/%&|^]=|<<|>>|[-+*/%()<>=!~&|^?:,])")
LEVELS = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<=", ">=", "<", ">"),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
LIMIT = 1 << 62


class Unknowable(Exception):
    """A value that only the running shell has."""


class Evaluator:
    """One expression. `get` gives a variable's text or None; `put` stores a result (None: not known any more)."""

    def __init__(self, text: str, get: Callable[[str], str | None], put: Callable[[str, str | None], None]) -> None:
        self.tokens: list[str] = []
        self.at = 0
        self.get = get
        self.put = put
        place = 0
        text = text.strip()
        while place < len(text):
            match = TOKEN.match(text, place)
            if match is None or len(self.tokens) > 200:
                raise Unknowable
            self.tokens.append(match.group(1))
            place = match.end()

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def comma(self) -> int:
        value = self.assignment()
        while self.peek() == ",":
            self.at += 1
            value = self.assignment()
        return value

    def assignment(self) -> int:
        name, op = self.peek(), self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else ""
        if (name[:1].isalpha() or name[:1] == "_") and op.endswith("=") and op not in ("==", "!=", "<=", ">="):
            self.at += 2
            try:
                right = self.assignment()
                value = right if op == "=" else self.apply(op[:-1], self.variable(name), right)
            except Unknowable:
                self.put(name, None)
                raise
            self.put(name, str(value))
            return value
        return self.ternary()

    def ternary(self) -> int:
        value = self.binary(0)
        if self.peek() == "?":
            self.at += 1
            yes = self.assignment()
            if self.take() != ":":
                raise Unknowable
            no = self.assignment()
            return yes if value else no
        return value

    def binary(self, level: int) -> int:
        if level == len(LEVELS):
            return self.unary()
        value = self.binary(level + 1)
        while self.peek() in LEVELS[level]:
            op = self.take()
            value = self.apply(op, value, self.binary(level + 1))
        return value

    def apply(self, op: str, left: int, right: int) -> int:
        if op in ("/", "%"):
            if right == 0:
                raise Unknowable
            quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            return quotient if op == "/" else left - quotient * right
        if op in ("<<", ">>") and not 0 <= right < 62:
            raise Unknowable
        value = OPERATORS[op](left, right)
        if abs(value) > LIMIT:
            raise Unknowable
        return int(value)

    def unary(self) -> int:
        token = self.take()
        if token in ("++", "--"):
            name = self.take()
            value = self.variable(name) + (1 if token == "++" else -1)
            self.put(name, str(value))
            return value
        if token in ("-", "+", "!", "~"):
            value = self.unary()
            return {"-": -value, "+": value, "!": int(not value), "~": ~value}[token]
        if token == "(":
            value = self.comma()
            if self.take() != ")":
                raise Unknowable
            return value
        if token.isdigit():
            return int(token, 8 if token[0] == "0" and token.strip("01234567") == "" else 10)
        if not token or not (token[0].isalpha() or token[0] == "_"):
            raise Unknowable
        return self.postfix(token)

    def postfix(self, name: str) -> int:
        if self.peek() in ("++", "--"):
            step = 1 if self.take() == "++" else -1
            try:
                value = self.variable(name)
            except Unknowable:
                self.put(name, None)
                raise
            self.put(name, str(value + step))
            return value
        return self.variable(name)

    def variable(self, name: str) -> int:
        text = self.get(name)
        if text is None:
            raise Unknowable
        text = text.strip() or "0"
        if not re.fullmatch(r"-?\d{1,18}", text):
            raise Unknowable
        return int(text)


OPERATORS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "&&": lambda a, b: int(bool(a) and bool(b)),
    "||": lambda a, b: int(bool(a) or bool(b)),
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<<": lambda a, b: a << b,
    ">>": lambda a, b: a >> b,
}


def evaluate(text: str, get: Callable[[str], str | None], put: Callable[[str, str | None], None]) -> int | None:
    """The value, or None when it can't be known. Assignments inside are carried out through `put`."""
    try:
        evaluator = Evaluator(text, get, put)
        value = evaluator.comma()
        return value if evaluator.at >= len(evaluator.tokens) else None
    except (Unknowable, RecursionError, KeyError, ValueError):
        return None

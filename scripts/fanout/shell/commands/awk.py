"""awk programs, read for what they write: `print > file`, `print | command`, `system(...)`, `command | getline`."""

from __future__ import annotations

import re

from fanout.shell.globs import UNKNOWN
from fanout.shell.streams import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|\\\n|\#[^\n]*)|(?P<string>"(?:[^"\\]|\\.)*")|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<number>\d+(?:\.\d*)?)"""
    r"""|(?P<op>>>|>=|<=|==|!=|&&|\|\||\|&|\+\+|--|[-+*%^]=|.|\n)""",
    re.S,
)
BEFORE_REGEX = frozenset(("", "(", ",", "{", "}", ";", "!", "~", "&&", "||", "\n", "!=", "==", "?", ":", "in", "|"))
ESCAPES = {"n": "\n", "t": "\t", "/": "/", '"': '"', "\\": "\\"}


class Program:
    """One program, its variables as given on the command line, and its input files."""

    def __init__(self, call: Call, text: str, variables: dict[str, str], files: list[str]) -> None:
        self.call = call
        self.variables = variables
        self.files = files
        self.tokens = self.read(text)
        self.text = text

    def read(self, text: str) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            previous = tokens[-1][1] if tokens else ""
            if text[at] == "/" and previous in BEFORE_REGEX:
                match = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:\\.|[^\]\n])+\])*/").match(text, at)
                if match:
                    tokens.append(("regex", match.group()))
                    at = match.end()
                    continue
            match = TOKEN.match(text, at)
            if match is None:
                break
            at = match.end()
            kind = match.lastgroup or "op"
            if kind != "blank":
                tokens.append((kind, match.group()))
        return tokens

    def scan(self) -> None:
        at, depth, printing = 0, 0, -1
        while at < len(self.tokens):
            kind, text = self.tokens[at]
            if kind == "name" and text in ("print", "printf"):
                printing = depth
            elif text in "()":
                depth += 1 if text == "(" else -1
            elif text in (";", "\n", "}", "{"):
                printing = -1
            elif printing == depth and text in (">", ">>", "|", "|&"):
                self.printed(at, text)
                printing = -1
            else:
                self.started(at, text)
            at += 1

    def printed(self, at: int, op: str) -> None:
        """`print > file`, `print | command`."""
        if op in (">", ">>"):
            self.output(self.between(at + 1, (";", "\n", "}", "|")), op)
        else:
            self.command(self.between(at + 1, (";", "\n", "}")))

    def started(self, at: int, text: str) -> None:
        """`system(command)`, `command | getline`."""
        if self.tokens[at] == ("name", "system"):
            self.command(self.between(at + 2, (")",)))
        elif text in ("|", "|&") and self.tokens[at + 1 : at + 2] == [("name", "getline")]:
            self.command(self.tokens[max(at - 1, 0) : at])

    def between(self, start: int, stops: tuple[str, ...]) -> list[tuple[str, str]]:
        end, depth = start, 0
        while end < len(self.tokens):
            text = self.tokens[end][1]
            if depth == 0 and text in stops:
                break
            depth += {"(": 1, ")": -1}.get(text, 0)
            end += 1
        return self.tokens[start:end]

    def output(self, tokens: list[tuple[str, str]], op: str) -> None:
        for target in self.values(tokens):
            self.call.shell.write(target, "modify" if op == ">>" else "truncate", False, self.call.name)

    def command(self, tokens: list[tuple[str, str]]) -> None:
        stdin, self.call.shell.stdin = self.call.shell.stdin, Source()  # what is printed to it
        for text in self.values(tokens):
            if text.replace(UNKNOWN, "").strip():
                self.call.shell.run_text(text, self.call.name)
            else:
                self.call.unknown("runs a command that is known only when it runs")
        self.call.shell.stdin = stdin

    def values(self, tokens: list[tuple[str, str]]) -> list[str]:
        """The texts a concatenation can have, UNKNOWN for what comes from the input."""
        if any(text == "FILENAME" for _, text in tokens) and self.files:
            return [self.value(tokens, path) for path in self.files]
        return [self.value(tokens, UNKNOWN)]

    def value(self, tokens: list[tuple[str, str]], filename: str) -> str:
        out: list[str] = []
        for number, (kind, text) in enumerate(tokens):
            if kind == "string":
                out.append(re.sub(r"\\(.)", lambda found: ESCAPES.get(found.group(1), found.group(1)), text[1:-1]))
            elif text == "FILENAME":
                out.append(filename)
            elif kind == "name" and number + 1 < len(tokens) and tokens[number + 1][1] in ("(", "["):
                return "".join(out) + UNKNOWN
            elif kind == "name":
                out.append(self.variable(text))
            elif text in "()":
                continue
            elif kind == "number" and not out and len(tokens) == 1:
                out.append(text)
            else:
                return "".join(out) + UNKNOWN
        return "".join(out)

    def variable(self, name: str) -> str:
        if name in self.variables:
            return self.variables[name]
        places = [at for at, token in enumerate(self.tokens) if token == ("name", name)]
        assigned = [at for at in places if at + 1 < len(self.tokens) and self.tokens[at + 1][1] == "="]
        if len(assigned) == 1:
            right = self.between(assigned[0] + 2, (";", "\n", "}"))
            if len(right) == 1 and right[0][0] == "string":
                return right[0][1][1:-1]
        return UNKNOWN

"""From the text of PowerShell to statements: pipelines of commands, each of words, with the blocks that stand in them."""

from __future__ import annotations

BLANKS = " \t\r"
ENDS = ";\n|&)}"
SINGLE = "'\u2018\u2019"
DOUBLE = '"\u201c\u201d'
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "", "a": "", "b": "", "f": "", "v": ""}
CLOSING = {"(": ")", "{": "}", "[": "]"}
MAX_DEPTH = 40


class Unreadable(Exception):
    """The text has no end that is known."""


class Word:
    """`parts` are texts, and names of variables as ("$", name). `bare`: without quotes. `inner`: statements inside of it,
    whose value is not known; `items`: what it lists by commas, itself first."""

    __slots__ = ("bare", "inner", "items", "parts")

    def __init__(self) -> None:
        self.parts: list[str | tuple[str, str]] = []
        self.inner: list[list[list[Command]]] = []
        self.items: list[Word] = [self]
        self.bare = True

    def plain(self) -> str:
        """Its text where no variable and nothing inner is in it, else ""."""
        return "".join(part for part in self.parts if isinstance(part, str)) if not self.inner else ""


class Command:
    """`target`: the variable that is given what it yields. `called`: by & or `.`, so that a quoted name is a command."""

    __slots__ = ("called", "piped", "redirects", "target", "words")

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.redirects: list[tuple[str, Word]] = []
        self.called = self.piped = False
        self.target = ""


def _target(word: Word, op: str) -> str:
    """The variable that is set; with a ? at its end where what it holds then is not what is given."""
    name = next((part[1] for part in word.parts if isinstance(part, tuple)), "")
    return name if op == "=" and len(word.parts) == 1 and name else f"{name}?"


def read(text: str) -> list[list[Command]]:
    """The pipelines of a text. Raises Unreadable."""
    reader = Reader(text.replace("\r\n", "\n"))
    found = reader.statements("")
    if reader.at < len(reader.text):
        raise Unreadable(f"unexpected {reader.text[reader.at]!r}")
    return found


class Reader:
    """One text, read once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def peek(self, width: int = 1) -> str:
        return self.text[self.at : self.at + width]

    def blanks(self) -> None:
        """Past blanks, continued lines and comments."""
        while self.at < len(self.text):
            if self.peek() in BLANKS:
                self.at += 1
            elif self.peek(2) == "`\n":
                self.at += 2
            elif self.peek(2) == "<#":
                self.at = self.find("#>") + 2
            elif self.peek() == "#":
                end = self.text.find("\n", self.at)
                self.at = end if end >= 0 else len(self.text)
            else:
                return

    def find(self, end: str) -> int:
        at = self.text.find(end, self.at)
        if at < 0:
            raise Unreadable(f"missing {end}")
        return at

    def statements(self, closer: str) -> list[list[Command]]:
        """Up to `closer`, which is left behind."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable("nested too deeply")
        found = []
        while True:
            self.blanks()
            if self.at >= len(self.text):
                if closer:
                    raise Unreadable(f"missing {closer}")
                break
            if closer and self.peek() == closer:
                self.at += 1
                break
            if self.peek() in ";\n":
                self.at += 1
            elif self.peek() in ")}":
                raise Unreadable(f"unexpected {self.peek()!r}")
            else:
                found.append(self.pipeline())
        self.depth -= 1
        return found

    def pipeline(self) -> list[Command]:
        """Commands that are joined by `|`, `&&` or `||`; only those after `|` are given what came before."""
        found = [self.command()]
        while self.peek() == "|" or self.peek(2) == "&&":
            op = self.peek(2) if self.peek(2) in ("&&", "||") else "|"
            self.at += len(op)
            if not self.skip_lines():
                raise Unreadable(f"nothing after {op}")
            found.append(self.command())
            found[-1].piped = op == "|"
        if self.peek() == "&":
            self.at += 1
        return found

    def skip_lines(self) -> bool:
        self.blanks()
        while self.peek() == "\n":
            self.at += 1
            self.blanks()
        return self.at < len(self.text)

    def command(self) -> Command:
        command = Command()
        self.blanks()
        if self.peek() == "&" or (self.peek(2) == ". "):
            self.at += 1
            command.called = True
        while True:
            self.blanks()
            char = self.peek()
            if not char or char in ENDS:
                return command
            if self.redirect(command):
                continue
            before = self.at
            self.into(command)
            if self.at == before:
                raise Unreadable(f"unexpected {char!r}")

    def into(self, command: Command) -> None:
        """One more word; or the target of an assignment, which is no word."""
        word = self.word()
        if word.bare and word.plain() in ("=", "+=") and len(command.words) == 1 and not command.target:
            command.target = _target(command.words.pop(), word.plain())
        else:
            command.words.append(word)
            self.commas(word)

    def commas(self, first: Word) -> None:
        while True:
            at = self.at
            self.blanks()
            if self.peek() != ",":
                self.at = at
                return
            self.at += 1
            self.skip_lines()
            first.items.append(self.word())

    def redirect(self, command: Command) -> bool:
        at = self.at
        if self.peek() and self.peek() in "123456*" and self.text[at + 1 : at + 2] == ">":
            at += 1
        if self.text[at : at + 1] != ">":
            return False
        op = ">>" if self.text[at : at + 2] == ">>" else ">"
        self.at = at + len(op)
        if self.peek() == "&":
            self.at += 2
            return True
        self.blanks()
        command.redirects.append((op, self.word()))
        return True

    def word(self) -> Word:
        word = Word()
        while self.at < len(self.text):
            char = self.peek()
            if char in BLANKS or char in ENDS or char == "," or (char == ">" and not word.parts):
                break
            if char == "`":
                word.parts.append(self.escaped())
            elif self.peek(2) in ("@'", '@"'):
                self.here_string(word)
            elif char in SINGLE:
                self.single(word)
            elif char in DOUBLE:
                self.double(word)
            elif char == "$":
                self.variable(word)
            elif self.peek(2) in ("@(", "@{") or char in "({":
                self.at += 1 if char == "@" else 0
                self.nest(word)
            else:
                word.parts.append(char)
                self.at += 1
        return word

    def nest(self, word: Word) -> None:
        closer = CLOSING[self.peek()]
        self.at += 1
        word.inner.append(self.statements(closer))
        word.parts.append(("$", ""))

    def escaped(self) -> str:
        if self.at + 1 >= len(self.text):
            raise Unreadable("nothing after `")
        char = self.text[self.at + 1]
        self.at += 2
        return ESCAPES.get(char, char)

    def single(self, word: Word) -> None:
        word.bare = False
        self.at += 1
        while True:
            if self.at >= len(self.text):
                raise Unreadable("unterminated single quote")
            char = self.peek()
            self.at += 1
            if char in SINGLE:
                if not (self.peek() and self.peek() in SINGLE):
                    word.parts.append("")
                    return
                self.at += 1
            word.parts.append(char)

    def double(self, word: Word) -> None:
        word.bare = False
        self.at += 1
        while True:
            if self.at >= len(self.text):
                raise Unreadable("unterminated double quote")
            char = self.peek()
            if char in DOUBLE:
                self.at += 1
                if not (self.peek() and self.peek() in DOUBLE):
                    word.parts.append("")
                    return
                word.parts.append(char)
                self.at += 1
            else:
                self.inside(word)

    def inside(self, word: Word) -> None:
        """One piece of what stands in double quotes."""
        char = self.peek()
        if char == "`":
            word.parts.append(self.escaped())
        elif char == "$":
            self.variable(word)
        else:
            word.parts.append(char)
            self.at += 1

    def here_string(self, word: Word) -> None:
        word.bare = False
        quote = self.text[self.at + 1]
        start = self.find("\n") + 1
        end = self.text.find(f"\n{quote}@", start - 1)
        if end < 0:
            raise Unreadable("unterminated here-string")
        body = self.text[start:end] if end >= start else ""
        if quote == "'":
            word.parts.append(body)
        else:
            inner = Reader(body)
            while inner.at < len(inner.text):
                inner.inside(word)
        self.at = end + 3

    def variable(self, word: Word) -> None:
        self.at += 1
        if self.peek() == "(":
            self.nest(word)
            return
        if self.peek() == "{":
            end = self.find("}")
            name = self.text[self.at + 1 : end]
            self.at = end + 1
        else:
            start = self.at
            while (self.peek() and (self.peek().isalnum() or self.peek() in "_?^$")) or self._in_scope(start):
                self.at += 1
            name = self.text[start : self.at]
        word.parts.append(("$", name.lower()) if name else "$")

    def _in_scope(self, start: int) -> bool:
        """At the colon of `$env:NAME`."""
        after = self.text[self.at + 1 : self.at + 2]
        return self.peek() == ":" and self.at > start and (after.isalnum() or after == "_")

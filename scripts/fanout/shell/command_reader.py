"""Reads what stands between compound commands: blanks, here-documents, redirections, assignments, simple commands."""

from __future__ import annotations

import re

from fanout.shell.tree import Assignment, Redirect, Simple, Text
from fanout.shell.words import WordReader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.tree import Node, Word

REDIRECT = re.compile(r"(\d+|\{[A-Za-z_]\w*\})?(&>>|&>|<<<|<<-|<<|<>|<&|<|>>|>\||>&|>)")
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(?:\[([^\]\n]*)\])?(\+)?=")
DECLARING = frozenset(("export", "declare", "typeset", "local", "readonly"))
MAX_DEPTH = 60


class CommandReader(WordReader):
    """`pending` are the here-documents that the next line starts."""

    def __init__(self, text: str, depth: int = 0) -> None:
        super().__init__(text, depth)
        self.pending: list[tuple[Redirect, str, bool, bool]] = []
        if depth > MAX_DEPTH:
            raise self.fail("nested too deeply")

    def blanks(self) -> None:
        """Skips blanks, continued lines and a comment."""
        text, end = self.text, self.end
        while self.at < end:
            char = text[self.at]
            if char in " \t\r":
                self.at += 1
            elif char == "\\" and text.startswith("\n", self.at + 1):
                self.at += 2
            elif char == "#":
                line_end = text.find("\n", self.at)
                self.at = end if line_end < 0 else line_end
            else:
                break

    def newlines(self) -> None:
        self.blanks()
        while self.text.startswith("\n", self.at):
            self.newline()
            self.blanks()

    def newline(self) -> None:
        self.at += 1
        pending, self.pending = self.pending, []
        for redirect, delimiter, quoted, tabs in pending:
            self.here_document(redirect, delimiter, quoted, tabs)

    def here_document(self, redirect: Redirect, delimiter: str, quoted: bool, tabs: bool) -> None:
        lines: list[str] = []
        while self.at < self.end:
            line_end = self.text.find("\n", self.at)
            line_end = self.end if line_end < 0 else line_end
            line = self.text[self.at : line_end]
            self.at = min(line_end + 1, self.end)
            if tabs:
                line = line.lstrip("\t")
            if line == delimiter:
                if line_end < self.end:
                    self.at = line_end
                    self.at += 1
                break
            lines.append(line + "\n")
        body = "".join(lines)
        redirect.body = [Text(body, True)] if quoted else self.expandable(body)

    def expandable(self, body: str) -> Word:
        if "$" not in body and "`" not in body and "\\" not in body:
            return [Text(body, True)]
        parts: Word = []
        type(self)(body, self.depth + 1).double(parts, "")
        return parts

    def simple(self) -> Node:
        node = Simple()
        declaring = False
        while True:
            self.blanks()
            redirect = self.redirect()
            if redirect is not None:
                node.redirects.append(redirect)
                continue
            if not node.words or declaring:
                assignment = self.assignment()
                if assignment is not None:
                    (node.declared if node.words else node.assignments).append(assignment)
                    continue
            word = self.word()
            if not word:
                break
            if not node.words and isinstance(word[0], Text) and len(word) == 1:
                declaring = word[0].text in DECLARING
            node.words.append(word)
        if not (node.words or node.assignments or node.redirects):
            found = self.text[self.at : self.at + 1]
            raise self.fail(f"unexpected {found!r}" if found else "a command is missing")
        return node

    def assignment(self) -> Assignment | None:
        match = ASSIGNMENT.match(self.text, self.at)
        if match is None:
            return None
        name, index, append = match.group(1), match.group(2) or "", bool(match.group(3))
        self.at = match.end()
        if self.text.startswith("(", self.at):
            self.at += 1
            items: list[Word] = []
            while True:
                self.newlines()
                if self.text.startswith(")", self.at):
                    self.at += 1
                    return Assignment(name, index, append, [], items)
                word = self.word()
                if not word:
                    raise self.fail("bad array")
                items.append(word)
        return Assignment(name, index, append, self.word(), None)

    def redirect(self) -> Redirect | None:
        match = REDIRECT.match(self.text, self.at)
        if match is None:
            return None
        fd, op = match.group(1) or "", match.group(2)
        if op in ("<", ">") and not fd and self.text.startswith("(", match.end()):
            return None
        self.at = match.end()
        self.blanks()
        start = self.at
        word = self.word()
        if not word:
            raise self.fail(f"no target after {op}")
        redirect = Redirect(fd, op, word)
        if op in ("<<", "<<-"):
            self.pend(redirect, self.text[start : self.at], op == "<<-")
        return redirect

    def pend(self, redirect: Redirect, raw: str, tabs: bool) -> None:
        quoted = any(char in raw for char in "'\"\\")
        delimiter = raw.replace("\\\n", "")
        if quoted:
            delimiter = re.sub(r"\\(.)|['\"]", lambda found: found.group(1) or "", delimiter)
            if delimiter.startswith("$") and raw.startswith(("$'", '$"')):
                delimiter = delimiter[1:]
        self.pending.append((redirect, delimiter, quoted, tabs))

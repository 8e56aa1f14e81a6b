"""Reads what stands between compound commands: blanks, here-documents, redirections, assignments, simple commands."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell import scan
from fanout.shell.tree import Assignment, Redirect, Simple, Text
from fanout.shell.words import WordReader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.tree import Node, Word

REDIRECTIONS = "&>> &> <<< <<- << <> <& < >> >| >& >".split()
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
            char = self.text[self.at : self.at + 1]
            raise self.fail(f"unexpected {char!r}" if char else "a command is missing")
        return node

    def assignment(self) -> Assignment | None:
        head = self.assigned()
        if head is None:
            return None
        name, index, append = head
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

    def assigned(self) -> tuple[str, str, bool] | None:
        """`NAME=`, `NAME[INDEX]=` or with `+=`, read; (name, index, whether it appends), None for another text."""
        text, index = self.text, ""
        end = at = scan.name(text, self.at)
        if end == self.at:
            return None
        if text.startswith("[", at):
            close = scan.until(text, at, "]\n")
            if not text.startswith("]", close):
                return None
            index, at = text[at + 1 : close], close + 1
        append = text.startswith("+", at)
        at += append
        if not text.startswith("=", at):
            return None
        name, self.at = text[self.at : end], at + 1
        return name, index, append

    def redirection(self) -> tuple[str, str]:
        """The file descriptor and the operator at the cursor, which stays; no operator for another text."""
        text, at = self.text, self.at
        if text.startswith("{", at):
            end = scan.name(text, at + 1)
            if end == at + 1 or not text.startswith("}", end):
                return "", ""
            end += 1
        else:
            end = scan.digits(text, at)
        op = next((op for op in REDIRECTIONS if text.startswith(op, end)), "") if text[end : end + 1] in "&<>" else ""
        return text[at:end], op

    def redirect(self) -> Redirect | None:
        fd, op = self.redirection()
        end = self.at + len(fd) + len(op)
        if not op or (op in ("<", ">") and not fd and self.text.startswith("(", end)):
            return None
        self.at = end
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

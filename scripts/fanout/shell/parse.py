"""The grammar: from text to a tree, by recursive descent. POSIX shell with what bash adds.

    program -> sequence -> and_or -> pipeline -> command -> simple | compound
                                                            simple -> assignment, redirect, word

A text that can't be read to its end gives what was read before, and says why."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell import scan
from fanout.shell.command_reader import MAX_DEPTH, CommandReader
from fanout.shell.tree import (
    AndOr,
    ArithmeticCommand,
    Case,
    Condition,
    CountingFor,
    For,
    Function,
    Group,
    If,
    Loop,
    Pipeline,
    Redirect,
    Redirected,
    Sequence,
    Subshell,
    Text,
    is_text,
    sequence_of,
)
from fanout.shell.words import META, Unparsable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.tree import Node, Word

NO_NAME = ";&|<>()$'\"`\\{}="  # not in a function's name
CLOSERS = frozenset(("then", "do", "done", "fi", "elif", "else", "esac", "}"))


def parse(text: str, depth: int = 0) -> tuple[Sequence, str]:
    """The tree, and why reading stopped ("" when it did not)."""
    reader = Parser(text, depth)
    sequence = Sequence()
    try:
        reader.sequence(sequence)
        if reader.at < reader.end:
            raise reader.fail(f"unexpected {reader.text[reader.at]!r}")
    except Unparsable as problem:
        return sequence, str(problem)
    except RecursionError:
        return sequence, "nested too deeply"
    return sequence, ""


class Parser(CommandReader):
    """One text, read once."""

    def sequence_until_paren(self) -> Sequence:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail("nested too deeply")
        sequence = Sequence()
        self.sequence(sequence)
        if not self.text.startswith(")", self.at):
            raise self.fail("missing )")
        self.at += 1
        self.depth -= 1
        return sequence

    def substitution(self) -> Sequence:
        outer, self.pending = self.pending, []
        found = self.sequence_until_paren()
        self.pending = outer
        return found

    def nested(self, text: str) -> Sequence:
        found, problem = parse(text, self.depth + 1)
        if problem:
            raise self.fail(problem)
        return found

    # -- lists ---------------------------------------------------------------------------------------------------

    def sequence(self, into: Sequence) -> None:
        """Commands up to the end, a `)`, a `;;` or a word that closes a compound command. Fills `into` as it goes."""
        while True:
            self.newlines()
            if self.at >= self.end or self.text[self.at] == ")" or self.text.startswith((";;", ";&"), self.at):
                return
            if self.keyword() in CLOSERS:
                return
            into.items.append(self.and_or())
            self.blanks()
            char = self.text[self.at : self.at + 1]
            if char == "&" and not self.text.startswith("&&", self.at):
                into.background.add(len(into.items) - 1)
                self.at += 1
            elif char == ";" and not self.text.startswith((";;", ";&"), self.at):
                self.at += 1
            elif char not in ("\n", ")", "", ";"):
                raise self.fail(f"unexpected {char!r}")

    def body(self) -> Sequence:
        found = Sequence()
        self.sequence(found)
        return found

    def and_or(self) -> Node:
        first = self.pipeline()
        rest: list[tuple[str, Node]] = []
        while True:
            self.blanks()
            op = self.text[self.at : self.at + 2]
            if op not in ("&&", "||"):
                return AndOr(first, rest) if rest else first
            self.at += 2
            self.newlines()
            rest.append((op, self.pipeline()))

    def prefixes(self) -> bool:
        """Skips `!` and `time`; whether the status is turned round."""
        negated = False
        while True:
            self.blanks()
            word = self.keyword()
            if word == "!":
                negated = not negated
                self.at += 1
            elif word == "time":
                self.at += 4
                self.blanks()
                if self.text.startswith("-p ", self.at):
                    self.at += 3
            else:
                return negated

    def pipeline(self) -> Node:
        negated = self.prefixes()
        parts = [self.command()]
        while True:
            self.blanks()
            if self.text.startswith("||", self.at) or not self.text.startswith("|", self.at):
                break
            self.at += 2 if self.text.startswith("|&", self.at) else 1
            self.newlines()
            parts.append(self.command())
        return Pipeline(parts, negated) if len(parts) > 1 or negated else parts[0]

    # -- commands ------------------------------------------------------------------------------------------------

    def keyword(self) -> str:
        """The literal word at the cursor if it could be a reserved one, else ""."""
        start, text, end = self.at, self.text, self.end
        at = start
        while at < end and at - start < 10 and text[at] not in META:
            at += 1
        return text[start:at]

    def expect(self, word: str) -> None:
        self.newlines()
        if self.keyword() != word:
            raise self.fail(f"missing {word}")
        self.at += len(word)

    def command(self) -> Node:
        self.blanks()
        text = self.text
        if text.startswith("(", self.at):
            return self.redirected(self.parenthesis())
        handler = COMPOUND.get(self.keyword())
        if handler:
            return self.redirected(handler(self))
        name = self.function_name()
        if name:
            self.newlines()
            return Function(name, self.command())
        return self.simple()

    def function_name(self) -> str:
        """The name of `NAME ()`, read; "" for another text."""
        text, end = self.text, self.at
        while end < self.end and text[end] not in NO_NAME and not text[end].isspace():
            end += 1
        at = scan.span(text, end, " \t")
        if end == self.at or text[end - 1] in "?*+@!" or not text.startswith("(", at):
            return ""
        at = scan.span(text, at + 1, " \t")
        if not text.startswith(")", at):
            return ""
        name, self.at = text[self.at : end], at + 1
        return name

    def redirected(self, body: Node) -> Node:
        redirects: list[Redirect] = []
        while True:
            self.blanks()
            redirect = self.redirect()
            if redirect is None:
                return Redirected(body, redirects) if redirects else body
            redirects.append(redirect)

    def parenthesis(self) -> Node:
        if self.text.startswith("((", self.at):
            inner = self.balanced_arithmetic(self.at + 2)
            if inner is not None:
                return ArithmeticCommand(inner)
        self.at += 1
        return Subshell(self.sequence_until_paren())

    def group(self) -> Node:
        self.at += 1
        body = self.body()
        self.expect("}")
        return Group(body)

    def if_(self) -> Node:
        branches: list[tuple[Sequence, Sequence]] = []
        word = "if"
        while True:
            self.at += len(word)
            condition = self.body()
            self.expect("then")
            branches.append((condition, self.body()))
            word = self.keyword()
            if word != "elif":
                break
        otherwise = None
        if word == "else":
            self.at += 4
            otherwise = self.body()
        self.expect("fi")
        return If(branches, otherwise)

    def while_(self) -> Node:
        until = self.keyword() == "until"
        self.at += 5
        condition = self.body()
        return Loop(condition, self.do_done(), until)

    def do_done(self) -> Sequence:
        self.blanks()
        if self.text.startswith(";", self.at):
            self.at += 1
        self.newlines()
        if self.keyword() == "{":
            self.at += 1
            body = self.body()
            self.expect("}")
            return body
        self.expect("do")
        body = self.body()
        self.expect("done")
        return body

    def for_(self) -> Node:
        self.at += len(self.keyword())
        self.blanks()
        if self.text.startswith("((", self.at):
            inner = self.balanced_arithmetic(self.at + 2)
            if inner is None:
                raise self.fail("bad for ((")
            start, test, step = ([*inner.split(";"), "", ""])[:3]
            return CountingFor(start, test, step, self.do_done())
        name = self.literal_word("for")
        self.newlines()
        words: list[Word] | None = None
        if self.keyword() == "in":
            self.at += 2
            words = self.words()
        return For(name, words, self.do_done())

    def words(self) -> list[Word]:
        found: list[Word] = []
        while True:
            self.blanks()
            word = self.word()
            if not word:
                return found
            found.append(word)

    def literal_word(self, after: str) -> str:
        word = self.word()
        if len(word) == 1 and isinstance(word[0], Text):
            return word[0].text
        raise self.fail(f"no name after {after}")

    def case(self) -> Node:
        self.at += 4
        self.blanks()
        subject = self.word()
        self.expect("in")
        arms: list[tuple[list[Word], Sequence, str]] = []
        while True:
            self.newlines()
            if self.keyword() == "esac":
                self.at += 4
                return Case(subject, arms)
            arms.append(self.arm())

    def arm(self) -> tuple[list[Word], Sequence, str]:
        if self.text.startswith("(", self.at):
            self.at += 1
        patterns: list[Word] = []
        while True:
            self.blanks()
            patterns.append(self.word())
            self.blanks()
            if self.text.startswith("|", self.at):
                self.at += 1
            elif self.text.startswith(")", self.at):
                self.at += 1
                break
            else:
                raise self.fail("bad case pattern")
        body = self.body()
        for terminator in (";;&", ";;", ";&"):
            if self.text.startswith(terminator, self.at):
                self.at += len(terminator)
                return patterns, body, terminator
        if self.keyword() != "esac":
            raise self.fail("missing ;;")
        return patterns, body, ";;"

    def function(self) -> Node:
        self.at += 8
        self.blanks()
        name = self.literal_word("function")
        self.blanks()
        if self.text.startswith("(", self.at):
            self.at += 1
            self.blanks()
            if not self.text.startswith(")", self.at):
                raise self.fail("missing )")
            self.at += 1
        self.newlines()
        return Function(name, self.command())

    def coproc(self) -> Node:
        self.at += 6
        self.blanks()
        match = re.compile(r"[A-Za-z_]\w*[ \t]+(?=\{|\()").match(self.text, self.at)
        if match:
            self.at = match.end()
        return Subshell(sequence_of(self.command()))

    def condition(self) -> Node:
        """`[[ ... ]]`: words and operators alike, the operators as unquoted text."""
        self.at += 2
        words: list[Word] = []
        while True:
            self.newlines()
            if self.at >= self.end:
                raise self.fail("missing ]]")
            if self.text.startswith("]]", self.at):
                self.at += 2
                return Condition(words)
            regex = bool(words) and is_text(words[-1], "=~")
            for op in ("&&", "||", "<", ">", "(", ")"):
                if self.text.startswith(op, self.at) and not regex:
                    words.append([Text(op, False)])
                    self.at += len(op)
                    break
            else:
                word = self.regex_word() if regex else self.word()
                if not word:
                    raise self.fail("bad [[")
                words.append(word)

    def regex_word(self) -> Word:
        parts: Word = []
        depth = 0
        while self.at < self.end:
            char = self.text[self.at]
            if char in " \t\n" and depth == 0:
                break
            if char in "()":
                depth += 1 if char == "(" else -1
            if char in META:
                parts.append(Text(char, False))
                self.at += 1
            else:
                self.part(char, parts)
        return parts


COMPOUND = {
    "{": Parser.group,
    "if": Parser.if_,
    "while": Parser.while_,
    "until": Parser.while_,
    "for": Parser.for_,
    "select": Parser.for_,
    "case": Parser.case,
    "function": Parser.function,
    "coproc": Parser.coproc,
    "[[": Parser.condition,
}

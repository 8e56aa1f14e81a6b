"""Reads one shell word: quotes, escapes, expansions, substitutions. Knows characters, not commands."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell import scan
from fanout.shell.tree import Arithmetic, Choice, Param, Process, Sequence, Substitution, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.tree import Part, Word

META = " \t\n;&|<>()"
PLAIN = "./:=@%+,^~[]{}*?!#-"  # literal in an unquoted word, with letters and digits
SPECIAL = "@*#?-$!0123456789"
MAX_WORDS = 60_000
ANSI = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
OPERATORS = ":- := :+ :? %% ## ^^ ,, // - = + ? % # ^ , / : @".split()


class Unparsable(Exception):
    """What the shell would refuse too, or more than we are willing to read."""


def of_byte(value: int) -> str:
    """What stands for one byte of a name, as Python's names of files have it."""
    return chr(value if value < 0x80 else 0xDC00 + value)


def joined_bytes(text: str) -> str:
    """The text, where bytes that follow one another are a character in UTF-8."""
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text


class WordReader:
    """A cursor over the text. The grammar in `parse` extends it and supplies `substitution`."""

    def __init__(self, text: str, depth: int = 0) -> None:
        self.text = text
        self.at = 0
        self.end = len(text)
        self.count = 0
        self.depth = depth

    def substitution(self) -> Sequence:
        raise NotImplementedError

    def nested(self, text: str) -> Sequence:
        raise NotImplementedError

    def fail(self, what: str) -> Unparsable:
        return Unparsable(f"{what} at character {self.at}")

    # -- words ---------------------------------------------------------------------------------------------------

    def word(self, stops: str = META) -> Word:
        """The word at the cursor, ending before one of `stops`. Empty when there is none."""
        self.count += 1
        if self.count > MAX_WORDS:
            raise self.fail("too many words")
        parts: Word = []
        text, plain = self.text, stops is META
        while self.at < self.end:
            end = scan.words(text, self.at, PLAIN) if plain else self.at
            if end > self.at:
                run, self.at = text[self.at : end], end
                self.plain(run, parts)
                continue
            char = text[self.at]
            if char in stops:
                if char in "<>" and text.startswith("(", self.at + 1) and plain:
                    parts.append(self.process(char))
                    continue
                break
            self.part(char, parts)
        return parts

    def plain(self, run: str, parts: Word) -> None:
        """A run of literal text, read already; its last character may begin an extended pattern."""
        if self.at < self.end and self.text[self.at] == "(" and run[-1] in "?*+@!" and self.is_choice():
            if len(run) > 1:
                parts.append(Text(run[:-1], False))
            parts.append(self.choice(run[-1]))
        else:
            parts.append(Text(run, False))

    def part(self, char: str, parts: Word) -> None:
        """One quoted, escaped, expanded or literal piece of an unquoted word."""
        if char == "'":
            parts.append(Text(self.single(), True))
        elif char == '"':
            self.at += 1
            self.double(parts)
        elif char == "\\":
            self.escape(parts)
        elif char == "$":
            self.dollar(parts, False)
        elif char == "`":
            parts.append(self.backquote(False))
        else:
            parts.append(Text(char, False))
            self.at += 1

    def single(self) -> str:
        close = self.text.find("'", self.at + 1)
        if close < 0:
            raise self.fail("unterminated single quote")
        value = self.text[self.at + 1 : close]
        self.at = close + 1
        return value

    def escape(self, parts: Word) -> None:
        if self.at + 1 >= self.end:
            parts.append(Text("\\", True))
            self.at += 1
            return
        char = self.text[self.at + 1]
        self.at += 2
        if char != "\n":
            parts.append(Text(char, True))

    def double(self, parts: Word, closing: str = '"') -> None:
        """The rest of a double-quoted string (or of a here-document's body, when `closing` is empty)."""
        text, stops, before = self.text, closing + "\\$`", len(parts)
        while True:
            if self.at >= self.end:
                if closing:
                    raise self.fail("unterminated double quote")
                break
            end = scan.until(text, self.at, stops)
            if end > self.at:
                parts.append(Text(text[self.at : end], True))
                self.at = end
                continue
            char = text[self.at]
            if char == closing:
                self.at += 1
                break
            if char == "\\":
                self.double_escape(parts, closing)
            elif char == "$":
                self.dollar(parts, True)
            else:
                parts.append(self.backquote(True))
        if len(parts) == before:
            parts.append(Text("", True))

    def double_escape(self, parts: Word, closing: str) -> None:
        after = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if after == "\n":
            return
        known = after and (after in "$`\\" or after == closing)
        parts.append(Text(after if known else "\\" + after, True))

    # -- expansions ----------------------------------------------------------------------------------------------

    def dollar(self, parts: Word, quoted: bool) -> None:
        text, after = self.text, self.text[self.at + 1 : self.at + 2]
        if after == "(":
            parts.append(self.parenthesized(quoted))
        elif after == "{":
            self.at += 2
            parts.append(self.braced(quoted))
        elif after == "[":
            close = text.find("]", self.at)
            if close < 0:
                raise self.fail("unterminated $[")
            parts.append(Arithmetic(text[self.at + 2 : close], quoted))
            self.at = close + 1
        elif after == "'" and not quoted:
            self.at += 1
            parts.append(Text(self.ansi(), True))
        elif after == '"' and not quoted:
            self.at += 2
            self.double(parts)
        else:
            self.named(parts, quoted)

    def parenthesized(self, quoted: bool) -> Part:
        """`$((...))` or `$(...)`."""
        if self.text.startswith("((", self.at + 1):
            inner = self.balanced_arithmetic(self.at + 3)
            if inner is not None:
                return Arithmetic(inner, quoted)
        self.at += 2
        return Substitution(self.substitution(), quoted)

    def named(self, parts: Word, quoted: bool) -> None:
        start = self.at + 1
        end, after = scan.name(self.text, start), self.text[start : start + 1]
        if end > start:
            parts.append(Param(self.text[start:end], quoted))
            self.at = end
        elif after and after in SPECIAL:
            parts.append(Param(after, quoted))
            self.at += 2
        else:
            parts.append(Text("$", True))
            self.at += 1

    def ansi(self) -> str:
        """A `$'...'` string; the cursor stands on its opening quote."""
        out: list[str] = []
        text = self.text
        self.at += 1
        while self.at < self.end and text[self.at] != "'":
            char = text[self.at]
            self.at += 1
            if char == "\\" and self.at < self.end:
                char = self.ansi_escape()
            out.append(char if char > "\6" else "")
        if self.at >= self.end:
            raise self.fail("unterminated $'")
        self.at += 1
        return joined_bytes("".join(out))

    def ansi_escape(self) -> str:
        match = re.compile(r"x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,6})|([0-7]{1,3})|(.)", re.S).match(
            self.text, self.at
        )
        if match is None:
            return "\\"
        self.at = match.end()
        if match.group(1):
            return of_byte(int(match.group(1), 16))
        if match.group(4):
            return of_byte(int(match.group(4), 8) & 0xFF)
        character = match.group(2) or match.group(3)
        if character:
            return chr(min(int(character, 16), 0x10FFFF))
        char = match.group(5)
        return ANSI.get(char, char if char in "'\"\\?" else "\\" + char)

    def braced(self, quoted: bool) -> Param:
        """The inside of `${...}`; the cursor stands after the opening brace."""
        text = self.text
        prefix = ""
        if text[self.at : self.at + 1] in ("#", "!") and text[self.at + 1 : self.at + 2] not in ("}", ""):
            prefix = text[self.at]
            self.at += 1
        param = Param(self._parameter(), quoted)
        if text.startswith("[", self.at):
            close = text.find("]", self.at)
            if close < 0:
                raise self.fail("bad substitution")
            param.index = text[self.at + 1 : close]
            self.at = close + 1
        self.operator(param)
        if prefix:
            param.op = prefix
        if not text.startswith("}", self.at):
            raise self.fail("bad substitution")
        self.at += 1
        return param

    def _parameter(self) -> str:
        """A name, a number or one of the special parameters."""
        start = self.at
        self.at = scan.name(self.text, start)
        if self.at == start:
            self.at = scan.digits(self.text, start)
        if self.at == start and self.text[start : start + 1] in tuple("@*#?$!-"):
            self.at = start + 1
        if self.at == start:
            raise self.fail("bad substitution")
        return self.text[start : self.at]

    def operator(self, param: Param) -> None:
        text = self.text
        op = next((op for op in OPERATORS if text.startswith(op, self.at)), "")
        if not op:
            return
        param.op = op
        self.at += len(op)
        inside = param.quoted and op.strip(":") in "-=+?"
        if op in ("/", "//"):
            if text.startswith("/", self.at):
                param.argument = [Text("/", True)]
                self.at += 1
            param.argument += self.argument("/}", False)
            if text.startswith("/", self.at):
                self.at += 1
                param.replacement = self.argument("}", False)
        else:
            param.argument = self.argument("}", inside)

    def argument(self, stops: str, quoted: bool) -> Word:
        """A word inside `${...}`: blanks are literal, and inside double quotes single quotes are, too."""
        parts: Word = []
        while self.at < self.end and self.text[self.at] not in stops:
            char = self.text[self.at]
            if char == "'" and quoted:
                parts.append(Text("'", True))
                self.at += 1
            else:
                self.part(char, parts)
        if quoted:
            for part in parts:
                if not isinstance(part, (Process, Choice)):
                    part.quoted = True
        return parts

    def balanced_arithmetic(self, start: int) -> str | None:
        """The text up to the `))` that closes `((` before `start`, or None when it is no arithmetic."""
        depth, at, text = 0, start, self.text
        while at < self.end:
            char = text[at]
            if char == "(":
                depth += 1
            elif char == ")":
                if depth == 0:
                    if text.startswith("))", at):
                        self.at = at + 2
                        return text[start:at]
                    return None
                depth -= 1
            elif char == "\\":
                at += 1
            elif char in "'\"":
                close = text.find(char, at + 1)
                if close < 0:
                    return None
                at = close
            at += 1
        return None

    def backquote(self, quoted: bool) -> Substitution:
        out: list[str] = []
        at, text = self.at + 1, self.text
        while True:
            close = at
            while close < self.end and text[close] not in "`\\":
                close += 1
            if close >= self.end:
                raise self.fail("unterminated backquote")
            out.append(text[at:close])
            if text[close] == "`":
                break
            escaped = text[close + 1 : close + 2]
            out.append(escaped if escaped and escaped in "$`\\" else "\\" + escaped)
            at = close + 2
        self.at = close + 1
        return Substitution(self.nested("".join(out)), quoted)

    def process(self, direction: str) -> Process:
        self.at += 2
        return Process(direction, self.substitution())

    # -- extended globs ------------------------------------------------------------------------------------------

    def is_choice(self) -> bool:
        """Whether the parenthesis at the cursor closes again before a blank-free word ends: `!(a|b)`, not `f ()`."""
        close = self.text.find(")", self.at)
        return close > self.at + 1 and "\n" not in self.text[self.at : close]

    def choice(self, op: str) -> Choice:
        depth, start = 0, self.at
        while self.at < self.end:
            char = self.text[self.at]
            self.at += 1
            if char == "(":
                depth += 1
            elif char == ")":
                depth -= 1
                if depth == 0:
                    return Choice(op, self.text[start + 1 : self.at - 1])
        raise self.fail("unterminated pattern")

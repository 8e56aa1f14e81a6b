"""`test`, `[ ]` and `[[ ]]`: three values, True, False, or None where only the running shell can tell."""

from __future__ import annotations

from fanout.shell import expand, globs
from fanout.shell.globs import UNKNOWN
from fanout.shell.tree import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.shell import Shell
    from fanout.shell.tree import Condition, Simple

UNFOLLOWED = frozenset("-e -f -d -r -w -x -s -L -h -b -c -p -S -u -g -k -N -O -G -t -o -v -R -a".split())
NUMERIC = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}


def test(call: Call, _: Simple | None) -> None:
    args = call.args[:-1] if call.name == "[" and call.args[-1:] == ["]"] else call.args
    for name in args[1:] if args[:1] == ["-v"] else []:
        if "$(" in name or "`" in name:
            call.shell.run_text(f': "{name}"', "test")
    verdict = None if call.shell.is_perhaps(args) else Test(args).whole()
    call.shell.status = None if verdict is None else int(not verdict)


def condition(shell: Shell, node: Condition) -> None:
    """`[[ ]]`: texts compared, patterns matched, files not asked."""
    tokens: list[str] = []
    for word in node.words:
        part = word[0]
        bare = len(word) == 1 and isinstance(part, Text) and not part.quoted
        if tokens and tokens[-1] in ("=", "==", "!="):
            tokens.append(expand.pattern(shell, word))
        elif bare and isinstance(part, Text) and part.text in ("&&", "||", "(", ")", "!", "<", ">"):
            tokens.append(part.text)
        else:
            tokens.append(expand.single(shell, word))
    verdict = None if shell.is_perhaps(tokens) else Test(tokens, True).whole()
    shell.status = None if verdict is None else int(not verdict)


class Test:
    """A condition as three values: True, False, or None where only the running shell can tell."""

    def __init__(self, tokens: list[str], patterns: bool = False) -> None:
        self.tokens = tokens
        self.patterns = patterns
        self.at = 0

    def whole(self) -> bool | None:
        if not self.tokens:
            return False
        verdict = self.either()
        return verdict if self.at >= len(self.tokens) else None

    def either(self) -> bool | None:
        verdict = self.both()
        while self.peek() in ("||", "-o"):
            self.at += 1
            other = self.both()
            verdict = True if verdict or other else None if verdict is None or other is None else False
        return verdict

    def both(self) -> bool | None:
        verdict = self.negation()
        while self.peek() in ("&&", "-a"):
            self.at += 1
            other = self.negation()
            verdict = False if verdict is False or other is False else None if None in (verdict, other) else True
        return verdict

    def peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else ""

    def negation(self) -> bool | None:
        if self.peek() == "!" and self.at + 1 < len(self.tokens):
            self.at += 1
            verdict = self.negation()
            return None if verdict is None else not verdict
        if self.peek() == "(":
            self.at += 1
            verdict = self.either()
            self.at += 1
            return verdict
        return self.primary()

    def primary(self) -> bool | None:
        left, op = self.peek(), self.peek(1)
        if op in ("=", "==", "!=", "=~", "<", ">", "-nt", "-ot", "-ef") or op in NUMERIC:
            right = self.peek(2)
            self.at += 3
            return self.compared(left, op, right)
        if left in ("-z", "-n") and self.at + 1 < len(self.tokens):
            self.at += 2
            if op == UNKNOWN or not op.strip(UNKNOWN):
                return None if op else left == "-z"
            return (left == "-z") == (op == "")
        if left in UNFOLLOWED and self.at + 1 < len(self.tokens):
            self.at += 2
            return None
        self.at += 1
        return None if UNKNOWN in left else left != ""

    def compared(self, left: str, op: str, right: str) -> bool | None:
        if op in ("=", "==", "!="):
            same = globs.matches(left, right) if self.patterns else None if UNKNOWN in left + right else left == right
            return None if same is None else same == (op != "!=")
        if op in NUMERIC:
            try:
                return bool(NUMERIC[op](int(left), int(right)))
            except ValueError:
                return None
        return None

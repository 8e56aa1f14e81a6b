"""Programs that checks run and that are not on this machine: said before anything is launched, not as a task ends."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed

NAME = re.compile(r"[A-Za-z][\w.+-]*\Z")
ASSIGNED = re.compile(r"[A-Za-z_]\w*=")
OPERATORS = set("();<>|&\n")
BEFORE = frozenset(("!", "{", "do", "then", "else", "elif", "if", "while", "until", "time"))  # a command comes next
BUILT_IN = frozenset(  # of the shell, with the words that begin what is no command
    """
    . : [ [[ alias bg break builtin case cd command continue declare dirs done echo esac eval exec exit export false fc fg fi for
    function getopts hash in jobs let local mapfile popd printf pushd pwd read readarray readonly return select set shift shopt
    source test times trap true type typeset ulimit umask unalias unset wait
    """.split()  # noqa: SIM905
)


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """Once for each program that is not there, with the tasks that it would judge."""
    found: dict[str, list[int]] = {}
    known: dict[str, list[str]] = {}
    lines: dict[str, str] = {}
    for index in facts.left:
        for line in [accept.command for accept in facts.plan.tasks[index].accept if accept.command]:
            for name in known.setdefault(line, [name for name in programs(line) if not facts.project.runs(name)]):
                found.setdefault(name, []).append(index)
                lines.setdefault(name, line)
    for name, tasks in found.items():
        first, *others = facts.plan.ids(list(dict.fromkeys(tasks)))
        as_well = f", as {listed(others)}," if others else ","
        message = f"is judged by {lines[name]!r}{as_well} and there is no {name} on this machine"
        yield Remark("no-program", message, first, "Install it, or state another command.")


def programs(line: str) -> list[str]:
    """The programs that a line of the shell names as commands, each once; none of a line that can't be read so simply."""
    if "()" in line or "<<" in line:
        return []
    lexer = shlex.shlex(line, posix=True, punctuation_chars="();<>|&\n")
    lexer.whitespace, lexer.whitespace_split = " \t", True
    try:
        words = list(lexer)
    except ValueError:
        return []
    found: dict[str, None] = {}
    is_command = True
    for before, word in zip(["", *words], words, strict=False):
        if OPERATORS.issuperset(word):
            is_command = not set(word) & set("<>")
        elif is_command and set(before) & set("<>") == set() and not ASSIGNED.match(word) and word not in BEFORE:
            is_command = False
            if NAME.match(word) and word not in BUILT_IN:
                found[word] = None
    return list(found)

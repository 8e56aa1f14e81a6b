"""Expressions: [IO.File]::WriteAllText('a', $text), $x.Delete(). Which write files, which only compute."""

from __future__ import annotations

import re

from fanout.shell.globs import UNKNOWN
from fanout.shell.powershell import cmdlets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.powershell.parser import Command, Word
    from fanout.shell.powershell.running import Run

STATIC = re.compile(r"\[([A-Za-z][\w.]*)\]::(\w+)\Z")
METHOD = re.compile(r"\.(\w+)\Z")


def judge(run: Run, command: Command) -> None:
    """Each call of a method in the words of an expression."""
    for word in command.words:
        _word(run, word)


def _word(run: Run, word: Word) -> None:
    text, at = "", 0
    for part in word.parts:
        if part != ("$", ""):
            text += part if isinstance(part, str) else "\x7f"
            continue
        arguments, at = word.inner[at], at + 1
        static, method = STATIC.search(text), METHOD.search(text)
        if static is not None:
            _static(run, static[1].lower(), static[2].lower(), _arguments(run, arguments))
        elif method is not None and method[1].lower() not in cmdlets.PURE_METHODS:
            run.unknown(f"the method {method[1]} may write")
        text += ")"


def _static(run: Run, kind: str, method: str, arguments: list[str]) -> None:
    if kind in cmdlets.PURE_TYPES:
        return
    how = cmdlets.FILE_METHODS.get(method) if kind in cmdlets.FILE_TYPES else None
    if how is None:
        run.unknown(f"[{kind}]::{method} may write")
    elif how:
        _file_method(run, how, arguments)


def _file_method(run: Run, how: str, values: list[str]) -> None:
    """A method of File or Directory, whose first values are the paths."""
    path = values[0] if values else UNKNOWN
    if how in ("move", "copy"):
        run.write("put", values[1] if len(values) > 1 else UNKNOWN)
    if how != "copy":
        run.write(how, path)


def _arguments(run: Run, statements: list[list[Command]]) -> list[str]:
    """The values in the brackets of a call; the last one goes on where words follow it ("a" + "b")."""
    found: list[str] = []
    for command in (command for pipeline in statements for command in pipeline if command.words):
        found += run.values(command.words[0])
        if len(command.words) > 1:
            found[-1] = UNKNOWN
    return found

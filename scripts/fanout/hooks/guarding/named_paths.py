"""Does a command line name the file that it writes, or does it only reach it: through a glob, a folder, `find`, `xargs`,
`git ls-files`, a substitution?"""

from __future__ import annotations

import os
import re

# What a word of a line is made of, as far as it can end in a file's name.
_WORD = r"[\w@%+.,~/\\-]"
_MOVES = re.compile(r"(?<![\w-])(?:cd|pushd|Set-Location|Push-Location|-C|--cwd|--directory)(?:\s|=)")


def is_named(path: str, line: str, cwd: str) -> bool:
    """Whether a word of the line is the file's path, or its end from a folder that the line goes to."""
    name = os.path.basename(path)
    if not name or name not in line:
        return False
    inside = os.path.dirname(path) == cwd.rstrip("/") or bool(_MOVES.search(line))
    return any(_leads_to(word, path, inside) for word in _words(line, name))


def is_made_of_named(path: str, line: str) -> bool:
    """Whether the line names a file of the same stem: `gcc -c a.c` makes `a.o`."""
    stem = os.path.splitext(os.path.basename(path))[0]
    return bool(stem) and bool(re.search(rf"(?<![\w.-]){re.escape(stem)}\.\w", line))


def _words(line: str, name: str) -> list[str]:
    """The words of the line that end in the name."""
    return re.findall(rf"{_WORD}*(?<![\w@%+.,~-]){re.escape(name)}(?![\w-]|\.\w|/)", line)


def _leads_to(word: str, path: str, inside: bool) -> bool:
    word = word.replace("\\", "/")
    while word.startswith(("./", "../")):
        word = word.partition("/")[2]
    if "/" not in word:
        return inside
    return path == word or path.endswith("/" + word.lstrip("/"))

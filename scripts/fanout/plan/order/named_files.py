# ruff: noqa: RUF001 - full-width punctuation, as lists are written with it
"""Files that only the project's tree tells from words: "put a line into Changes", where there is a file Changes, and the
test that a task's own check runs, which is neither there nor made by another task.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from fanout.plan.agent_types import READERS
from fanout.plan.model import Task
from fanout.plan.order import found_writes
from fanout.plan.order.base_paths import EXACT
from fanout.plan.order.signs import is_test
from fanout.plan.read.prose import vocabulary
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.prose.write_or_read import only_looks
from fanout.plan.reading import Inference, Note, Reading

SURE = 0.8
_LIST = "TODO"  # what is to be done stands in it
_PUTS = (
    r"(?:lines?|entr(?:y|ies)|notes?|items?|sections?|paragraphs?|bullets?|words?|targets?|rules?|it|them|this|these|add|put|writ|mention|"
    r"document|record|append|list|describ|not|tell|say|explain|announce|credit|zeilen?|eintr[aä]ge?|schreib|lignes?|entrées?|ajout|líneas?|entradas?|añad|linhas?|adicion)\w*"
)
_THE = r"(?:(?:the|our|die|das|le|la|el|o)\s+)?"
_CHANGES = (
    rf"(?:updat|edit|extend|bump|regenerat|rewrit|aktualisier|ergänz|actualiz|atualiz|mettre\s+à\s+jour)\w*\s+{_THE}"
    rf"(?:`?(?-i:[A-Z]{{3,}})`?(?:,\s*|\s+(?:and|und|et|y|e)\s+){_THE}){{0,3}}"
)
# "Write the release notes (NEWS)", "a line for Changes", "`src/a.py` + CHANGES", "a NEWS entry", "a CHANGES line".
_BESIDE = (
    r"\b(?:writ|updat|add|extend|not)\w*\b[^.;()\n]*\(|"
    r"\b(?:lines?|entr(?:y|ies)|notes?)\s+for\s+(?:the\s+)?|[\w`]\.\w+`?\s*(?:\+|,|&)\s*"
)
_ENDS = r"(?=\s*(?:[,;.)\]]|$))"
_ITS = r"(?:^|\b(?:an?|add|write|and|plus|with|matching|new)\s|[:;,+]\s)[\s\d.)*_\[\]-]*"
_ENTRY = r"\s+(?:entry|entries|line|lines|item|bullet)\b"
# "When all is in: CHANGES says what is new", "`VERSION` becomes 2.0", "NEWS: a line for it"; not "as NEWS says".
_BEGINS = r"(?:^|[:;.!]\s|\b(?:and|then|und|et|y)\s)[\s\d.)*_\[\]-]*(?:the\s+|our\s+|die\s+|das\s+)?"
_HOLDS = (
    r"(?:\s+(?:file\s+)?(?:says?|gets?|has|lists?|mentions?|names?|tells?|explains?|describes?|becomes?|needs?|must|should|shall|is\s+(?:to|updated|extended)|"
    r"bekommt|nennt|sagt|erhält|reçoit|dit|recibe|dice|recebe)\b|\s*[:：]\s|\s+[–—-]\s)"
)
_INTO = rf"(?:in|into|to|nach|zu|dans|en|em|al?)\s+{_THE}(?:(?:file|datei|fichier|fichero)\s+)?"
_NOT = re.compile(r"\b(?:not|never|don't|doesn't|without|no|nicht|kein\w*|ne|sin|sem)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[.;:\n]|,\s")
_RUNS_FILE = re.compile(r"(?:python3?|node|bash|sh|ruby|perl|php|bun|deno|Rscript|tsx)\Z")
_WILD = frozenset("*?[]{}")


def resolve(reading: Reading, tracked: frozenset[str], exists: Callable[[str], bool]) -> Reading:
    """The reading with such files written. Nothing is known without `tracked`, the files of the project; `exists` asks for one
    that git does not know."""
    if not tracked or reading.format in EXACT:
        return reading
    names = [path for path in sorted(tracked) if "/" not in path and "." not in path and path != _LIST]
    words = [(name, _said(name)) for name in names]
    made = {path for task in reading.document.tasks for path in task.writes}
    checks = Counter(one.command for task in reading.document.tasks for one in task.accept if one.command)
    changed: dict[str, dict[str, str]] = {}
    for task in reading.document.tasks:
        if not _may_write(reading, task):
            continue
        found = {name: "its words put something into it" for name, said in words if _is_put(task, name, said)}
        own = [one.command for one in task.accept if one.command and checks[one.command] == 1]
        for path in _run_by(own):
            if path not in tracked and not _is_made(path, made) and not exists(path):
                found[path] = "its check runs it, and it is not there"
                made.add(path)
        found = {path: why for path, why in found.items() if path not in task.writes}
        if found:
            changed[task.id] = found
    if not changed:
        return reading
    told = {
        name: [Inference("writes", why, SURE) for why in dict.fromkeys(found.values())]
        for name, found in changed.items()
    }
    return found_writes.put(reading, {name: (list(found), told[name]) for name, found in changed.items()})


def _may_write(reading: Reading, task: Task) -> bool:
    """Whether the list does not state what the task writes, and it writes something."""
    note = reading.notes.get(task.id, Note())
    stated = task.writes and not any(one.field == "writes" for one in note.inferred)
    return not (stated or task.read_only or task.agent in READERS or only_looks(task.title) or note.parallel is False)


def _said(name: str) -> re.Pattern[str]:
    """Words that put something into the file; one in small letters has to stand in backticks, as many words do."""
    spelled = f"`{re.escape(name)}`" if name.islower() else f"`?{re.escape(name)}`?"
    # The name as it is spelled, the words around it in any letters.
    whole = rf"(?-i:{spelled})(?![\w/-]|\.\w)"
    return re.compile(
        rf"\b(?:{_PUTS}\b[^.;\n]*?\s{_INTO}|{_CHANGES}){whole}|(?:{_BESIDE}){whole}{_ENDS}|{_ITS}{whole}{_ENTRY}|{_BEGINS}{whole}{_HOLDS}|(?:更新|修改)\s*{whole}|(?:在|到)\s*{whole}\s*(?:中|里)?\s*(?:添加|增加|加|写)",
        re.IGNORECASE | re.MULTILINE,
    )


def _is_put(task: Task, name: str, said: re.Pattern[str]) -> bool:
    text = f"{task.title}\n{task.description}"
    if name not in text:
        return False
    return any(not _NOT.search(_CLAUSE.split(text[: match.end()])[-1]) for match in said.finditer(text))


def _run_by(commands: Iterable[str]) -> Iterator[str]:
    """The tests that the commands name, and the program that an interpreter is given."""
    for command in commands:
        folder = vocabulary.CD.match(command)
        before = ""
        for word in command.split():
            path = as_path(word)
            if path and _is_program(path) and (is_test(path) or _RUNS_FILE.match(before)):
                yield posixpath.normpath(posixpath.join(folder[1], path)) if folder else path
            before = before if _RUNS_FILE.match(before) and word.startswith("-") else word


def _is_program(path: str) -> bool:
    return bool(posixpath.splitext(path)[1].strip("/")) and not _WILD & set(path) and not path.endswith("/")


def _is_made(path: str, made: set[str]) -> bool:
    folders = (path[:at] for at, char in enumerate(path) if char == "/")
    return path in made or "**" in made or any(not made.isdisjoint((one, f"{one}/", f"{one}/**")) for one in folders)

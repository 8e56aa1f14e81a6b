"""What a list's tasks really changed, and which of them really needed what an earlier one made.

Files: those of the commits that name the task. A need: a line that the later task adds imports a file that the earlier
one creates. The imports are resolved here, on the files of the commits, not by the planner's own rule.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from real_lists_git import Clone, Commit
from real_lists_mine import Mined, _keeping

_SCRIPT = re.compile(r"(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\(|\bmock\s*\()\s*['\"]([^'\"\n]+)['\"]")
_PYTHON = re.compile(
    r"^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+\(?([\w \t,]*)|import[ \t]+([\w.]+))", re.MULTILINE
)
_GO = re.compile(r"^\s*(?:import\s+)?(?:\w+\s+)?\"([\w.-]+(?:/[\w.-]+)+)\"\s*$", re.MULTILINE)
_RUST = re.compile(r"\b(?:crate|super|self)((?:::\w+)+)|^\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;", re.MULTILINE)
_DOTTED = re.compile(r"^\s*(?:import|using)\s+(?:static\s+)?([A-Za-z]\w*(?:\.\w+)+)", re.MULTILINE)
_SOURCED = re.compile(
    r"(?:^|[\s;&])(?:source|\.|bash|sh)\s+[\"']?(?:\$\{?\w+\}?/)?(?:[\w./-]*/)?([\w-]+\.(?:sh|bash))", re.MULTILINE
)
_SCRIPTS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".vue", ".svelte", ".css", ".scss", ".json")
_SOURCE = re.compile(r"(?:\A|.*/)(?:src|lib|app|source)/")


@dataclass(frozen=True)
class Truth:
    """By the place of each known task in the list: its files, and the earlier ones that it needs."""

    ids: list[str]
    files: list[frozenset[str]]
    needs: list[set[int]]

    def conflicts(self) -> Iterator[tuple[int, int]]:
        for late in range(len(self.ids)):
            for early in range(late):
                if self.files[early] & self.files[late]:
                    yield early, late


def of(clone: Clone, mined: Mined, order: list[str], commits: dict[str, tuple[int, Commit]]) -> Truth:
    """`order` are the ids of the list; `commits` has the number and the record of each commit."""
    ids = [name for name in order if name in mined.tasks]
    files: list[frozenset[str]] = []
    created: list[set[str]] = []
    when: list[int] = []
    added: list[dict[str, str]] = []
    for name in ids:
        records = [commits[one] for one in mined.tasks[name]]
        changed = [(status, path) for _, record in records for status, path in record.files]
        files.append(frozenset(path for _, path in changed if not _keeping(path, mined.path)))
        created.append({path for status, path in changed if status == "A" and not _keeping(path, mined.path)})
        when.append(min(number for number, _ in records))
        added.append(_added(clone, mined.tasks[name], files[-1]))
    needs = []
    for late in range(len(ids)):
        earlier = [early for early in range(late) if when[early] < when[late] and created[early]]
        needs.append({early for early in earlier if _uses(added[late], created[early], files[late])})
    return Truth(ids, files, needs)


def _added(clone: Clone, commits: list[str], files: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for commit in commits:
        for path, text in clone.added(commit, files).items():
            found[path] = f"{found.get(path, '')}\n{text}"
    return found


def _uses(added: dict[str, str], created: set[str], own: frozenset[str]) -> bool:
    return any(_imports(path, text, other) for path, text in added.items() for other in created if other != path)


def _imports(path: str, text: str, other: str) -> bool:
    """Whether a line of `text`, added to the file `path`, imports the file `other`."""
    ending, theirs = posixpath.splitext(path)[1], posixpath.splitext(other)[1]
    if ending in _SCRIPTS and theirs in _SCRIPTS:
        return any(_is_script(match[1], path, other) for match in _SCRIPT.finditer(text))
    if ending == ".py" and theirs == ".py":
        return any(_ends(module, other, path) for module in _modules(text, path))
    if ending == ".go" and theirs == ".go" and not other.endswith("_test.go"):
        folder = posixpath.dirname(other)
        return bool(folder) and any(match[1].endswith("/" + folder) for match in _GO.finditer(text))
    if ending == ".rs" and theirs == ".rs":
        stem = (
            posixpath.basename(posixpath.dirname(other))
            if other.endswith("/mod.rs")
            else posixpath.basename(other)[:-3]
        )
        return any(stem in (match[1] or match[2] or "").split("::") for match in _RUST.finditer(text))
    if ending == theirs and ending in (".java", ".kt", ".scala", ".cs", ".swift"):
        return any(_ends(match[1].replace(".", "/"), other, path) for match in _DOTTED.finditer(text))
    if theirs in (".sh", ".bash"):
        return any(match[1] == posixpath.basename(other) for match in _SOURCED.finditer(text))
    return False


def _is_script(target: str, path: str, other: str) -> bool:
    stems = {other, posixpath.splitext(other)[0], re.sub(r"/index\.\w+\Z", "", other)}
    if target.startswith("."):
        place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        return place in stems or posixpath.splitext(place)[0] in stems
    if target.startswith(("@/", "~/", "#/", "$lib/", "src/", "/")):
        rest = target.partition("/")[2] if not target.startswith("/") else target[1:]
        bare = re.sub(r"\.(?:m?[jt]sx?)\Z", "", rest)
        return any(_SOURCE.sub("", stem) == bare or stem.endswith("/" + bare) for stem in stems if "/" in stem)
    return False


def _modules(text: str, path: str) -> Iterator[str]:
    for match in _PYTHON.finditer(text):
        base = match[1] or match[3]
        if base is None:
            continue
        folder = ""
        if base.startswith("."):
            folder = posixpath.dirname(path)
            for _ in range(len(base) - len(base.lstrip(".")) - 1):
                folder = posixpath.dirname(folder)
        place = "/".join(part for part in (folder, base.strip(".").replace(".", "/")) if part)
        yield place
        for name in re.findall(r"\w+", match[2] or ""):
            yield f"{place}/{name}" if place else name


def _ends(module: str, other: str, path: str) -> bool:
    """Whether the dotted name is that file: its end, by whole parts; a bare name only in a root, or beside the file."""
    stem = re.sub(r"/__init__\Z", "", posixpath.splitext(other)[0])
    if not module:
        return False
    if "/" in module:
        return stem == module or stem.endswith("/" + module)
    folder = posixpath.dirname(stem)
    return posixpath.basename(stem) == module and folder in ("", "src", "lib", "app", posixpath.dirname(path))

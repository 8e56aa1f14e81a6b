"""What a task changed of that which checks it: tests, build scripts, what its acceptance commands run. Named, not denied.

A test that it adds is its work; one that was there and is another now may check less. Of what the task declares, a test or a
check that only grew is its work too. What a test names is what it tries; what another check names is a part of it.
"""

from __future__ import annotations

import os
import re

from fanout.run.changes import changes, grown, objects
from fanout.run.store import base, journal, meta, paths, planned
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent

SETTINGS = re.compile(
    r"(\A|/)(conftest\.py|pytest\.ini|tox\.ini|setup\.cfg|noxfile\.py|\.coveragerc|(GNUm|m|M)akefile|[jJ]ustfile|Rakefile|\.rspec"
    r"|build\.gradle(\.kts)?|pom\.xml|CMakeLists\.txt|phpunit\.xml(\.dist)?|\.mocharc\.\w+|\.eslintrc(\.\w+)?"
    r"|(jest|vitest|vite|karma|playwright|cypress|eslint|ava|web-test-runner)\.(config|conf)\.\w+|tsconfig[\w.-]*\.json"
    r"|\.gitlab-ci\.yml|\.pre-commit-config\.yaml)\Z|(\A|/)\.github/workflows/"
)
TEST = re.compile(
    r"(\A|/)(tests?|__tests__|specs?|e2e)/|(\A|/)test_[^/]+\.py\Z|_test\.\w+\Z|\.(test|spec)\.\w+\Z|Tests?\.(java|kt|cs|php)\Z|_spec\.rb\Z|(\A|/)x?t/[^/]+\.\w+\Z"
)
IN_PART = {
    "package.json": re.compile(r'"(scripts|jest|mocha|ava|c8|nyc|eslintConfig)"\s*:\s*\{[^{}]*(\{[^{}]*\}[^{}]*)*\}'),
    "pyproject.toml": re.compile(
        r"^\[tool\.(?:pytest|coverage|mypy|ruff|tox|nox|hatch\.envs)[^\n]*\n(?:(?!\[)[^\n]*\n?)*", re.M
    ),
}
"""The files of which a part says how things are checked, and that part."""
WORDS = re.compile(r"[\s;&|()<>'\"=`$]+")
READS = re.compile(
    r"\s*(!\s*)?(e?grep|fgrep|rg|test|\[|cat|head|tail|wc|diff|cmp|jq|ls|stat)\s"
)  # files are its data, no check
LONGEST = 100_000


def of_task(db: sqlite3.Connection, root: str, run: str, task: str) -> dict[str, str]:
    """Path -> "created", "changed" or "deleted"."""
    tree = base.tree(root, base.folder(db, root, run))
    home = base.folder(db, root, run)
    made = changes.of_task(db, run, task)
    commands = [
        item["command"] for item in tasks.record(tasks.get(db, run, task)).get("accept") or [] if item.get("command")
    ]
    called = _called(home, commands) if made else set()
    declared = [re.compile(one.regex).fullmatch for one in planned.writes_of(db, run, task)]
    folds = meta.folds_case(db)
    found = {}
    for path, (before, after) in made.items():
        full = os.path.join(root, path)
        name = base.inside(root, tree, path) or path
        if before == objects.ABSENT:
            if SETTINGS.search(name):
                found[path] = "created"
        elif SETTINGS.search(name) or _in_part(root, name, before, after):
            found[path] = _how(after)
        elif os.path.realpath(full) in called or TEST.search(name):
            is_own = any(matches(paths.key(path, folds)) for matches in declared)
            if not is_own or not _only_grew(root, before, after):
                found[path] = _how(after)
    return found


def _how(after: str) -> str:
    return "deleted" if after == objects.ABSENT else "changed"


def _only_grew(root: str, before: str, after: str) -> bool:
    """Whether all that was there stands there still."""
    if {before, after} & {objects.NOT_KEPT, objects.FOLDER, objects.ABSENT}:
        return False
    return grown.only_grew(objects.load(root, before), objects.load(root, after))


def note(db: sqlite3.Connection, root: str, agent: Agent) -> None:
    """Journals it as the agent's task is done, inside a transaction."""
    found = of_task(db, root, agent.run, agent.task)
    if found:
        journal.note(db, "changed-checks", agent.run, agent.task, agent.id, paths=found)


def lines(db: sqlite3.Connection, run: str) -> list[str]:
    """What Claude is told of it, once. Inside a transaction."""
    root = meta.root(db)
    said = []
    for event in journal.untold(db, run, "changed-checks"):
        names = tasks.few(
            [f"{base.in_tree(db, root, run, path)} ({how})" for path, how in event.facts["paths"].items()]
        )
        said.append(
            f"{tasks.called(event.task)} changed what may check it: {names}. Look whether that still checks as much: "
            f"`fanout diff {run}/{event.task}`."
        )
    return said


def _called(home: str, commands: list[str]) -> set[str]:
    """The files that the commands name, and those that these name in turn, where they are no tests."""
    found: set[str] = set()
    texts = [part for command in commands for part in re.split(r"[;&|\n]+", command) if not READS.match(part)]
    for _ in range(2):
        new = {path for text in texts for path in _files_in(home, text)} - found
        found |= new
        texts = [_read(path) for path in sorted(new) if not TEST.search(os.path.relpath(path, os.path.realpath(home)))]
    return found


def _files_in(home: str, text: str) -> set[str]:
    """The files below the folder that a text names."""
    top = os.path.realpath(home) + os.sep
    full = (os.path.realpath(os.path.join(home, word)) for word in WORDS.split(text) if "." in word or "/" in word)
    return {path for path in full if path.startswith(top) and os.path.isfile(path)}


def _read(path: str) -> str:
    """The text of a file, "" for one that is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(LONGEST)
    except OSError:
        return ""
    return "" if "\0" in text else text


def _in_part(root: str, name: str, before: str, after: str) -> bool:
    """Whether the part of the file that says how things are checked differs."""
    part = IN_PART.get(os.path.basename(name))
    if part is None or objects.NOT_KEPT in (before, after) or objects.FOLDER in (before, after):
        return False
    sides = [
        objects.load(root, side).decode("utf-8", "replace") if side != objects.ABSENT else ""
        for side in (before, after)
    ]
    return [m.group(0) for m in part.finditer(sides[0])] != [m.group(0) for m in part.finditer(sides[1])]

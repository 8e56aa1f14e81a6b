"""The hooks that a commit runs: which are there, and whether one stashes away what is not part of the commit."""

from __future__ import annotations

import os

from fanout.shell import lazy_re as re
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.git.command_in_repository import Case

CHECKED = ("pre-commit", "commit-msg")  # what --no-verify leaves out
ALWAYS = ("prepare-commit-msg", "post-commit")
FOLDERS = (".husky", ".husky/_")
MAX_READ = 100_000
# Programs that take unstaged changes away while they check, and what a hook may do so by itself.
STASHING = (
    r"\bpre[-_]commit\b(?!\.sample)|\blint-staged\b|\blefthook\b|\bovercommit\b|\bgit\s+stash\b|\bnano-staged\b|\bprek\b"
    r"|\bgit\s+(?:checkout|restore|reset\s+--hard|clean)\b|\bstash\s+(?:push|save|pop)\b|\bpretty-quick\b|\blint_staged\b|\btcr\b"
)
COMMENT = r"(?m)^\s*#.*$"


def has_hooks(cwd: str, checked: bool) -> bool:
    """Whether a commit in this folder runs any hook; without the repository's settings."""
    folder = cwd
    while folder and UNKNOWN not in folder:
        if os.path.exists(folder + "/.git"):
            names = [*ALWAYS, *(CHECKED if checked else ())]
            places = [folder + "/.git/hooks", *(f"{folder}/{name}" for name in FOLDERS)]
            return any(os.path.exists(f"{place}/{name}") for place in places for name in names)
        folder = folder.rpartition("/")[0]
    return False


def hidden_by_hooks(case: Case) -> set[str]:
    """What of the siblings' a hook of this commit would take out of the work tree for a time."""
    names = [*ALWAYS, *(() if case.parsed.has("n", "no-verify") else CHECKED)]
    if not any(stashes(text, case.top) for text in _texts(case, names)):
        return set()
    return case.pick(None, lambda state: state.changed or state.untracked)


def stashes(text: str, top: str) -> bool:
    code = re.sub(COMMENT, "", text)
    if re.search(STASHING, code):
        return True
    runs = re.search(r"\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?([\w:.-]+)", code)
    return runs is not None and re.search(STASHING, _script(top, runs.group(1))) is not None


def _script(top: str, name: str) -> str:
    """The line of a package.json script."""
    found = re.search(rf'"{re.escape(name)}"\s*:\s*"((?:[^"\\\\]|\\\\.)*)"', _read(top + "/package.json"))
    return found.group(1) if found else ""


def _texts(case: Case, names: list[str]) -> list[str]:
    folder = (case.repo.ask(case.effect, ["rev-parse", "--git-common-dir"]) or "").strip()
    usual = os.path.join(case.effect.cwd, folder, "hooks")
    given = case.repo.setting(case.effect, "core.hooksPath", hooks=True)
    places = [os.path.join(case.top, os.path.expanduser(given)) if given else usual]
    if given and os.path.basename(given.rstrip("/")) == "_":
        places.append(os.path.dirname(places[0].rstrip("/")))
    paths = [os.path.join(place, name) for place in places for name in names]
    return [_read(path) for path in paths if os.access(path, os.X_OK) or ".husky" in path]


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as source:
            return source.read(MAX_READ)
    except OSError:
        return ""

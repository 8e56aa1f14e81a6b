"""The hooks that a commit or a push runs: which are there, and whether one takes away, or into the commit, what others have
not committed."""

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
MOST_FOLLOWED = 8
STASHES, ADDS = "hooks", "adding hooks"  # what the hooks endanger: see danger.WHAT
# Programs that take unstaged changes away while they check, and what a hook may do so by itself.
STASHING = (
    r"\bpre[-_]commit\b(?!\.sample)|\blint-staged\b|\blefthook\b|\bovercommit\b|\bnano-staged\b|\bprek\b"
    r"|\bgit\s+(?:-[cC]\s+\S+\s+|-\S+\s+)*(?:stash|checkout|restore|reset(?:\s+-\S+)*\s+--hard|clean)(?![\w-])"
    r"|\bstash\s+(?:push|save|pop)\b|\bpretty-quick\b|\blint_staged\b|\btcr\b"
    r"|\bgit\s+checkout-index(?![^\n]*--prefix)"
)
ADDING = r"\bgit\s+(?:-\S+\s+)*add\s+(?:-\w*[Au]\w*|--all|--update|\.|:/)(?=\s|$|[;&|])(?!\s+[\w\"'$]|\s+--\s+[\w\"'$])"
BETWEEN_WORDS = r"[\"',\[\]()]+\s*"  # of a command that another language writes as a list
A_FILE = r"[\w./-]*\w"
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
    """What of the siblings' a hook of this commit would take out of the work tree for a time, or into the commit."""
    return _harmed(case, [*ALWAYS, *(() if case.parsed.has("n", "no-verify") else CHECKED)])


def hidden_by_push(case: Case) -> set[str]:
    """What of the siblings' a hook of this push would take out of the work tree for a time."""
    return set() if case.parsed.has("no-verify", "n", "dry-run") else _harmed(case, ["pre-push"])


def _harmed(case: Case, names: list[str]) -> set[str]:
    texts = _texts(case, names)
    if any(stashes(text, case.top) for text in texts):
        case.effect.endangers = STASHES
    elif case.effect.verb == "commit" and any(re.search(ADDING, re.sub(COMMENT, "", text)) for text in texts):
        case.effect.endangers = ADDS
    else:
        return set()
    case.effect.safe_form = "fanout commit, which the main conversation runs once you have ended"
    return case.pick(None, lambda state: state.changed or state.untracked)


def stashes(text: str, top: str) -> bool:
    code = re.sub(COMMENT, "", text)
    if re.search(STASHING, code) or re.search(STASHING, re.sub(BETWEEN_WORDS, " ", code)):
        return True
    runs = re.search(r"\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?([\w:.-]+)", code)
    return runs is not None and re.search(STASHING, _script(top, runs.group(1))) is not None


def _with_scripts(text: str, top: str) -> list[str]:
    """The text of a hook, and of the project's scripts that it names."""
    found = [text]
    for word in list(dict.fromkeys(re.findall(A_FILE, re.sub(COMMENT, "", text))))[:100]:
        path = os.path.join(top, word)
        if (
            len(found) <= MOST_FOLLOWED
            and ("/" in word or "." in word)
            and not word.startswith("/")
            and os.path.isfile(path)
        ):
            found.append(_read(path))
    return found


def _script(top: str, name: str) -> str:
    """The line of a package.json script."""
    found = re.search(rf'"{re.escape(name)}"\s*:\s*"((?:[^"\\\\]|\\\\.)*)"', _read(top + "/package.json"))
    return found.group(1) if found else ""


def _texts(case: Case, names: list[str]) -> list[str]:
    folder = (case.repo.ask(case.effect, ["rev-parse", "--git-common-dir"]) or "").strip()
    usual = os.path.join(case.effect.cwd, folder, "hooks")
    given = _in_line(case.effect.options) or case.repo.setting(case.effect, "core.hooksPath", hooks=True)
    places = [os.path.join(case.top, os.path.expanduser(given)) if given else usual]
    if given and os.path.basename(given.rstrip("/")) == "_":
        places.append(os.path.dirname(places[0].rstrip("/")))
    paths = [os.path.join(place, name) for place in places for name in names]
    run = [path for path in paths if os.access(path, os.X_OK) or ".husky" in path]
    return [text for path in run for text in _with_scripts(_read(path), case.top)]


def _in_line(options: list[str]) -> str:
    """The folder of hooks that the command itself names: `git -c core.hooksPath=...`."""
    values = [word.partition("=")[2] for word in options if word.lower().startswith("core.hookspath=")]
    return values[-1] if values else ""


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as source:
            return source.read(MAX_READ)
    except OSError:
        return ""

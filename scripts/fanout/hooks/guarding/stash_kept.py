"""What the main conversation takes out of the stash is its business, and is kept first: nothing else holds it for sure."""

from __future__ import annotations

from fanout.hooks.guarding import stash_ownership
from fanout.run.changes import objects
from fanout.run.commits import kept
from fanout.shell.git.gitrepo import GitRepo
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout import shell
    from fanout.hooks.hook_call import Call

VERBS = frozenset(("stash", "reflog", "update-ref"))
MOST_ENTRIES = 20
MOST_FILES = 200


def keep(call: Call, effects: shell.Effects) -> None:
    """Keeps the files of the entries that the line's commands take out."""
    for effect in effects.git:
        if effect.verb not in VERBS or UNKNOWN in effect.cwd:
            continue
        verb, words = stash_ownership.taken(effect)
        if verb in stash_ownership.TAKING:
            every = verb == "clear" or any(UNKNOWN in word for word in words)
            _keep_entries(call.root, effect, "" if every else words[0] if words else "0")


def _keep_entries(root: str, effect: shell.GitEffect, named: str) -> None:
    repo = GitRepo()
    entries = (repo.ask(effect, ["stash", "list", "--format=%H"]) or "").split()[:MOST_ENTRIES]
    number = named if named.isdigit() else named.partition("stash@{")[2].rstrip("}")
    for entry in entries[int(number) : int(number) + 1] if number.isdigit() else entries:
        names = repo.names(effect, ["stash", "show", "--name-only", "-z", "--include-untracked", entry])
        for name in sorted(names or ())[:MOST_FILES]:
            held = repo.ask(effect, ["cat-file", "blob", f"{entry}:{name}"], worst=0)
            if held is None:
                held = repo.ask(effect, ["cat-file", "blob", f"{entry}^3:{name}"], worst=0)
            if held is not None:
                data = held.encode("utf-8", "surrogateescape")
                kept.put(root, name, objects.keep_bytes(root, data, ""))

"""One git command against the repository as it stands: which of the siblings' uncommitted paths it would touch.

A verb's function (see verbs) returns the threatened places, none when the work stays as it is: also when git itself
would refuse, because it refuses as a whole. None means that git could not be asked: the caller is cautious then.
"""

from __future__ import annotations

import os

from fanout.shell.git.arguments import Parsed
from fanout.shell.git.gitrepo import State
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fanout.shell.effects import GitEffect
    from fanout.shell.git.danger import Owned
    from fanout.shell.git.gitrepo import GitRepo


def real(path: str) -> str:
    """The path with its links resolved; one of which a part is unknown stays as it is."""
    return path if UNKNOWN in path else os.path.realpath(path)


class Case:
    """One command against one repository. `earlier`: other git commands of the line ran before it."""

    def __init__(self, effect: GitEffect, owned: Owned, repo: GitRepo, earlier: bool) -> None:
        self.effect = effect
        self.owned = owned
        self.repo = repo
        self.earlier = earlier
        self.parsed = Parsed(effect.verb, effect.args)
        self.top = ""
        self.shift = ""
        self._all: dict[str, State] | None = None

    def place(self, path: str) -> str:
        real = os.path.normpath(os.path.join(self.top, path))
        if real == self.shift or real.startswith(self.shift + "/"):
            return self.owned.root.rstrip("/") + real[len(self.shift) :]
        return real

    def has_own_index(self) -> bool:
        """Whether `GIT_INDEX_FILE` names another index than the repository's."""
        name = self.effect.env.get("GIT_INDEX_FILE")
        if name is None or UNKNOWN in name:
            return name is not None
        folder = (self.repo.ask(self.effect, ["rev-parse", "--git-dir"]) or "").strip()
        usual = os.path.join(self.effect.cwd, folder, "index")
        return real(os.path.join(self.effect.cwd, name)) != real(usual)

    def is_owned(self, path: str) -> bool:
        place = self.place(path)
        return bool(self.owned.other(place) or (path.endswith("/") and self.owned.below(place)))

    def mine(self, paths: Iterable[str]) -> set[str]:
        """Those that siblings own."""
        return {path for path in paths if self.is_owned(path)}

    def owned_names(self) -> list[str]:
        """The siblings' paths as the repository names them."""
        names = []
        for path in self.owned.others:
            real = self.shift + path[len(self.owned.root.rstrip("/")) :] if path.startswith(self.owned.root) else path
            name = os.path.relpath(real, self.top)
            if not name.startswith(".."):
                names.append(name)
        return names

    def states(self, specs: list[str] | None = None) -> dict[str, State]:
        """All uncommitted paths that the pathspecs match."""
        if specs and not any(UNKNOWN in spec for spec in specs):
            return self.repo.states(self.effect, specs) or {}
        if self._all is None:
            self._all = self.repo.states(self.effect, [":/"]) or {}
        return self._all

    def siblings(self, specs: list[str] | None = None) -> dict[str, State]:
        if specs:
            return {path: state for path, state in self.states(specs).items() if self.is_owned(path)}
        names = self.owned_names()
        if not names:
            return {}
        magic = "top,literal,icase" if self.owned.folds else "top,literal"
        found = self.repo.states(self.effect, [f":({magic}){name}" for name in names]) or {}
        return {path: state for path, state in found.items() if self.is_owned(path)}

    def blockers(self) -> dict[str, State]:
        """What would make git refuse: after other commands only what is the siblings' surely still stands."""
        return self.siblings() if self.earlier else self.states()

    def pick(self, specs: list[str] | None, test: Callable[[State], bool]) -> set[str]:
        return {path for path, state in self.siblings(specs).items() if test(state)}

    def remote_branch(self, name: str) -> bool:
        text = self.repo.ask(self.effect, ["for-each-ref", "--format=%(refname)", f"refs/remotes/*/{name}"])
        return bool(text and text.strip())

    def from_cwd(self, path: str) -> str:
        return os.path.relpath(real(os.path.join(self.effect.cwd, path)), self.top)

    def under(self, path: str) -> list[str]:
        place = self.place(path)
        return [os.path.relpath(real(item), self.top) for item in self.owned.below(place)]

    def hard(self, target: str) -> set[str]:
        commit = self.repo.commit(self.effect, target)
        if commit is None:
            return set()
        found = self.repo.names(self.effect, ["diff", "--name-only", "--no-renames", "-z", commit]) or set()
        names = self.repo.names(self.effect, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit]) or set()
        loose = self.pick(None, lambda state: not state.tracked) & names
        return self.mine(found) | self.pick(None, lambda state: state.dirty) | loose

    def moved(self, target: str, merging: bool = False, base: str = "HEAD") -> set[str]:
        """A work tree taken from `base` to `target`: refused as a whole where work is in the way."""
        names = self.repo.differing(self.effect, base, target)
        if not names:
            return set()
        blockers = self.blockers()
        if any(path in names and (state.dirty or state.untracked) for path, state in blockers.items()) and (
            not merging or any(state.staged for state in blockers.values())
        ):
            return set()
        return self.mine(names)

    def merged(self, commit: str, forward: bool, only: bool, extra: dict[str, str] | None = None) -> set[str]:
        base = (self.repo.ask(self.effect, ["merge-base", "HEAD", commit], extra=extra) or "").strip()
        head = self.repo.commit(self.effect, "HEAD")
        if base == commit or not base:
            return set()
        names = (
            self.repo.names(self.effect, ["diff", "--name-only", "--no-renames", "-z", base, commit], extra=extra)
            or set()
        )
        blockers = self.blockers()
        if base != head or not forward:
            if only and base != head:
                return set()
            if any(state.staged for state in blockers.values()):
                return set()
        if any(path in names and (state.dirty or state.untracked) for path, state in blockers.items()):
            return set()
        return self.mine(names)

    def resumed(self, *states: str) -> set[str]:
        """`--abort` and `--continue`: they take back, or commit, what is staged."""
        if not self.repo.pending(self.effect, *states):
            return set()
        return self.pick(None, lambda state: state.staged or state.conflict)

    def from_tree(self, source: str, specs: list[str], worktree: bool) -> set[str]:
        """Paths set to what a tree holds, index and work tree; new paths stay."""
        names = self.repo.names(self.effect, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", source])
        if names is None:
            return set()
        specs = [] if any(UNKNOWN in spec for spec in specs) else specs
        found = (
            self.repo.names(
                self.effect, ["diff", "--cached", "--name-only", "--no-renames", "-z", source, "--", *specs]
            )
            or set()
        )
        if worktree:
            found |= self.pick(specs or None, lambda state: not state.staged or state.changed)
        return self.mine(found) & names

    def switch_to(self, before: list[str]) -> set[str]:
        if self.parsed.has("orphan"):
            return set()
        start = before[0] if before else "HEAD"
        commit = self.repo.commit(self.effect, start) or (
            self.repo.commit(self.effect, f"refs/remotes/origin/{start}") if self.remote_branch(start) else None
        )
        if commit is None:
            return set()
        if self.parsed.has("f", "force", "discard-changes"):
            return self.hard(commit)
        return self.moved(commit, self.parsed.has("m", "merge"))

"""What one git command would do to siblings' uncommitted work, as the repository stands now.

Each verb's method returns the threatened places (absolute), none when the work stays as it is: also when git itself
would refuse, because it refuses as a whole. None means that git could not be asked: the caller is cautious then.
"""

from __future__ import annotations

import os

from fanout.shell.git.gitrepo import EMPTY_TREE, State
from fanout.shell.git.handlers import Parsed
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fanout.shell.effects import GitEffect
    from fanout.shell.git.danger import Owned
    from fanout.shell.git.gitrepo import GitRepo


class Case:
    """One command against one repository. `earlier`: other git commands of the line ran before it."""

    def __init__(self, effect: GitEffect, owned: Owned, repo: GitRepo, earlier: bool) -> None:
        self.effect = effect
        self.owned = owned
        self.repo = repo
        self.earlier = earlier
        self.parsed = Parsed(effect.verb, effect.args)
        self.top = ""
        self._all: dict[str, State] | None = None

    def threatened(self) -> list[str] | None:
        top = self.repo.top(self.effect)
        if top is None:
            return None if _inside_repository(self.effect) else []
        self.top = top
        self.shift = os.path.realpath(self.owned.root)
        if "GIT_INDEX_FILE" in self.effect.env and self.effect.endangers == "index" and self.effect.verb != "commit":
            return []
        verb = VERBS.get(self.effect.verb)
        found = verb(self) if verb is not None else None
        return None if found is None else sorted({self.place(path) for path in found if self.is_owned(path)})

    # -- places: git's names are relative to the top, owned ones absolute below the root as the caller spells it -----

    def place(self, path: str) -> str:
        real = os.path.normpath(os.path.join(self.top, path))
        if real == self.shift or real.startswith(self.shift + "/"):
            return self.owned.root.rstrip("/") + real[len(self.shift) :]
        return real

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

    # -- states ------------------------------------------------------------------------------------------------------

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
        found = self.repo.states(self.effect, [f":(top,literal){name}" for name in names]) or {}
        return {path: state for path, state in found.items() if self.is_owned(path)}

    def blockers(self) -> dict[str, State]:
        """What would make git refuse: after other commands only what is the siblings' surely still stands."""
        return self.siblings() if self.earlier else self.states()

    def pick(self, specs: list[str] | None, test: Callable[[State], bool]) -> set[str]:
        return {path for path, state in self.siblings(specs).items() if test(state)}

    # -- verbs that take pathspecs -----------------------------------------------------------------------------------

    def add(self) -> set[str]:
        parsed = self.parsed
        if parsed.has("p", "patch", "i", "interactive", "e", "edit") and not self.effect.stdin:
            return set()
        specs = self.effect.paths
        if parsed.has("p", "patch", "i", "interactive", "e", "edit"):
            return self.pick(specs or None, lambda state: state.changed)
        if parsed.has("N", "intent-to-add"):
            return self.pick(specs or None, lambda state: state.untracked)
        if any(UNKNOWN in spec for spec in specs):
            return self.pick(None, lambda state: state.changed or state.untracked)
        flags = [arg for arg in self.effect.args if arg.startswith("-") and arg != "--" and "pathspec" not in arg]
        flags = [flag for flag in flags if flag not in ("-v", "--verbose")]
        text = self.repo.ask(self.effect, ["add", *flags, "-n", "--", *specs] if specs else ["add", *flags, "-n"])
        if text is None:
            return set()
        names = (line.partition(" ")[2].strip("'") for line in text.splitlines())
        return self.mine(name for name in names if name)

    def commit(self) -> set[str]:
        parsed, specs = self.parsed, self.effect.paths
        if not self.has_message():
            return set()
        if parsed.has("a", "all"):
            return self.pick(None, lambda state: state.dirty)
        found = self.pick(specs, lambda state: state.dirty) if specs else set()
        if (specs and not parsed.has("i", "include")) or (parsed.has("o", "only") and parsed.has("amend")):
            return found
        return found | self.pick(None, lambda state: state.staged)

    def has_message(self) -> bool:
        """Whether the commit can get a message without somebody at an editor."""
        parsed = self.parsed
        if parsed.has("m", "message"):
            return parsed.has("allow-empty-message") or any(text.strip() for text in parsed.options.all("m", "message"))
        if parsed.has(
            "F", "file", "C", "c", "reuse-message", "reedit-message", "t", "template", "amend", "fixup", "squash"
        ):
            return True
        editor = self.repo.setting(self.effect, "core.editor") or self.repo.environ.get("GIT_EDITOR", "")
        return editor not in ("", "true", ":") or self.repo.pending(
            self.effect, "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "SQUASH_MSG"
        )

    def checkout(self) -> set[str] | None:
        parsed = self.parsed
        before, paths = (
            list(parsed.before),
            list(self.effect.paths) if parsed.has("pathspec-from-file") else parsed.after,
        )
        if not parsed.dashed and not paths and not parsed.has("b", "B", "orphan", "detach"):
            source = self.repo.commit(self.effect, before[0]) if before else None
            if before and source is None and not self.remote_branch(before[0]):
                before, paths = [], before
            elif len(before) > 1:
                before, paths = before[:1], before[1:]
        if parsed.has("p", "patch") and not paths:
            paths = [":/"]
        if not paths:
            return self.switch_to(before)
        if parsed.has("p", "patch") and not self.effect.stdin:
            return set()
        if before:
            return self.from_tree(before[0], paths, True)
        return self.pick(paths, lambda state: state.changed or state.conflict)

    def remote_branch(self, name: str) -> bool:
        text = self.repo.ask(self.effect, ["for-each-ref", "--format=%(refname)", f"refs/remotes/*/{name}"])
        return bool(text and text.strip())

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

    def restore(self) -> set[str]:
        parsed, specs = self.parsed, self.effect.paths
        if not specs or (parsed.has("p", "patch") and not self.effect.stdin):
            return set()
        source = parsed.options.get("s", "source")
        staged, worktree = parsed.has("S", "staged"), parsed.has("W", "worktree") or not parsed.has("S", "staged")
        if any(UNKNOWN in spec for spec in specs):
            specs = [":/"]
        if source is None:
            return self.pick(
                specs, lambda state: (staged and state.staged) or (worktree and state.changed) or state.conflict
            )
        found: set[str] = set()
        if staged:
            found |= (
                self.repo.names(
                    self.effect, ["diff", "--cached", "--name-only", "--no-renames", "-z", source, "--", *specs]
                )
                or set()
            )
        if worktree:
            found |= (
                self.repo.names(self.effect, ["diff", "--name-only", "--no-renames", "-z", source, "--", *specs])
                or set()
            )
            names = self.repo.names(self.effect, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", source]) or set()
            found |= self.pick(specs, lambda state: not state.tracked) & names
        return self.mine(found)

    def reset(self) -> set[str] | None:
        parsed = self.parsed
        before, specs = (
            list(parsed.before),
            parsed.after + (self.effect.paths if parsed.has("pathspec-from-file") else []),
        )
        if parsed.has("p", "patch") and not self.effect.stdin:
            return set()
        target = "HEAD"
        if before and (parsed.dashed or self.repo.commit(self.effect, before[0]) is not None):
            target, before = before[0], before[1:]
        specs = [*before, *specs]
        if any(UNKNOWN in spec for spec in specs) or UNKNOWN in target:
            return self.pick(None, lambda state: state.dirty)
        if parsed.has("soft") or (before and parsed.has("hard", "merge", "keep", "mixed")):
            return set()
        if parsed.has("hard"):
            return self.hard(target)
        if parsed.has("merge", "keep"):
            return self.careful_reset(target)
        names = self.repo.names(
            self.effect, ["diff", "--cached", "--name-only", "--no-renames", "-z", target, "--", *specs]
        )
        return set() if names is None else self.mine(names)

    def hard(self, target: str) -> set[str]:
        commit = self.repo.commit(self.effect, target)
        if commit is None:
            return set()
        found = self.repo.names(self.effect, ["diff", "--name-only", "--no-renames", "-z", commit]) or set()
        names = self.repo.names(self.effect, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit]) or set()
        loose = self.pick(None, lambda state: not state.tracked) & names
        return self.mine(found) | self.pick(None, lambda state: state.dirty) | loose

    def careful_reset(self, target: str) -> set[str]:
        commit = self.repo.commit(self.effect, target)
        if commit is None:
            return set()
        moved = self.repo.differing(self.effect, "HEAD", commit) or set()
        blockers = self.blockers()
        if self.parsed.has("merge"):
            if any(
                (state.staged and state.changed) or (state.changed and path in moved)
                for path, state in blockers.items()
            ):
                return set()
        elif any(state.dirty and path in moved for path, state in blockers.items()):
            return set()
        return self.pick(None, lambda state: state.staged) | self.mine(moved)

    def stash(self) -> set[str]:
        verb = next((arg for arg in self.effect.args if not arg.startswith("-")), "push")
        if verb in ("drop", "clear", "pop", "apply", "branch"):
            return self.stashed(verb)
        parsed, specs = self.parsed, self.effect.paths
        if parsed.has("p", "patch") and not self.effect.stdin:
            return set()
        loose, every = parsed.has("u", "include-untracked", "a", "all"), parsed.has("a", "all")
        keep, staged = parsed.has("k", "keep-index"), parsed.has("S", "staged")

        def hidden(state: State) -> bool:
            if not state.tracked:
                return loose and (state.untracked or every)
            return state.staged if staged else state.changed if keep else state.dirty

        return self.pick(specs or None, hidden)

    def stashed(self, verb: str) -> set[str]:
        """What the stashes at stake hold of the siblings' paths."""
        words = [arg for arg in self.effect.args if not arg.startswith("-")][1:]
        words = words[1:] if verb == "branch" else words
        name = words[0] if words else "stash@{0}"
        name = f"stash@{{{name}}}" if name.isdigit() else name
        names = [name]
        if verb == "clear":
            count = len((self.repo.ask(self.effect, ["stash", "list"]) or "").splitlines())
            names = [f"stash@{{{number}}}" for number in range(count)]
        found: set[str] = set()
        for one in names:
            found |= (
                self.repo.names(self.effect, ["stash", "show", "--name-only", "-z", "--include-untracked", one])
                or set()
            )
        if verb in ("pop", "apply") and found & {
            path for path, state in self.blockers().items() if state.changed or not state.tracked
        }:
            return set()
        return self.mine(found)

    def clean(self) -> set[str]:
        if not self.parsed.has("f", "force") and self.repo.setting(self.effect, "clean.requireForce") not in (
            "false",
            "0",
        ):
            return set()
        if self.parsed.has("i", "interactive") and not self.effect.stdin:
            return set()
        if any(UNKNOWN in spec for spec in self.effect.paths):
            return self.pick(None, lambda state: not state.tracked)
        args = [arg for arg in self.effect.args if arg not in ("-i", "--interactive", "-q", "--quiet")]
        args = [
            arg.replace("q", "").replace("i", "") if arg[:1] == "-" and arg[:2] != "--" and "e" not in arg else arg
            for arg in args
        ]
        text = self.repo.ask(self.effect, ["clean", "-n", *args])
        found: set[str] = set()
        for line in (text or "").splitlines():
            if line.startswith("Would remove "):
                path = line[13:].strip('"')
                base = os.path.join(self.effect.cwd, path)
                place = self.place(os.path.relpath(os.path.realpath(base.rstrip("/")), self.top))
                inside = self.owned.below(place) if path.endswith("/") else []
                found.update(item for item in ([place] if self.owned.other(place) else inside) if os.path.lexists(item))
        return found

    def rm(self) -> set[str]:
        parsed, specs = self.parsed, self.effect.paths
        if any(UNKNOWN in spec for spec in specs):
            specs = [":/"]
        folders = any(os.path.isdir(os.path.join(self.effect.cwd, spec)) for spec in specs)
        if folders and not parsed.has("r"):
            return set()
        matched = self.repo.names(self.effect, ["ls-files", "-z", "--full-name", "--", *specs]) or set()
        mine = self.mine(matched)
        if not mine or parsed.has("f", "force"):
            return mine
        for path, state in self.states(specs).items():
            clash = state.staged and state.changed if parsed.has("cached") else state.dirty
            if path in matched and clash:
                return set()
        return mine

    def mv(self) -> set[str] | None:
        flags = [arg for arg in self.effect.args if arg not in ("-v", "--verbose", "-n", "--dry-run")]
        if any(UNKNOWN in arg for arg in flags):
            return None
        text = self.repo.ask(self.effect, ["mv", "-n", *flags])
        found: set[str] = set()
        for line in (text or "").splitlines():
            if line.startswith("Renaming "):
                for name in line[9:].split(" to "):
                    found.add(os.path.relpath(os.path.realpath(os.path.join(self.effect.cwd, name)), self.top))
        return {name for path in found for name in [path, *self.under(path)] if self.is_owned(name)}

    def under(self, path: str) -> list[str]:
        place = self.place(path)
        return [os.path.relpath(os.path.realpath(item), self.top) for item in self.owned.below(place)]

    def apply(self) -> set[str]:
        from fanout.shell.commands.diffs import targets
        from fanout.shell.virtual_filesystem import VirtualFilesystem

        paths, stdin = set(self.effect.paths), self.effect.stdin
        if stdin is not None and UNKNOWN not in stdin:
            strip = self.parsed.options.get("p") or "1"
            paths.update(path for path, _ in targets(stdin, int(strip), VirtualFilesystem(self.effect.cwd, ""), ""))
            paths.discard(UNKNOWN)
        elif UNKNOWN in paths:
            return self.pick(None, lambda state: state.dirty)
        sources = self.parsed.before + self.parsed.after
        there = all(os.path.exists(os.path.join(self.effect.cwd, source)) for source in sources)
        if stdin is not None and UNKNOWN in stdin and not sources:
            there = False
        if there:
            flags = [arg for arg in self.effect.args if arg not in ("-v", "--verbose")]
            if self.repo.ask(self.effect, ["apply", "--check", *flags], feed=stdin, worst=0) is None:
                return set()
        return self.mine(self.from_cwd(path) for path in paths)

    def from_cwd(self, path: str) -> str:
        return os.path.relpath(os.path.realpath(os.path.join(self.effect.cwd, path)), self.top)

    # -- verbs that move HEAD ----------------------------------------------------------------------------------------

    def switch(self) -> set[str]:
        if self.parsed.has("orphan"):
            return self.moved(EMPTY_TREE)
        return self.switch_to(self.parsed.before)

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

    def merge(self) -> set[str]:
        parsed = self.parsed
        if parsed.has("quit") or "ours" in parsed.options.all("s", "strategy"):
            return set()
        if parsed.has("abort", "continue"):
            return self.resumed("MERGE_HEAD")
        if parsed.has("autostash") or self.repo.setting(self.effect, "merge.autoStash") == "true":
            hidden = self.pick(None, lambda state: state.dirty)
            if hidden:
                return hidden
        found: set[str] = set()
        for name in parsed.before or ["@{upstream}"]:
            commit = self.repo.commit(self.effect, name)
            if commit is not None:
                found |= self.merged(commit, not parsed.has("no-ff"), parsed.has("ff-only"))
        return found

    def resumed(self, *states: str) -> set[str]:
        """`--abort` and `--continue`: they take back, or commit, what is staged."""
        if not self.repo.pending(self.effect, *states):
            return set()
        return self.pick(None, lambda state: state.staged or state.conflict)

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

    def pull(self) -> set[str] | None:
        from fanout.shell.git.pulls import upstream

        parsed = self.parsed
        rebase = parsed.has("r", "rebase") or (
            self.repo.setting(self.effect, "pull.rebase") not in ("", "false") and not parsed.has("no-rebase")
        )
        stash = parsed.has("autostash") or (rebase and self.repo.setting(self.effect, "rebase.autoStash") == "true")
        if stash and not parsed.has("no-autostash"):
            hidden = self.pick(None, lambda state: state.dirty)
            if hidden:
                return hidden
        if rebase and any(state.dirty for state in self.blockers().values()):
            return set()
        found = upstream(self.repo, self.effect, parsed.before)
        if found is None:
            return None
        commit, extra = found
        if not commit:
            return set()
        decided = (
            rebase
            or parsed.has("no-rebase", "no-ff", "ff", "squash")
            or self.repo.setting(self.effect, "pull.ff")
            or (self.repo.setting(self.effect, "pull.rebase"))
        )
        return self.merged(commit, not parsed.has("no-ff"), parsed.has("ff-only") or not decided, extra)

    def rebase(self) -> set[str]:
        parsed = self.parsed
        if parsed.has("abort", "continue", "skip", "quit", "edit-todo"):
            if parsed.has("quit", "edit-todo") or not self.repo.pending(self.effect, "rebase-merge", "rebase-apply"):
                return set()
            return self.pick(None, lambda state: state.dirty)
        if parsed.has("autostash") or self.repo.setting(self.effect, "rebase.autoStash") == "true":
            hidden = self.pick(None, lambda state: state.dirty)
            if hidden:
                return hidden
        if any(state.dirty for state in self.blockers().values()):
            return set()
        onto = parsed.options.get("onto")
        name = onto or (parsed.before[0] if parsed.before else "@{upstream}")
        commit = self.repo.commit(self.effect, name)
        if commit is None:
            return set()
        return self.moved(commit) if onto else self.merged(commit, True, False)

    def cherry_pick(self) -> set[str]:
        parsed = self.parsed
        if parsed.has("abort", "continue", "skip", "quit"):
            return set() if parsed.has("quit") else self.resumed("CHERRY_PICK_HEAD", "REVERT_HEAD", "sequencer")
        names: set[str] = set()
        for word in parsed.before + parsed.after:
            old, dots, new = word.partition("..")
            pair = [old, new.lstrip(".") or "HEAD"] if dots else [f"{word}^", word]
            names |= self.repo.names(self.effect, ["diff", "--name-only", "--no-renames", "-z", *pair]) or set()
        blockers = self.blockers()
        if not parsed.has("n", "no-commit") and any(state.staged for state in blockers.values()):
            return set()
        if any(path in names and (state.changed or state.untracked) for path, state in blockers.items()):
            return set()
        return self.mine(names)

    def am(self) -> set[str]:
        parsed = self.parsed
        if parsed.has("abort", "continue", "skip", "quit", "r", "resolved"):
            return set() if parsed.has("quit") else self.resumed("rebase-apply")
        blockers = self.blockers()
        if any(state.staged for state in blockers.values()):
            return set()
        from fanout.shell.commands.diffs import targets
        from fanout.shell.virtual_filesystem import VirtualFilesystem

        found: set[str] = set()
        for name in parsed.before + parsed.after:
            try:
                with open(os.path.join(self.effect.cwd, name), encoding="utf-8", errors="replace") as source:
                    text = source.read()
            except OSError:
                continue
            if text.startswith("From ") or "\nSubject:" in text:
                found.update(path for path, _ in targets(text, 1, VirtualFilesystem(self.top, ""), ""))
        if self.effect.stdin:
            found.update(path for path, _ in targets(self.effect.stdin, 1, VirtualFilesystem(self.top, ""), ""))
        if any(path in found and (state.changed or state.untracked) for path, state in blockers.items()):
            return set()
        return self.mine(found)

    def bisect(self) -> set[str]:
        words = [arg for arg in self.effect.args if not arg.startswith("-")]
        verb, revs = (words[0], words[1:]) if words else ("", [])
        if verb == "start":
            commits = [commit for commit in (self.repo.commit(self.effect, rev) for rev in revs) if commit]
            return self.moved(commits[1], base=commits[0]) if len(commits) > 1 else set()
        if not self.repo.pending(self.effect, "BISECT_START"):
            return set()
        text = self.repo.ask(self.effect, ["for-each-ref", "--format=%(objectname)", "refs/bisect"]) or ""
        found: set[str] = set()
        for commit in text.split():
            found |= self.moved(commit)
        return found

    # -- plumbing and the rest ---------------------------------------------------------------------------------------

    def read_tree(self) -> set[str]:
        if self.parsed.has("empty"):
            return self.mine(self.repo.names(self.effect, ["ls-files", "-z", "--full-name", ":/"]) or set())
        trees = self.parsed.before
        target = trees[-1] if trees else "HEAD"
        if self.parsed.has("prefix"):
            return set()
        if self.parsed.has("m") and len(trees) > 1:
            return self.moved(target, base=trees[-2])
        if self.parsed.has("u"):
            return self.hard(target)
        if self.parsed.has("m") and any(state.staged and state.changed for state in self.blockers().values()):
            return set()
        names = self.repo.names(self.effect, ["diff", "--cached", "--name-only", "--no-renames", "-z", target]) or set()
        return self.mine(names)

    def checkout_index(self) -> set[str]:
        if not self.parsed.has("f", "force"):
            return set()
        specs = self.effect.paths
        if self.parsed.has("stdin"):
            text = self.effect.stdin or ""
            specs = [":/"] if UNKNOWN in text else [name for name in text.replace("\0", "\n").split("\n") if name]
        if not specs and not self.parsed.has("a", "all"):
            return set()
        return self.pick(specs or None, lambda state: state.changed)

    def update_index(self) -> set[str] | None:
        parsed = self.parsed
        if parsed.has("refresh", "really-refresh", "q", "unmerged") and not self.effect.paths:
            return set()
        if parsed.has("again", "g"):
            return self.pick(None, lambda state: state.staged and state.changed)
        if parsed.has("index-info", "stdin"):
            return self.pick(None, lambda state: state.dirty or state.untracked)
        info = parsed.options.get("cacheinfo") or ""
        names = {self.from_cwd(path) for path in self.effect.paths}
        if info.count(",") >= 2:
            names.add(info.split(",", 2)[2])
        elif info and len(parsed.before) >= 2:
            names.add(parsed.before[1])
        if (
            parsed.has(
                "force-remove", "assume-unchanged", "no-assume-unchanged", "skip-worktree", "no-skip-worktree", "chmod"
            )
            or info
        ):
            return self.mine(names)
        states = self.siblings()
        return {name for name in self.mine(names) if name in states and (states[name].changed or parsed.has("add"))}

    def sparse(self) -> set[str]:
        words = [arg for arg in self.effect.args if not arg.startswith("-")]
        if words[:1] not in (["set"], ["init"]) or (
            words[0] == "init" and self.repo.setting(self.effect, "core.sparseCheckout")
        ):
            return set()
        kept = tuple(word.strip("/") + "/" for word in words[1:])
        tracked = self.repo.names(self.effect, ["ls-files", "-z", "--full-name", ":/"]) or set()
        dirty = self.siblings()
        away = (path for path in self.mine(tracked) if "/" in path and not (kept and path.startswith(kept)))
        return {path for path in away if path not in dirty or not dirty[path].changed}

    def rewrite(self) -> set[str]:
        if self.effect.verb == "filter-branch" and any(state.dirty for state in self.blockers().values()):
            return set()
        tracked = self.repo.names(self.effect, ["ls-files", "-z", "--full-name", ":/"]) or set()
        return self.mine(tracked)

    def submodule(self) -> set[str]:
        text = self.repo.ask(self.effect, ["ls-files", "-s", "-z", ":/"]) or ""
        modules = [record.partition("\t")[2] for record in text.split("\0") if record.startswith("160000 ")]
        return {path for module in modules for path in self.owned_names() if path.startswith(module + "/")}

    def worktree(self) -> set[str]:
        words = self.parsed.before + self.parsed.after
        if len(words) < 2 or words[0] not in ("remove", "move"):
            return set()
        place = self.worktree_place(words[1])
        if not place or not os.path.isdir(place):
            return set()
        forced = self.parsed.has("f", "force") or words[0] == "move"
        dirty = bool((self.repo.ask(self.effect, ["-C", place, "status", "--porcelain", "-uall"]) or "").strip())
        if dirty and not forced:
            return set()
        here = self.place(place)
        below = set(self.owned.below(here))
        known = any(path.startswith(here + "/") for path in self.owned.paths)
        if below or not dirty or known or (self.effect.cwd + "/").startswith(place + "/"):
            return below
        self.owned.paths[here] = self.owned.others[here] = "a sibling"
        return {here}

    def worktree_place(self, word: str) -> str:
        place = os.path.realpath(os.path.join(self.effect.cwd, word))
        text = self.repo.ask(self.effect, ["worktree", "list", "--porcelain"]) or ""
        known = [line[9:] for line in text.splitlines() if line.startswith("worktree ")]
        if place in known:
            return place
        ending = [path for path in known if path.endswith("/" + word.strip("/"))]
        return ending[0] if len(ending) == 1 else ""

    def refs(self) -> set[str]:
        """`update-ref -d refs/stash`, `reflog expire` of the stash."""
        count = len((self.repo.ask(self.effect, ["stash", "list"]) or "").splitlines())
        found: set[str] = set()
        for number in range(count):
            shown = ["stash", "show", "--name-only", "-z", "--include-untracked", f"stash@{{{number}}}"]
            found |= self.repo.names(self.effect, shown) or set()
        return self.mine(found)


def _inside_repository(effect: GitEffect) -> bool:
    """Whether git should have answered: then silence is no permission."""
    if effect.options or effect.env:
        return True
    folder = effect.cwd
    while folder:
        if os.path.exists(folder + "/.git"):
            return True
        folder = folder.rpartition("/")[0]
    return False


VERBS: dict[str, Callable[[Case], set[str] | None]] = {
    "add": Case.add,
    "stage": Case.add,
    "commit": Case.commit,
    "checkout": Case.checkout,
    "restore": Case.restore,
    "reset": Case.reset,
    "stash": Case.stash,
    "clean": Case.clean,
    "rm": Case.rm,
    "mv": Case.mv,
    "apply": Case.apply,
    "switch": Case.switch,
    "merge": Case.merge,
    "pull": Case.pull,
    "rebase": Case.rebase,
    "cherry-pick": Case.cherry_pick,
    "revert": Case.cherry_pick,
    "am": Case.am,
    "bisect": Case.bisect,
    "read-tree": Case.read_tree,
    "checkout-index": Case.checkout_index,
    "update-index": Case.update_index,
    "sparse-checkout": Case.sparse,
    "filter-branch": Case.rewrite,
    "filter-repo": Case.rewrite,
    "submodule": Case.submodule,
    "worktree": Case.worktree,
    "update-ref": Case.refs,
    "reflog": Case.refs,
}

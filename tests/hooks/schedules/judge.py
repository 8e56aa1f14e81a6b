"""Checks every sentence of a schedule against what happened, and every change of another's file against what was said.

"It can't be told" is allowed for one thing alone: between the two looks the file was written by a call that did not say
what it would leave (a sibling's, the user's hand, or the owner's own unforeseen command), every agent that is named had
a call open meanwhile, and whoever wrote is among those named. All else that is said has to be so.

Each write into another's file has one fate, and each fate is counted: told, put right before anybody looked, unseen, or
passed over, which is wrong. Unseen is what no look and no hook could have seen, see `_is_unseen`.
"""

from __future__ import annotations

import re

from hooks.schedules.world import MAIN, SECOND, Call, World, Write

PATH = re.compile(r"(?:[\w.-]+/)*(?:[abxy]|main2?)\.txt")
TASK = re.compile(r"\btask (?:[\w-]+/)?(\d\d)\b")
KEPT = re.compile(r" The version before | Both versions are kept")


class Judge:
    """`wrong`: what is false, and what was passed over. `counts`: how often each kind of sentence was said."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.wrong: list[str] = []
        self.counts: dict[str, int] = {}
        for at, to, text in world.said:
            self._sentences(at, to, text)
        for at, to, path, text in world.denied:
            self._count("denied")
            if not self._is_denial_true(at, to, path, text):
                self.wrong.append(f"denied to {to} at {at}: {text}")
        for write in world.writes:
            if write.is_foreign:
                self._count("overwrites")
                fate = self._fate(write)
                self._count(fate)
                if fate == "passed over":
                    self.wrong.append(f"passed over: {write.who} wrote {write.path} of {write.owner} at {write.at}")

    def _count(self, kind: str) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def _sentences(self, at: int, to: str, text: str) -> None:
        if "commit" in text:
            self._count("commit")
            if not self._is_commit_true(at, to, text):
                self.wrong.append(f"said to {to} at {at}: {text}")
            return
        for path in PATH.findall(KEPT.split(text)[0]):
            since = self.world.looked_before(at, path)
            happened = [w for w in self.world.writes if w.path == path and since <= w.at < at]
            why = self._untrue(_Sentence(self.world, at, since, to, text, path, happened))
            if why:
                writers = sorted({f"{w.who}@{w.at}" for w in happened})
                self.wrong.append(f"{why}: to {to} at {at}: {text} | since {since} written by {writers}")

    def _untrue(self, said: _Sentence) -> str:
        """Why a sentence about a change is not so, "" when it is."""
        kind = said.kind
        self._count(kind)
        if not said.writers:
            return "nobody wrote it"
        if kind == "as before":
            return "" if said.happened[0].old == said.happened[-1].new else "it is not as it was"
        if not any(w.old != w.new for w in said.happened):
            return "nothing changed"
        if kind == "outside":
            return "" if "user" in said.writers or said.left_running else "a call under way wrote it"
        if kind == "tool":
            return "" if said.named <= said.writers else "who is named did not write"
        if not said.named:
            return "nobody is named"
        idle = {who for who in said.named if not said.had_command(who)}
        if idle:
            return f"no command of {sorted(idle)} ran"
        strangers = said.writers - {said.owner, "user", "fanout"}
        if not strangers <= said.candidates:
            return f"{sorted(strangers - said.candidates)} wrote and is not named"
        if kind == "unclear":
            return "" if said.is_ambiguous else "it can be told: its owner's calls announced all of it"
        return "" if said.named & said.writers or "user" in said.writers else "who is named did not write"

    def _is_commit_true(self, at: int, to: str, text: str) -> bool:
        """A commit that was made while the command ran took the files in."""
        for commit in re.findall(r"commit ([0-9a-f]{12})", text):
            made = [(when, taken) for when, name, taken in self.world.commits if name.startswith(commit)]
            if not made:
                return False
            when, taken = made[0]
            paths = {path for path in PATH.findall(text) if not path.startswith(".")}
            names = {f"agent-{name}" for name in TASK.findall(text)} or {to}
            names = {MAIN, SECOND} if "the main conversation" in text else names
            if not any(call.who in names and call.was_open(when, at) for call in self.world.calls.values()):
                return False
            if len(re.findall("commit [0-9a-f]{12}", text)) == 1 and not paths <= taken:
                return False
        return True

    def _is_denial_true(self, at: int, to: str, path: str, text: str) -> bool:
        named = {f"agent-{name}" for name in TASK.findall(text)}
        named |= {MAIN, SECOND} if "the main conversation" in text else set()
        wrote = {write.who for write in self.world.writes if write.path == path and write.at < at}
        if "was about to write it" in text:
            asked = any(c.who in named and c.path == path and c.begun < at for c in self.world.calls.values())
            return asked and any(w.path == path and w.at < at for w in self.world.writes)
        if "Read it again" in text:
            return bool(named & wrote)
        if " belongs to " not in text or path in self.world.files[to]:
            return False
        is_asking = any(c.who in named and c.was_open(at - 1, at) for c in self.world.calls.values())
        return bool(named & wrote) or is_asking

    def _fate(self, write: Write) -> str:
        if self._is_told(write):
            return "told"
        return "put right" if self._is_harmless(write) else "unseen" if self._is_unseen(write) else "passed over"

    def _next_look(self, write: Write) -> int:
        return next((event for event, _ in self.world.looks if event > write.at), 10**9)

    def _is_harmless(self, write: Write) -> bool:
        """Whether the file was as its owner or the user left it, or wholly its owner's again, before anybody looked; an
        empty file and none are the same to an owner that writes it then."""
        on_path = [w for w in self.world.writes if w.path == write.path]
        place = on_path.index(write)
        keepers = (write.owner, "fanout", "user")
        left = next((w.new for w in reversed(on_path[:place]) if w.who in keepers), on_path[0].old)
        if write.new == left or self._is_undone(write):
            return True  # put back
        for later in on_path[place + 1 :]:
            if later.at >= self._next_look(write):
                return False
            if later.who == write.owner:
                is_whole = later.call != "" and self.world.calls[later.call].tool.startswith("mcp__")
                return is_whole or not (write.old or write.new)
            if later.new == write.old:
                return True
        return False

    def _is_undone(self, write: Write) -> bool:
        """Whether strangers alone wrote between the two looks that judge it, and left the file as it was."""
        since = self.world.looked_before(write.at + 1, write.path)
        until = next((at for at, held in self.world.looks if at > write.at and write.path not in held), 10**9)
        happened = [w for w in self.world.writes if w.path == write.path and since <= w.at < until]
        return happened[0].old == happened[-1].new and all(w.who != write.owner for w in happened)

    def _is_unseen(self, write: Write) -> bool:
        """Whether there is nothing that anybody could have seen: the bytes came after one look, were gone before the next,
        no call said that it would write or had written them, and at both looks the file was the same."""
        return self._is_traceless(write) or self._is_save_undone(write)

    def _is_save_undone(self, write: Write) -> bool:
        """Whether the user had saved the file by hand since the last look, and it is again as that look found it."""
        last = max((event for event, _ in self.world.looks if event <= write.at), default=0)
        since = [w for w in self.world.writes if w.path == write.path and w.at >= last]
        place = since.index(write)
        return place > 0 and since[place - 1].who == "user" and since[0].old == write.new

    def _is_traceless(self, write: Write) -> bool:
        """Whether the file, at neither look, was there, nothing had announced it, and its owner did not make it."""
        since = self.world.looked_before(write.at + 1, write.path)
        happened = [w for w in self.world.writes if w.path == write.path and since <= w.at < self._next_look(write)]
        announced = any(w.call and self.world.calls[w.call].announces for w in happened)
        if any(w.who == write.owner and w.call and self.world.calls[w.call].path for w in happened):
            return False
        return happened[0].old is None and happened[-1].new is None and not announced

    def _is_told(self, write: Write) -> bool:
        """Whether the first sentence that covers it is on record, and was said to an owner who lives."""
        found = [at for at, path in self.world.conflicts if path == write.path and at > write.at]
        covering = [at for at in found if self.world.looked_before(at, write.path) <= write.at]
        if not covering:
            return False
        said = {at for at, to, text in self.world.said if to == write.owner and self.world.shown(write.path) in text}
        return write.owner in self.world.over or bool(set(covering) & said)


class _Sentence:
    """One sentence about one file, with what happened to it between the two looks that it speaks of."""

    def __init__(self, world: World, at: int, since: int, to: str, text: str, path: str, happened: list[Write]) -> None:
        self.world, self.at, self.since, self.to, self.happened = world, at, since, to, happened
        self.writers = {write.who for write in happened}
        about = {f"agent-{name}" for name in TASK.findall(KEPT.split(text)[0])}
        about |= {one for one in (MAIN, SECOND) if one in world.files and "the main conversation" in text}
        to_other = text.startswith("While your command")
        of_main = SECOND if path == "main2.txt" else MAIN
        self.owner = to if not to_other else of_main if about & {MAIN, SECOND} else next(iter(about), "")
        self.named = {to} if to_other else about
        self.with_others = "and others' ran" in text
        self.is_own_named = "calls of yours" in text
        self.kind = self._kind(text)
        if not to_other:
            self.named = self._wrote(about) if self.kind == "tool" else self._resolved(about)

    def _kind(self, text: str) -> str:
        return (
            "outside"
            if "no call under way" in text
            else "as before"
            if "holds what it held before" in text
            else "unclear"
            if "can't be told" in text
            else "tool"
            if "was changed by a call" in text
            else "command"
        )

    def _wrote(self, about: set[str]) -> set[str]:
        """Main conversations have one name: of a call, the one that wrote, if one did."""
        mains = {one for one in about if one in (MAIN, SECOND)}
        return (about - mains) | (mains & self.writers or mains)

    def _resolved(self, about: set[str]) -> set[str]:
        """Main conversations have one name: whichever had a command open, the one that /clear ended too."""
        mains = {one for one in about if one in (MAIN, SECOND)}
        busy = {one for one in mains if self.had_command(one) and (one != self.to or self.world.is_cleared)}
        return (about - mains) | (busy or mains)

    @property
    def candidates(self) -> set[str]:
        """Those that the sentence allows to have written."""
        return self.named | (set(self.world.files) if self.with_others else set())

    @property
    def is_ambiguous(self) -> bool:
        return any(w.who != self.owner or not self._call(w).announces for w in self.happened)

    @property
    def left_running(self) -> bool:
        return any(w.call and self._call(w).ended is None and w.who in self.world.over for w in self.happened)

    def had_command(self, who: str) -> bool:
        calls = (c for c in self.world.calls.values() if c.who == who)
        return any(c.was_open(self.since, self.at) for c in calls)

    def _call(self, write: Write) -> Call:
        return self.world.calls.get(write.call) or Call(write.who, "", 0, False)

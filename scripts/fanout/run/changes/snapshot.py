"""What parsing can't see: owned files are looked at before and after a command, and each change is judged.

    before / after / ended -> look -> latest.observe   (was it written since the last look?)
                                          -> attribution.judge (by whom, from the calls that were under way)
                                          -> telling.tell      (both versions kept, those concerned told)

Only files that somebody counts on are looked at, so the cost follows them and not the repository.
"""

from __future__ import annotations

import os

from fanout.errors import FanoutError
from fanout.run.agents import agents, calls
from fanout.run.changes import attribution, heads, latest, objects, owned, spool, telling, texts
from fanout.run.store import meta, paths

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from fanout.run.agents.calls import Present, Targets
    from fanout.run.store.records import Agent, Call, Latest


def before(
    db: sqlite3.Connection,
    root: str,
    agent: int,
    tree: str,
    tool_use: str,
    tool: str,
    is_wide: bool,
    targets: Targets,
    files: dict[str, Agent],
) -> None:
    """A command is about to run: `files` as they are, and where HEAD of the agent's work tree stands.

    See `calls.begin`. Inside a transaction.
    """
    now = calls.present(db)
    if files:
        look(db, root, now, files)
    calls.begin(db, tool_use, agent, tool, "command", is_wide, targets, now.next)
    heads.before(db, tree, tool_use)


def after(db: sqlite3.Connection, root: str, agent: Agent, tool_use: str, process: str = "") -> list[str]:
    """A command ended, or goes on in the background as `process`: who is concerned by what changed meanwhile is told.

    Returns what commits took in meanwhile of files that siblings are at work on, in words. Inside a transaction.
    """
    if calls.get(db, tool_use) is None:
        return []
    now = calls.present(db)
    owners = owned.by_all(db, paths.Naming(root, meta.folds_case(db)), agent)
    files = look(db, root, now, owners.files) if owners.is_shared else {}
    at_work = {name: owner for name, owner in files.items() if owner.state != "ended" and owner.id != agent.id}
    swept = heads.after(db, root, agent, tool_use, at_work)
    if process:
        calls.leave_running(db, tool_use, process)
    else:
        calls.close(db, tool_use, now.next)
    calls.forget(db)
    return swept


def ended(db: sqlite3.Connection, root: str, agent: int) -> None:
    """The agent ends: what commands changed while its files are still its own is judged. Inside a transaction."""
    if calls.present(db).complete_since is not None:
        look_at_all(db, root, agent)


def look_at_all(db: sqlite3.Connection, root: str, agent: int) -> None:
    """`look` where nobody knows yet who owns what. Inside a transaction."""
    look(
        db,
        root,
        calls.present(db),
        owned.by_all(db, paths.Naming(root, meta.folds_case(db)), agents.get(db, agent)).files,
    )


def look(db: sqlite3.Connection, root: str, now: Present, owners: dict[str, Agent]) -> dict[str, Agent]:
    """Looks at all owned files and judges what changed. Returns them with their owners. Inside a transaction."""
    spool.take_in(db, root, now)
    known = latest.known(db)
    files = {**owners, **_gone(db, root, known, owners)}
    judging = _Judging(db, root, now)
    findings = [found for name, owner in files.items() if (found := judging.file(name, owner, known.get(name)))]
    latest.put(db, judging.seen)
    latest.drop(db, [name for name in known if name not in files])
    calls.looked(db, now.next)
    telling.tell(db, root, findings)
    return files


def _gone(db: sqlite3.Connection, root: str, known: dict[str, Latest], files: dict[str, Agent]) -> dict[str, Agent]:
    """The files that live agents had at the last look and that are not there any more."""
    gone = [r for n, r in known.items() if n not in files and not os.path.lexists(os.path.join(root, n))]
    live = {agent.id: agent for agent in agents.live(db, agents.EVERY_KIND)} if gone else {}
    return {row.path: live[row.owner] for row in gone if row.owner in live}


class _Judging:
    """One look: what is read of the journal once for all files."""

    def __init__(self, db: sqlite3.Connection, root: str, now: Present) -> None:
        self.db = db
        self.root = root
        self.at = now.next
        self.last_look = now.look
        self.complete_since = now.complete_since
        self.seen: list[Latest] = []
        self.texts: dict[str, str] = {}
        self._calls: list[tuple[Call, Targets]] | None = None
        self._parents: dict[int, int] = {}

    def file(self, name: str, owner: Agent, known: Latest | None) -> telling.Finding | None:
        """Looks at one file; what there is to say about it, None for nothing."""
        now = latest.observe(self.root, name, owner.id, self.at, known)
        since = 0 if known is None else known.tick if known.is_held else max(known.tick, self.last_look)
        if known is None or self.complete_since is None or since < self.complete_since:
            if now is not known:
                self.seen.append(now)
            return None
        was_made, may_be_made = self._made(name, since) if now is known and now.is_gone else (False, False)
        is_touched = now is not known or was_made
        if not is_touched and not may_be_made and not known.is_held:
            return None
        change, own_open = self._change(name, owner, known, now, since, is_touched)
        verdict = attribution.judge(change, self._edit)
        if verdict.is_silent:
            self._settle(known, now, since, own_open)
            return None
        now.is_disputed = True
        self.seen.append(now)
        return telling.Finding(name, owner, verdict, known.object, now.object, self._lost(change))

    def _made(self, name: str, since: int) -> tuple[bool, bool]:
        """Whether a file that is not there, as it was not before, was there meanwhile, and whether it may have been.

        What is gone has no stamp that would tell.
        """
        wrote = [call for call, _ in self._reaching(name, since) if call.kind == "file"]
        return any(call.has_written for call in wrote), any(call.closed is None for call in wrote)

    def _settle(self, known: Latest, now: Latest, since: int, own_open: bool) -> None:
        """Nothing to say. While a call of the owner's is open, what it did is not known: the first version stays."""
        if own_open and (now is not known or now.is_gone):
            known.is_held, known.tick = True, since
            self.seen.append(known)
            return
        now.is_held, now.tick = False, self.at
        self.seen.append(now)

    def _change(
        self, name: str, owner: Agent, known: Latest, now: Latest, since: int, is_touched: bool
    ) -> tuple[attribution.Change, bool]:
        """The change, and whether a call of a file tool of the owner's has not ended."""
        steps, commands, own_open = [], [], False
        for call, announces in self._reaching(name, since):
            is_own = self._is_of(call.agent, owner.id)
            if call.kind != "file":
                commands.append(attribution.Command(call.agent, is_own, announces is not None))
                if not announces:
                    continue
            own_open = own_open or (call.kind == "file" and is_own and call.closed is None)
            steps.append(_step(announces or {}, call.agent, call.opened, is_own, call.has_written))
        first, last = (latest.version(self.root, row.object, self.texts) for row in (known, now))
        if first.is_as(last) and not objects.is_same_data(known.object, now.object):
            last = attribution.Version(attribution.UNKNOWN, "")  # bytes that are no text
        return attribution.Change(first, last, since, steps, commands, is_touched, known.is_disputed), own_open

    def _reaching(self, name: str, since: int) -> list[tuple[Call, dict[str, object] | None]]:
        """The calls under way since a tick that could write the file, with what they announce for it, if they name it."""
        if self._calls is None:
            on_record = calls.on_record(self.db, self.complete_since or 0)
            self._calls = [(call, calls.targets_of(call)) for call in on_record]
            self._parents = agents.parents(self.db)
        return [
            (call, targets.get(name))
            for call, targets in self._calls
            if (call.is_wide or name in targets) and (call.closed is None or call.closed > since)
        ]

    def _is_of(self, agent: int, owner: int) -> bool:
        """Whether it is the owner, or was launched by it."""
        for _ in range(agents.MOST_PARENTS):
            if agent == owner:
                return True
            agent = self._parents.get(agent, -1)
        return False

    def _text(self, name: str) -> str | None:
        if name not in self.texts and name not in (objects.ABSENT, attribution.UNKNOWN):
            try:
                self.texts[name] = texts.read(objects.load(self.root, name))[0]
            except FanoutError:
                return None
        return "" if name == objects.ABSENT else self.texts.get(name)

    def _edit(self, name: str, step: attribution.Step) -> tuple[str, ...]:
        """The names of what the step's edits may make of a text."""
        text = self._text(name)
        found = [] if text is None or not step.edits else [text]
        for edit in step.edits:
            found = [result for each in found for result in texts.edited(each, *edit)]
        for each in found:
            self.texts[texts.name_of(each)] = each
        return tuple(texts.name_of(each) for each in found)

    def _lost(self, change: attribution.Change) -> bytes | None:
        """What the owner wrote last and is no longer there; None when that is what was there before."""
        own = [step for step in change.steps if step.is_own and step.is_settled and step.opened >= change.since]
        if not own or not own[-1].after or own[-1].after[0] == change.last.text:
            return None
        text = self._text(own[-1].after[0])
        if text is None:
            return None
        ends = own[-1].ends if own[-1].ends is not None else change.first.ends
        return texts.encoded(text.replace("\n", "\r\n") if ends == texts.CRLF else text)


def _step(announced: dict[str, object], agent: int, opened: int, is_own: bool, is_settled: bool) -> attribution.Step:
    """A call of a file tool, or a line that says what it leaves, as `attribution` takes it."""
    ends = announced.get("ends")
    return attribution.Step(
        agent,
        opened,
        is_own,
        is_settled,
        tuple(_list(announced.get("before"))),
        tuple(_list(announced.get("after"))),
        tuple((str(old), str(new), bool(everywhere)) for old, new, everywhere in _list(announced.get("edits"))),
        ends if isinstance(ends, str) else None,
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []

"""What files that changed between two looks say, each judged from the calls that were under way meanwhile.

Loaded only when a file has changed, or a judgement waits: most commands find every file as it was.
"""

from __future__ import annotations

from fanout.errors import FanoutError
from fanout.run.agents import agents, calls
from fanout.run.changes import attribution, change_messages, latest, objects, texts
from fanout.run.store import journal

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from fanout.run.agents.calls import Targets
    from fanout.run.changes.latest import Observed
    from fanout.run.store.records import Agent, Call, Latest
    from fanout.run.store.ticks import Present


def judged(db: sqlite3.Connection, root: str, now: Present, changed: list[Observed]) -> list[Latest]:
    """Tells those concerned what there is to tell. Returns the files as they are known from now on. Inside a transaction."""
    judging = _Judging(db, root, now)
    findings = [found for each in changed if (found := judging.file(each)) is not None]
    change_messages.tell(db, root, findings)
    return judging.seen


EMPTY = texts.name_of("")
SHELLS = ("Bash", "PowerShell")


class _Judging:
    """One look: what is read of the journal once for all files."""

    def __init__(self, db: sqlite3.Connection, root: str, now: Present) -> None:
        self.db = db
        self.root = root
        self.at = now.next
        self.complete_since = now.complete_since
        self.seen: list[Latest] = []
        self.texts: dict[str, str] = {}
        self._calls: list[tuple[Call, Targets]] | None = None
        self._parents: dict[int, int] = {}

    def file(self, seen: Observed) -> change_messages.Finding | None:
        """What there is to say about a file, None for nothing."""
        name, owner, known, now, since = seen.name, seen.owner, seen.known, seen.now, seen.since
        was_made, may_be_made = (
            self._made(name, since, bool(known.is_disputed)) if now is known and now.is_gone else (False, False)
        )
        is_touched = now is not known or was_made
        if not is_touched and not may_be_made and not known.is_held:
            return None
        change, own_open = self._change(name, owner, known, now, since, is_touched)
        if self._is_being_written(name, owner, now, since):
            self._settle(known, now, since, own_open=True)
            return None
        verdict = attribution.judge(change, self._edit)
        if verdict.is_silent:
            self._settle(known, now, since, own_open)
            return None
        # said once: what is gone is the row that was known
        now.is_disputed = latest.SAID if verdict.kind == attribution.AS_BEFORE else latest.SAID_CHANGED
        now.is_held, now.tick = False, self.at
        self.seen.append(now)
        return change_messages.Finding(name, owner, verdict, known.object, now.object, self._lost(change))

    def _made(self, name: str, since: int, was_told: bool) -> tuple[bool, bool]:
        """Whether a file that is not there, as it was not before, was there meanwhile, and whether it may have been.

        What is gone has no stamp that would tell. Of a file that was told to be gone, what earlier calls made of it is told.
        """
        made = ((call, bool(says and says.get("after"))) for call, says in self._reaching(name, since))
        wrote = [
            call
            for call, is_said in made
            if (call.kind == "file" or is_said) and (not was_told or call.opened >= since)
        ]
        return (
            any(call.has_written for call in wrote),
            any(call.closed is None and call.kind == "file" for call in wrote),
        )

    def _settle(self, known: Latest, now: Latest, since: int, own_open: bool) -> None:
        """Nothing to say. While a call of the owner's is open, what it did is not known: the first version stays."""
        if own_open and (now is not known or now.is_gone):
            known.is_held, known.tick = True, since
            self.seen.append(known)
            return
        now.is_held, now.tick = False, self.at
        self.seen.append(now)

    def _is_being_written(self, name: str, owner: Agent, now: Latest, since: int) -> bool:
        """Whether the file is empty as a line of the owner's is about to fill it: a shell empties it first. A call of a tool
        may wait for the user for long: who empties the file meanwhile is somebody else."""
        if now.size != 0:
            return False
        mine = (
            _list((says or {}).get("after"))
            for call, says in self._reaching(name, since)
            if call.tool in SHELLS and call.closed is None and self._is_of(call.agent, owner.id)
        )
        return any(after and EMPTY not in after for after in mine)

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
            is_settled = call.has_written and call.kind == "file"  # a line may not have come to what it says
            steps.append(_step(announces or {}, call.agent, call.opened, is_own, is_settled))
        first, last = (_version(self.root, row.object, self.texts) for row in (known, now))
        if first.is_as(last) and not objects.is_same_data(known.object, now.object):
            last = attribution.Version(attribution.UNKNOWN, "")  # bytes that are no text
        was_new = known.is_disputed == latest.SAID_CHANGED and not self._was_own(name, steps)
        told = bool(known.is_disputed), was_new
        return attribution.Change(first, last, since, steps, commands, is_touched, *told, known.tick), own_open

    def _was_own(self, name: str, steps: list[attribution.Step]) -> bool:
        """Whether one of the owner's calls had left what was there before the last change of the file that was told."""
        told = [event.facts for event in journal.about(self.db, name) if event.kind == "conflict"]
        before = next((facts["before"] for facts in reversed(told) if facts.get("path") == name), None)
        text = attribution.UNKNOWN if before is None else _version(self.root, before, self.texts).text
        return text == attribution.UNKNOWN or any(step.is_own and text in step.after for step in steps)

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
        versions = [] if text is None or not step.edits else [text]
        for edit in step.edits:
            versions = [result for each in versions for result in texts.edited(each, *edit)]
        for each in versions:
            self.texts[texts.name_of(each)] = each
        return tuple(texts.name_of(each) for each in versions)

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


def _version(root: str, name: str, known_texts: dict[str, str]) -> attribution.Version:
    """What an object holds; its text is put into `known_texts`."""
    if name == objects.ABSENT:
        return attribution.Version("", "")
    if name == objects.NOT_KEPT:
        return attribution.Version(attribution.UNKNOWN, "")
    if objects.kind(name) == objects.LINK:
        return attribution.Version(name, "")
    try:
        text, ends = texts.read(objects.load(root, name))
    except FanoutError:
        return attribution.Version(attribution.UNKNOWN, "")
    known_texts[texts.name_of(text)] = text
    return attribution.Version(texts.name_of(text), ends)

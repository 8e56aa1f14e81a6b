"""Whose is the change of a file between two looks at it? Decided from what the calls that were under way announced.

    judge -> _walk (do the announced writes lead from the first version to the last?)
          -> the calls that could have written it, when they don't

A call of a file tool is a Step: it says what it makes of the file. A Command (a shell line, an MCP tool) says at most
which file it writes. A sentence that blames is only allowed for the verdict COMMAND; nobody is blamed for UNCLEAR.
Times are ticks of the journal (fanout.run.agents.calls): a call opened at the tick of a look, or later, wrote after it.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNKNOWN = "?"  # the text of a version that could not be kept
MOST_STATES = 4000
MOST_STEPS = 300

SAME = "same"  # it was not written
OWN = "own"  # its owner's doing
TOOL = "tool"  # another agent's file tool, as that call announced
COMMAND = "command"  # while one other agent's command ran, and no call of its owner wrote it
UNCLEAR = "unclear"  # several calls could have
AS_BEFORE = "as before"  # it was written and holds what it held: a command may have undone what its owner's did
OUTSIDE = "outside"  # no call could have: an editor, or a process that was left running


class Version:
    """What a file held: the name of its text ("" when there was no file), and its line ends as `texts.read` tells."""

    __slots__ = ("ends", "text")

    def __init__(self, text: str, ends: str) -> None:
        self.text = text
        self.ends = ends

    def is_as(self, other: Version) -> bool:
        return (self.text, self.ends) == (other.text, other.ends)


class Step:
    """One call of a file tool on the file.

    `before` are the texts that it may have found, empty for any; `after` those that it may have left. `edits` are
    (old, new, everywhere), where the result depends on what was there. `ends` are the line ends of what it wrote, None
    when it keeps the file's. `is_settled`: the client has said that it wrote.
    """

    __slots__ = ("after", "agent", "before", "edits", "ends", "is_own", "is_settled", "opened")

    def __init__(
        self,
        agent: int,
        opened: int,
        is_own: bool,
        is_settled: bool,
        before: tuple[str, ...] = (),
        after: tuple[str, ...] = (),
        edits: tuple[tuple[str, str, bool], ...] = (),
        ends: str | None = None,
    ) -> None:
        self.agent = agent
        self.opened = opened
        self.is_own = is_own
        self.is_settled = is_settled
        self.before = before
        self.after = after
        self.edits = edits
        self.ends = ends

    @property
    def is_open(self) -> bool:
        """Whether it is not known that it wrote, or not what."""
        return not self.is_settled or not (self.after or self.edits)


class Command:
    """A call whose result nothing tells. `names_it`: its line or its arguments name the file as what it writes."""

    __slots__ = ("agent", "is_own", "names_it")

    def __init__(self, agent: int, is_own: bool, names_it: bool) -> None:
        self.agent = agent
        self.is_own = is_own
        self.names_it = names_it


class Change:
    """What happened to one file between two looks: both versions, and the calls that were open at some time between.

    `since` is the tick of the first look, `known_since` that of the earliest one at which the file was the same.
    `was_disputed`: what happened before that one was said already. `was_new`: it was said that the first version had come
    in place of another.
    """

    __slots__ = ("commands", "first", "is_touched", "known_since", "last", "since", "steps", "was_disputed", "was_new")

    def __init__(
        self,
        first: Version,
        last: Version,
        since: int,
        steps: list[Step],
        commands: list[Command],
        is_touched: bool = True,
        was_disputed: bool = False,
        was_new: bool = False,
        known_since: int | None = None,
    ) -> None:
        self.first = first
        self.last = last
        self.since = since
        self.steps = steps
        self.commands = commands
        self.is_touched = is_touched
        self.was_disputed = was_disputed
        self.was_new = was_new
        self.known_since = since if known_since is None else known_since


class Verdict:
    """`others` are the agents beside the owner that did it (TOOL), ran meanwhile (COMMAND) or may have (UNCLEAR).

    `is_own_possible`: a call of the owner may have; `is_own_named`: a command of the owner names the file.
    """

    __slots__ = ("is_own_named", "is_own_possible", "kind", "others")

    def __init__(
        self, kind: str, others: tuple[int, ...] = (), is_own_possible: bool = False, is_own_named: bool = False
    ) -> None:
        self.kind = kind
        self.others = others
        self.is_own_possible = is_own_possible
        self.is_own_named = is_own_named

    @property
    def is_silent(self) -> bool:
        return self.kind in (SAME, OWN)

    def __repr__(self) -> str:
        return f"Verdict({self.kind}, {self.others})"


def judge(change: Change, edit: Callable[[str, Step], tuple[str, ...]]) -> Verdict:
    """`edit` says what the edits of a step may make of the text of a name: the names of the results."""
    if not change.is_touched:
        return Verdict(SAME)
    walk = _Walk(change, edit)
    used = walk.used()
    if used is None:
        return _unexplained(change, walk.gave_up)
    if not used and change.first.is_as(change.last) and _is_own_undone(change):
        return Verdict(AS_BEFORE, _beside(change), True)
    others = tuple(sorted({step.agent for step in used if not step.is_own}))
    return Verdict(TOOL, others) if others else Verdict(OWN)


def _is_own_undone(change: Change) -> bool:
    """Whether the owner's command and another's ran: one may have undone the other."""
    return any(command.is_own for command in change.commands) and any(not c.is_own for c in change.commands)


def _beside(change: Change) -> tuple[int, ...]:
    """The agents beside the owner whose calls could have written what no call says."""
    others = {command.agent for command in change.commands if not command.is_own}
    return tuple(sorted(others | {step.agent for step in change.steps if not step.is_own and step.is_open}))


def _unexplained(change: Change, may_be_own: bool) -> Verdict:
    others = _beside(change)
    may_be_own = may_be_own or _may_be_own(change)
    if not others:
        return Verdict(OWN) if may_be_own else Verdict(OUTSIDE)
    if len(others) == 1 and not may_be_own:
        return Verdict(COMMAND, others)
    named = any(command.is_own and command.names_it for command in change.commands)
    return Verdict(UNCLEAR, others, may_be_own, named)


def _may_be_own(change: Change) -> bool:
    """Whether a command or an open edit of the owner ran, or a text is not known."""
    ran = any(command.is_own for command in change.commands)
    writes = any(step.is_own and step.is_open for step in change.steps)
    return ran or writes or UNKNOWN in (change.first.text, change.last.text)


class _Walk:
    """From the first version to the last by announced writes alone, each agent's in the order of its calls."""

    def __init__(self, change: Change, edit: Callable[[str, Step], tuple[str, ...]]) -> None:
        self.change = change
        self.edit = edit
        self.queues: list[list[Step]] = []
        for agent in sorted({step.agent for step in change.steps}):
            self.queues.append(sorted((s for s in change.steps if s.agent == agent), key=lambda step: step.opened))
        self.skippable = self._skippable()
        self.seen: set[tuple[tuple[int, ...], str, str]] = set()

    @property
    def gave_up(self) -> bool:
        """Whether there may be a way that was not tried."""
        return len(self.seen) > MOST_STATES or len(self.change.steps) > MOST_STEPS

    def used(self) -> list[Step] | None:
        """The steps of such a way, in order; None when there is none."""
        return (
            None
            if self.gave_up
            else self._on(tuple(0 for _ in self.queues), self.change.first.text, self.change.first.ends)
        )

    def _skippable(self) -> list[Step]:
        """Those that may not have written since the first look: still open, or before it, as the first version shows."""
        early = [step for step in self.change.steps if step.is_settled and self._may_be_early(step)]
        reached, found = {self.change.first.text}, []
        while early:
            fitting = [s for s in early if self.change.was_disputed or reached & set(s.after)]
            if not fitting:
                break
            found += fitting
            reached.update(text for step in fitting for text in step.before)
            early = [step for step in early if step not in fitting]
        return found + [step for step in self.change.steps if not step.is_settled]

    def _may_be_early(self, step: Step) -> bool:
        """Whether it may have written before the first version was seen: not where it found what then came for another."""
        found_it = self.change.was_new and self.change.first.text in step.before and self.change.first.text != ""
        return step.opened < self.change.known_since and not found_it

    def _on(self, at: tuple[int, ...], text: str, ends: str) -> list[Step] | None:
        if (at, text, ends) in self.seen or len(self.seen) > MOST_STATES:
            return None
        self.seen.add((at, text, ends))
        left = [queue[done:] for queue, done in zip(self.queues, at)]
        if self._is_there(text, ends) and all(step in self.skippable for queue in left for step in queue):
            return []
        for after, result, result_ends, steps in self._onward(at, text, ends):
            rest = self._on(after, result, result_ends)
            if rest is not None:
                return [*steps, *rest]
        return None

    def _onward(
        self, at: tuple[int, ...], text: str, ends: str
    ) -> Iterator[tuple[tuple[int, ...], str, str, list[Step]]]:
        """Where one step of one agent leads: places in the queues, text, line ends and the step; none when it is skipped."""
        heads = [(number, queue[at[number]]) for number, queue in enumerate(self.queues) if at[number] < len(queue)]
        for number, step in heads:
            after = (*at[:number], at[number] + 1, *at[number + 1 :])
            for result in self._results(step, text):
                yield after, result, ends if step.ends is None else step.ends, [step]
            if step in self.skippable:
                yield after, text, ends, []

    def _results(self, step: Step, text: str) -> tuple[str, ...]:
        if step.before and text not in step.before and text != UNKNOWN:
            return ()
        return step.after or self.edit(text, step)

    def _is_there(self, text: str, ends: str) -> bool:
        last = self.change.last
        return last.text == text != UNKNOWN and (last.ends in ("", ends) or ends in ("", "mixed"))

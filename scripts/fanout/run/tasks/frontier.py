"""What can start now, kept up to date from one look to the next: for a driver of thousands of tasks.

The rule is readiness.held. A task that it refuses is parked with the task that holds it, and looked at again when
something changes of that one; what has changed is in the journal's events. So a look costs what has happened since the
last one, not the size of the run. What changes the plan itself (another order, another task, other files), and a run that
stops or goes on after a failure, makes it begin anew.
"""

from __future__ import annotations

import heapq

from fanout.run.agents import agents
from fanout.run.store import journal
from fanout.run.tasks import readiness, runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from fanout.run.store.records import EventKind, Task

PLAN: frozenset[EventKind] = frozenset(
    ("put-first", "replanned", "run-reopened", "scope-granted", "scope-widened", "task-added", "task-amended")
)


class Frontier:
    """The tasks of a run that may start, in order. One connection, one thread."""

    __slots__ = ("after", "due", "parked", "run", "seen", "view")

    def __init__(self, db: sqlite3.Connection, run: str) -> None:
        self.run = run
        self.rebuild(db)

    def rebuild(self, db: sqlite3.Connection) -> None:
        """From the journal as it is now."""
        self.seen = journal.newest(db)
        self.view = view = readiness.View(db, self.run, is_measured=False)
        for hazards in view.hazards.values():  # in a queue for one path each is then parked with the one before it
            hazards.sort(key=lambda hazard: view.tasks[hazard.other].rank, reverse=True)
        self.after = readiness.needing(view)
        self.parked: dict[str, list[str]] = {}
        self.due: list[tuple[tuple[bool, int, int], str]] = []
        self._look_again(name for name, task in view.tasks.items() if task.state == "pending")

    def startable(self, db: sqlite3.Connection) -> list[Task]:
        """As readiness.startable of the journal as it is now."""
        self._catch_up(db)
        self.view.run, self.view.live = runs.get(db, self.run), agents.live(db)
        if self.view.run.state != "active" or self.view.run.paused:
            return []
        free = self.view.slots()
        chosen: list[Task] = []
        while self.due and len(chosen) < free:
            name = heapq.heappop(self.due)[1]
            task = self.view.tasks[name]
            if task.state != "pending" or task in chosen:
                continue
            why, holder = readiness.held(self.view, name)
            if why:
                self.parked.setdefault(holder, []).append(name)
            else:
                chosen.append(task)
        self._look_again(task.id for task in chosen)  # they are due until they have begun
        return chosen

    def _look_again(self, names: Iterable[str]) -> None:
        for name in names:
            heapq.heappush(self.due, (readiness.place(self.view, name), name))

    def _catch_up(self, db: sqlite3.Connection) -> None:
        """Takes in what has happened since the last look."""
        self.seen, happened = journal.since(db, self.run, self.seen)
        if any(kind in PLAN for kind, _ in happened):
            self.rebuild(db)
            return
        for name in dict.fromkeys(task for _, task in happened if task):
            before, now = self.view.tasks[name], tasks.get(db, self.run, name)
            self.view.tasks[name] = now
            if before.state == now.state and before.rank == now.rank:
                continue
            if not self._is_still_so(before, now):
                self.rebuild(db)
                return
            self._look_again([*self.parked.pop(name, ()), *([name] if now.state == "pending" else ())])
        if happened and self.view.run.mode == "barrier" and readiness.batch_now(self.view) != self.view.turn:
            self.rebuild(db)

    def _is_still_so(self, before: Task, now: Task) -> bool:
        """Takes in what the task's state means for others far away. False when that is too much: then all is looked at."""
        view = self.view
        if now.rank != before.rank or before.state in readiness.HOPELESS or now.id in view.stuck:
            return False
        if now.state == "pending" and any(self._is_lost(need) for need in readiness.firm(view, now.id)):
            return False
        if now.state in readiness.HOPELESS:
            if readiness.stop_of(view) != view.stop:
                return False
            self._lose(now.id)
        return True

    def _is_lost(self, name: str) -> bool:
        return self.view.tasks[name].state in readiness.HOPELESS or name in self.view.stuck

    def _lose(self, lost: str) -> None:
        """What needs this task can't start any more, and holds nobody."""
        queue = [lost]
        while queue:
            for name in self.after.get(queue.pop(), ()):
                if name not in self.view.stuck and self.view.tasks[name].state == "pending":
                    self.view.stuck.add(name)
                    queue.append(name)
                    self._look_again(self.parked.pop(name, ()))

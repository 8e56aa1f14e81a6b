"""A run's driver: the one dispatcher of every engine that merges. Who carries an attempt out is the engine's business.

go -> the lease is taken -> what an earlier driver left is settled
   -> again and again: ended attempts settled, proven work merged (beside it, in a thread), what may start begun
   -> the run is over, paused, cancelled, or the driver is told to stop: then its clients are ended, their work is kept

While a cluster's hub is away nothing is launched and nothing settled; clients work on, and their workers hold what they did.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from fanout.engines import lease, shares
from fanout.engines.headless import Ended
from fanout.engines.hub import Away
from fanout.errors import FanoutError
from fanout.run.agents import attempts
from fanout.run.flow import hooks_switch, run_end
from fanout.run.store import journal
from fanout.run.store.db import Write, connect
from fanout.run.tasks import readiness, runs
from fanout.run.tasks.frontier import Frontier

if TYPE_CHECKING:
    import sqlite3

    from fanout.engines.terms import Terms
    from fanout.run.store.records import Attempt, Run, Task

TICK_SECONDS = 0.1
LOOK_SECONDS = 2.0  # between two looks at a run in which this driver changed nothing
STOP_SECONDS = 20.0
REST_SECONDS = (2.0, 60.0)  # without a launch after an overload: at first, at most
AWAY_SECONDS = (1.0, 30.0)  # between two tries while the hub is away: at first, at most


class Running(Protocol):
    """An attempt that an engine carries out."""

    attempt: Attempt
    minutes: float

    def is_over(self) -> bool: ...

    def tell(self, over: threading.Event) -> None:
        """Sets the event when it is over."""

    def stop(self) -> None:
        """Its client is ended now, and what that has started."""

    def wait(self, seconds: float) -> None:
        """Until it is over, that long at most; then it is given up."""


class Engine(Protocol):
    """Who carries attempts out, and how their work comes to the run's branch."""

    def open(self, db: sqlite3.Connection, run: Run) -> None:
        """Raises FanoutError when nothing can be done with it."""

    def recover(self, db: sqlite3.Connection, run: Run) -> None:
        """A driver before is gone: what it left is ended, what that proved is kept, the rest is done again."""

    def begin(self, db: sqlite3.Connection, run: Run, task: Task, terms: Terms, budget: float) -> Running:
        """Raises Away before anything is noted of it."""

    def heed(self, db: sqlite3.Connection, run: Run) -> None:
        """What other machines have told since is noted here: that the API is too busy."""

    def gather(self, run: Run, over: list[Running]) -> None:
        """What these left is brought here, for `settle`: all of it in one step. Raises Away."""

    def settle(self, db: sqlite3.Connection, run: Run, one: Running, ended: Ended | None) -> None:
        """It is over; `ended` when its own word is not to be asked."""

    def merge(self, db: sqlite3.Connection, run: Run, batch: list[Attempt]) -> None: ...

    def merged_home(self, run: Run) -> str:
        """A folder as the run's branch is, for the checks of the run's end."""

    def close(self, run: Run) -> None:
        """Whatever of the run still runs is ended."""


class Driver:
    """Drives one run to its end. `stop` may be set from elsewhere, `wake` is by what an attempt or the merger ended."""

    def __init__(self, root: str, run: str, terms: Terms, engine: Engine) -> None:
        self.root = root
        self.name = run
        self.terms = terms
        self.engine = engine
        self.db: sqlite3.Connection
        self.frontier: Frontier
        self.sums: shares.Sums
        self.stop = threading.Event()
        self.wake = threading.Event()
        self.running: list[Running] = []
        self.shares: dict[str, Terms] = {}  # by the attempt's key, of those that run
        self.merging: threading.Thread | None = None
        self.is_merging = False
        self.trouble: Exception | None = None
        self.is_news = True
        self.looked = self.beaten = 0.0
        self.rest_until = 0.0
        self.away_until = self.away_rest = 0.0

    def go(self) -> None:
        """Raises FanoutError when another process drives the run, or nothing can be merged."""
        self.db = connect(self.root)
        os.environ.pop("CLAUDE_PID", None)  # the agents are not the conversation's that this was started in
        self.engine.open(self.db, self.run)
        name = lease.take(self.db, self.name)
        try:
            self.engine.recover(self.db, self.run)
            self.frontier = Frontier(self.db, self.name)
            self.sums = shares.Sums(self.db, self.name)
            while not self.stop.is_set() and self._goes_on(name):
                self.wake.wait(TICK_SECONDS)
                self.wake.clear()
        finally:
            try:
                self._end_all()
            finally:
                lease.give_back(self.db, self.name, name)
                with Write(self.db):
                    hooks_switch.settle(self.db, self.root)
                self.db.close()
        if self.trouble is not None:
            raise self.trouble

    @property
    def run(self) -> Run:
        return runs.get(self.db, self.name)

    def _goes_on(self, name: str) -> bool:
        """One round. False when there is nothing more to do."""
        if time.monotonic() - self.beaten > lease.BEAT_SECONDS:
            self.beaten = time.monotonic()
            if not lease.beat(self.db, self.name, name):
                raise FanoutError(
                    f"run {self.name} is driven by another process by now.", "This one ends; the run goes on there."
                )
        self.engine.heed(self.db, self.run)
        self._collect()
        if self.trouble is not None:
            return False
        if self.run.state != "active":
            return False
        self._merge()
        if not self.is_news and time.monotonic() - self.looked < LOOK_SECONDS:
            return True
        self.is_news, self.looked = False, time.monotonic()
        self._launch()
        return self._is_busy() or self._is_more()

    def _is_busy(self) -> bool:
        return bool(self.running or self.merging or attempts.waiting(self.db, self.name))

    def _is_more(self) -> bool:
        """Nothing runs: the run ends here, or something may start later."""
        run = self.run
        if run.paused:
            return False
        if not readiness.is_over(readiness.View(self.db, self.name)):
            self.frontier.rebuild(self.db)
            return True
        home = self.engine.merged_home(run)
        return run_end.conclude(self.db, self.root, self.name, merged=home).run.state == "active"

    def _collect(self) -> None:
        """Settles the attempts that are over."""
        over = [one for one in self.running if one.is_over()]
        if over and not self._reached(lambda: self.engine.gather(self.run, over)):
            return
        for one in over:
            self.running.remove(one)
            self.shares.pop(one.attempt.key)
            self.is_news = True
            before = self.run.pace
            self.engine.settle(self.db, self.run, one, None)
            self._count(one.attempt.agent)
            if journal.concerns(self.db, self.name, one.attempt.agent, "overloaded"):
                self._rest(before)

    def _reached(self, work: Callable[[], None]) -> bool:
        """Does what needs the hub. False while that is away: it is tried again after a while."""
        if time.monotonic() < self.away_until:
            return False
        try:
            work()
        except Away as error:
            self._note_away(error.message)
            return False
        if self.away_rest:
            self.away_rest = 0.0
            with Write(self.db):
                journal.note(self.db, "hub-back", self.name)
        return True

    def _note_away(self, why: str) -> None:
        least, most = AWAY_SECONDS
        if not self.away_rest:
            with Write(self.db):
                journal.note(self.db, "hub-away", self.name, how=why)
        self.away_rest = min(most, 2 * self.away_rest or least)
        self.away_until = time.monotonic() + self.away_rest

    def _rest(self, pace: int) -> None:
        """Nothing is launched for a while: the slower the run goes already, the longer."""
        least, most = REST_SECONDS
        self.rest_until = time.monotonic() + min(most, least * 2 ** max(0, self.run.cap - pace))

    def _merge(self) -> None:
        if self.merging is not None:
            if self.is_merging:
                return
            self.merging.join()
            self.merging, self.is_news = None, True
        working = {one.attempt.agent for one in self.running}
        batch = [one for one in attempts.waiting(self.db, self.name) if one.agent not in working]
        if batch and self.trouble is None:
            self.is_merging = True
            self.merging = threading.Thread(target=self._merge_batch, args=([one.agent for one in batch],))
            self.merging.start()

    def _merge_batch(self, names: list[int]) -> None:
        db = connect(self.root)
        try:
            found = [attempts.of_agent(db, name) for name in names]
            self.engine.merge(db, runs.get(db, self.name), [one for one in found if one is not None])
        except Exception as error:  # said by the driver's own thread
            self.trouble = error
        finally:
            db.close()
            self.is_merging = False
            self.wake.set()

    def _launch(self) -> None:
        if time.monotonic() < self.rest_until:
            return
        tasks = self.frontier.startable(self.db)
        if not tasks or self._is_spent():
            return
        for number, task in enumerate(tasks):
            terms = self._share(task, len(tasks) - number)
            if terms is None or not self._reached(lambda task=task, terms=terms: self._begin(task, terms)):  # type: ignore[misc]
                return

    def _begin(self, task: Task, terms: Terms) -> None:
        one = self.engine.begin(self.db, self.run, task, terms, terms.task_budget)
        self.running.append(one)
        self.shares[one.attempt.key] = terms
        one.tell(self.wake)

    def _share(self, task: Task, count: int) -> Terms | None:
        """The terms of an attempt that begins now, one of so many; None when it has to wait for what others leave."""
        if not self.terms.is_limited:
            return self.terms
        taken = self.sums.taken(attempts.last(self.db, self.name, task.id))
        return shares.of_next(self.terms, taken, self.shares.values(), count)

    def _is_spent(self) -> bool:
        """Whether a limit of the run is reached: then it pauses."""
        reached = self.terms.used_up(self.name, self.sums.money, self.sums.turns)
        if reached:
            with Write(self.db):
                runs.pause(self.db, self.name, reached)
        return bool(reached)

    def _count(self, agent: int) -> None:
        """What the attempt took that is settled now."""
        settled = attempts.of_agent(self.db, agent)
        if settled is not None:
            self.sums.add(settled)

    def _end_all(self) -> None:
        """Ends the clients that still run. What they did is kept, their tasks are ready again."""
        for one in self.running:
            one.stop()
        last = time.monotonic() + STOP_SECONDS
        for one in self.running:
            one.wait(max(0.1, last - time.monotonic()))
        if self.merging is not None:
            self.merging.join()
        self.away_until = 0.0
        if not self.running or self._reached(lambda: self.engine.gather(self.run, self.running)):
            for one in self.running:
                self.engine.settle(self.db, self.run, one, Ended(by="stop"))
        self.running.clear()  # with the hub away they are live in the journal: the next driver takes in what they left
        self.engine.close(self.run)

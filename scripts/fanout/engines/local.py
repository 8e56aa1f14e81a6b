"""The local engine: headless clients of this machine, each in a work tree of its own.

go -> the lease is taken -> what an earlier driver left is settled
   -> again and again: ended clients settled, proven work merged (beside it, in a thread), what may start begun
   -> the run is over, paused, cancelled, or the driver is told to stop: then its clients are ended, their work is kept
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from fanout.engines import attempt, lease, merger, sweep, work_trees
from fanout.engines.attempt import MINUTES, Running
from fanout.engines.headless import Ended
from fanout.errors import FanoutError
from fanout.run.agents import agents, attempts
from fanout.run.flow import ending, hooks_switch, run_end
from fanout.run.store import journal
from fanout.run.store.db import Write, connect
from fanout.run.tasks import readiness, runs

if TYPE_CHECKING:
    import sqlite3

    from fanout.engines.terms import Terms
    from fanout.run.store.records import Run

TICK_SECONDS = 0.1
LOOK_SECONDS = 2.0  # between two looks at a run in which this driver changed nothing
STOP_SECONDS = 20.0
REST_SECONDS = (2.0, 60.0)  # without a launch after an overload: at first, at most


class Driver:
    """Drives one run to its end. `stop` may be set from elsewhere."""

    def __init__(self, root: str, run: str, terms: Terms) -> None:
        self.root = root
        self.name = run
        self.terms = terms
        self.db: sqlite3.Connection
        self.stop = threading.Event()
        self.running: list[Running] = []
        self.merging: threading.Thread | None = None
        self.trouble: Exception | None = None
        self.is_news = True
        self.looked = self.beaten = 0.0
        self.rest_until = 0.0

    def go(self) -> None:
        """Raises FanoutError when another process drives the run, or nothing can be merged."""
        self.db = connect(self.root)
        os.environ.pop("CLAUDE_PID", None)  # the agents are not the conversation's that this was started in
        work_trees.refuse_taken(self.root, self.run)
        name = lease.take(self.db, self.name)
        try:
            self._recover()
            while not self.stop.is_set() and self._goes_on(name):
                self.stop.wait(TICK_SECONDS)
        finally:
            self._end_all()
            merger.forget_tree(self.root, self.run)
            lease.give_back(self.db, self.name, name)
            with Write(self.db):
                hooks_switch.settle(self.db, self.root)
            self.db.close()
        if self.trouble is not None:
            raise self.trouble

    @property
    def run(self) -> Run:
        return runs.get(self.db, self.name)

    def _recover(self) -> None:
        """A driver before this one is gone: its clients are ended, what they proved is kept, the rest is done again."""
        sweep.of_run(self.root, self.name)
        recover(self.db, self.root, self.run)

    def _goes_on(self, name: str) -> bool:
        """One round. False when there is nothing more to do."""
        if time.monotonic() - self.beaten > lease.BEAT_SECONDS:
            self.beaten = time.monotonic()
            if not lease.beat(self.db, self.name, name):
                raise FanoutError(f"run {self.name} is driven by another process by now.")
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
            return True
        place = merger.tree_at(self.root, run, work_trees.tip(self.root, run))
        home = work_trees.home_in(self.root, run, place)
        return run_end.conclude(self.db, self.root, self.name, merged=home).run.state == "active"

    def _collect(self) -> None:
        """Settles the attempts whose supervisor has ended."""
        for one in [one for one in self.running if one.process.poll() is not None]:
            self.running.remove(one)
            self.is_news = True
            before = self.run.pace
            ended = attempt.outcome(self.root, one.attempt.key) or Ended()
            attempt.settle(self.db, self.root, self.run, one.attempt, ended, one.minutes)
            if journal.concerns(self.db, self.name, one.attempt.agent, "overloaded"):
                self._rest(before)

    def _rest(self, pace: int) -> None:
        """Nothing is launched for a while: the slower the run goes already, the longer."""
        least, most = REST_SECONDS
        self.rest_until = time.monotonic() + min(most, least * 2 ** max(0, self.run.cap - pace))

    def _merge(self) -> None:
        if self.merging is not None:
            if self.merging.is_alive():
                return
            self.merging, self.is_news = None, True
        working = {one.attempt.agent for one in self.running}
        batch = [one for one in attempts.waiting(self.db, self.name) if one.agent not in working]
        if batch and self.trouble is None:
            self.merging = threading.Thread(target=self._merge_batch, args=([one.agent for one in batch],))
            self.merging.start()

    def _merge_batch(self, names: list[int]) -> None:
        db = connect(self.root)
        try:
            found = [attempts.of_agent(db, name) for name in names]
            merger.merge(db, self.root, runs.get(db, self.name), [one for one in found if one is not None])
        except Exception as error:  # said by the driver's own thread
            self.trouble = error
        finally:
            db.close()

    def _launch(self) -> None:
        if time.monotonic() < self.rest_until:
            return
        for task in readiness.startable(readiness.View(self.db, self.name)):
            if self._is_spent():
                return
            self.running.append(attempt.begin(self.db, self.root, self.run, task, self.terms, self._budget()))

    def _is_spent(self) -> bool:
        """Whether the run's budget is spent: then it pauses."""
        most, spent = self.terms.max_budget, attempts.cost(self.db, self.name)
        if not most or spent < most:
            return False
        with Write(self.db):
            why = f"its budget is spent ({spent:.2f} of {most:.2f} USD); `fanout go {self.name}`, then drive it with a larger one"
            runs.pause(self.db, self.name, why)
        return True

    def _budget(self) -> float:
        """What the next client may spend, 0 for no limit."""
        limits = [self.terms.task_budget] if self.terms.task_budget else []
        if self.terms.max_budget:
            limits.append(self.terms.max_budget - attempts.cost(self.db, self.name))
        return min(limits, default=0.0)

    def _end_all(self) -> None:
        """Ends the clients that still run. What they did is kept, their tasks are ready again."""
        for one in self.running:
            one.stop()
        last = time.monotonic() + STOP_SECONDS
        for one in self.running:
            try:
                one.process.wait(max(0.1, last - time.monotonic()))
            except Exception:  # it hangs: what it started is swept below
                one.process.kill()
        if self.merging is not None:
            self.merging.join()
        for one in self.running:
            ended = attempt.outcome(self.root, one.attempt.key) or Ended(by="stop")
            attempt.settle(self.db, self.root, self.run, one.attempt, ended, one.minutes)
        self.running.clear()
        sweep.of_run(self.root, self.name)


def recover(db: sqlite3.Connection, root: str, run: Run) -> None:
    """Settles what a driver that is gone left: nothing of it runs any more."""
    there = work_trees.in_branch(root, run)
    for one in attempts.of_run(db, run.id):
        if not agents.get(db, one.agent).is_live:
            continue
        if not one.work:
            attempt.settle(db, root, run, one, attempt.outcome(root, one.key) or Ended(by="driver"), MINUTES)
        commit = there.get((one.task, one.number))
        known = attempts.of_agent(db, one.agent)
        if commit and known is not None and known.is_proven:
            merger.record(db, known, commit)


def cancel(db: sqlite3.Connection, root: str, run: Run) -> int:
    """Ends every process of a run that was cancelled, and keeps what it left. Returns how many there were."""
    last = time.monotonic() + STOP_SECONDS
    while lease.is_held(runs.get(db, run.id)) and time.monotonic() < last:
        time.sleep(TICK_SECONDS)  # its driver sees that, and ends them
    ended = sweep.of_run(root, run.id)
    for one in attempts.of_run(db, run.id):
        agent = agents.get(db, one.agent)
        if agent.is_live:
            attempt.settle(db, root, run, one, Ended(by="stop"), MINUTES)
            with Write(db):
                if agents.get(db, one.agent).is_live:
                    ending.lost(db, agent, "the run was cancelled")
    merger.forget_tree(root, run)
    return ended

"""The dask engine: attempts on the workers of a Dask cluster, which has neither the plan, nor retries, nor results.

begin   the attempt in the journal -> its branch's tip on the hub -> one job
settle  what the hub has under the attempt's ref -> the verdict, as of a client of this machine; nothing there: lost
"""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import asdict, dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from fanout.engines import (
    attempt,
    cluster,
    cluster_place,
    errand,
    headless,
    hub,
    local,
    merged_checks,
    merger,
    work_trees,
)
from fanout.engines.driver import Running
from fanout.engines.headless import Ended
from fanout.errors import FanoutError
from fanout.run.agents import agents, attempts
from fanout.run.evidence import findings
from fanout.run.flow import brief, ending
from fanout.run.store import base, planned
from fanout.run.store.db import Write
from fanout.run.tasks import runs, tasks
from fanout.version import version

if TYPE_CHECKING:
    import sqlite3

    from fanout.engines.terms import Terms
    from fanout.run.store.records import Attempt, Run, Task

STOP_SECONDS = 15.0
TICK_SECONDS = 0.2
LONGEST_FINDINGS = 20_000  # of one task, in the brief of one that builds on it


@dataclass
class Sent:
    """An attempt that a worker has, or will get."""

    attempt: Attempt
    future: Any
    cluster: cluster.Cluster
    minutes: float

    def is_over(self) -> bool:
        return self.future.status in cluster.OVER or not self.cluster.is_up()

    def tell(self, over: threading.Event) -> None:
        self.future.add_done_callback(lambda _: over.set())

    def stop(self) -> None:
        self.cluster.stop(self.attempt.key)

    def wait(self, seconds: float) -> None:
        last = time.monotonic() + seconds
        while not self.is_over() and time.monotonic() < last:
            time.sleep(TICK_SECONDS)

    def why(self) -> str:
        """What the cluster says of a job that left nothing."""
        if not self.cluster.is_up():
            return "its scheduler is gone"
        return " ".join(str(self._error() or "").split())[: headless.LONGEST]

    def by(self) -> str:
        """Whose fault it is (headless.Ended) that a job left nothing: with its scheduler everything is gone, and that is no
        fault of the task."""
        if not self.cluster.is_up():
            return "driver"
        return "hub" if isinstance(self._error(), hub.Away) else "worker"

    def _error(self) -> BaseException | None:
        error: BaseException | None = self.future.exception() if self.future.status == "error" else None
        return error


class Dask:
    """See driver.Engine."""

    def __init__(self, root: str, terms: Terms) -> None:
        """Raises FanoutError where the cluster may not be used."""
        self.root = root
        self.place = cluster_place.checked(terms.place)
        self.hub = terms.hub
        self.cluster: cluster.Cluster
        self.author = ("", "")
        self.published = ""
        self.busy: SimpleQueue[str]

    def open(self, db: sqlite3.Connection, run: Run) -> None:
        work_trees.refuse_taken(self.root, run)
        if work_trees.tree_of(self.root, run) != self.root:
            raise FanoutError(f"{run.id} was started in a linked work tree.", "Start it in the project's own folder.")
        self.author = work_trees.author(self.root)
        self.hub = self.hub or self._own_hub()
        self.cluster = cluster.Cluster(self.place)
        self._refuse_others()
        self.busy = self.cluster.listen()

    def _refuse_others(self) -> None:
        """Raises FanoutError where a worker can't do what is asked of it: a job would fail there, one after another."""
        for address, seen in self.cluster.look().items():
            other = seen if isinstance(seen, str) else seen["fanout"]
            if other != version():
                self.cluster.close()
                raise FanoutError(
                    f"the worker at {address} has not fanout {version()}: {other}.",
                    f"`fanout doctor --cluster {self.place.address}` says what each worker has.",
                )

    def _own_hub(self) -> str:
        if self.place.is_encrypted:
            raise FanoutError(
                f"the workers of {self.place.address} are on other machines, and it is not said through which repository "
                "they give their work.",
                "--hub URL: one that this machine and they can push to.",
            )
        return hub.made_here(self.root)

    def recover(self, db: sqlite3.Connection, run: Run) -> None:
        if self.cluster.stop(run.id):
            time.sleep(STOP_SECONDS / 5)  # they end, and push what they have
        there = work_trees.in_branch(self.root, run)
        left = [one for one in attempts.of_run(db, run.id) if agents.get(db, one.agent).is_live]
        self._gather(left)
        for one in left:
            if not one.work and not one.is_proven:
                self._take_in(db, run, one, Ended(by="driver"), attempt.MINUTES)
            known = attempts.of_agent(db, one.agent)
            commit = there.get((one.task, one.number))
            if commit and known is not None and known.is_proven:
                merger.record(db, known, commit)

    def begin(self, db: sqlite3.Connection, run: Run, task: Task, terms: Terms, budget: float) -> Running:
        if not self.cluster.is_up():
            raise FanoutError(
                f"the scheduler at {self.place.address} is gone.", f"When it is back, `fanout drive {run.id}` goes on."
            )
        tip = work_trees.tip(self.root, run)
        self._publish(run, tip)
        number = attempts.next_number(db, run.id, task.id)
        one = attempt.noted(db, self.root, task, number, tip)
        future = self.cluster.submit(one.key, asdict(self._job(db, run, task, one, terms, budget)))
        return Sent(one, future, self.cluster, float(tasks.record(task).get("timeout_minutes") or attempt.MINUTES))

    def _job(
        self, db: sqlite3.Connection, run: Run, task: Task, one: Attempt, terms: Terms, budget: float
    ) -> errand.Job:
        told = {name: getattr(task, name) for name in ("id", "title", "agent", "estimate")}
        return errand.Job(
            key=one.key,
            ref=work_trees.ref(one),
            hub=self.hub,
            branch=work_trees.branch(run.id),
            commit=one.base,
            task={**told, "record": tasks.record(task)},
            declared=_declared(db, run, task),
            base=base.name(db, run.id),
            brief=self._brief(db, run, task),
            terms=terms.of_client(),
            budget=budget,
            number=one.number,
            author=self.author,
        )

    def _brief(self, db: sqlite3.Connection, run: Run, task: Task) -> str:
        """The brief, with what the tasks before found in it: their files are on this machine."""
        text = brief.write(db, self.root, run.id, task.id)
        for need in planned.needs_of(db, run.id, task.id):
            path = findings.of(self.root, run.id, need)
            if path:
                said = findings.read(path).strip()[:LONGEST_FINDINGS]
                text = (
                    f"{text.replace(f' (read `{path}`)', ' (what it found is below)')}\n## What {need} found\n{said}\n"
                )
        return text

    def _publish(self, run: Run, tip: str) -> None:
        """Raises Away, and FanoutError where nothing was published yet: that a hub never takes anything is no waiting."""
        if tip == self.published:
            return
        try:
            hub.publish(self.root, self.hub, run, tip)
        except hub.Away as error:
            raise error if self.published else FanoutError(error.message, error.fix) from None
        self.published = tip

    def heed(self, db: sqlite3.Connection, run: Run) -> None:
        while not self.busy.empty():
            agent = agents.by_agent_id(db, self.busy.get())
            if agent is not None and agent.run == run.id and agent.is_live:
                with Write(db):
                    runs.slow_down_for(db, agent)

    def gather(self, run: Run, over: list[Running]) -> None:
        self._gather([one.attempt for one in over])

    def _gather(self, over: list[Attempt]) -> None:
        if over:
            hub.gather(self.root, self.hub, [work_trees.ref(one) for one in over])

    def settle(self, db: sqlite3.Connection, run: Run, one: Running, ended: Ended | None) -> None:
        assert isinstance(one, Sent)
        self._take_in(db, run, one.attempt, ended or Ended(by=one.by(), said=one.why()), one.minutes)
        with contextlib.suppress(Exception):
            one.future.release()

    def _take_in(self, db: sqlite3.Connection, run: Run, one: Attempt, otherwise: Ended, minutes: float) -> None:
        """What the hub has of an attempt is kept and its verdict given; `otherwise` is its end when there is nothing."""
        commit, message, is_same = hub.gathered(self.root, work_trees.ref(one), one.base)
        end = errand.read(message) if commit else None
        if end is None:
            end = errand.End(otherwise.as_data(), one.host)
        ended = Ended(**end.ended)
        with Write(db):
            attempts.spend(db, one.agent, headless.cost(ended.result), headless.turns(ended.result))
            attempts.set_host(db, one.agent, end.host)
            attempts.keep(db, one.agent, "" if is_same else commit)
            if end.is_guarded:
                attempts.note_guard(db, one.key)
        if end.findings:
            findings.keep(self.root, run.id, one.task, end.findings)
        with Write(db):
            self._conclude(db, one, end, ended, minutes)

    def _conclude(self, db: sqlite3.Connection, one: Attempt, end: errand.End, ended: Ended, minutes: float) -> None:
        """Inside a transaction."""
        agent = agents.get(db, one.agent)
        verdict = headless.verdict(ended, minutes)
        if not agent.is_live:
            return
        if end.is_proven and verdict.state != "unguarded":
            attempts.prove(db, one.agent, end.summary)
        elif end.state and verdict.state == "judged":
            ending.conclude(db, agent, "blocked" if end.state == "blocked" else "failed", end.outcome)
        else:
            attempt.conclude(db, agent, ended, verdict)

    def merge(self, db: sqlite3.Connection, run: Run, batch: list[Attempt]) -> None:
        merger.merge(db, self.root, run, batch)

    def merged_home(self, run: Run) -> str:
        return merged_checks.home(self.root, run)

    def close(self, run: Run) -> None:
        self.cluster.stop(run.id)
        merged_checks.forget_tree(self.root, run)
        with contextlib.suppress(Exception):
            self._publish(run, work_trees.tip(self.root, run))
        self.cluster.close()


def _declared(db: sqlite3.Connection, run: Run, task: Task) -> list[dict[str, str]]:
    """What the task writes and reads, as start_run takes it."""
    return [
        {"mode": one.mode, "anchor": one.anchor, "pattern": one.pattern, "regex": one.regex}
        for one in planned.declared_of(db, run.id, task.id)
    ]


def cancel(db: sqlite3.Connection, root: str, run: Run, terms: Terms) -> str:
    """Ends every attempt of a cancelled run, on all machines. Returns what was not reached, "" for nothing."""
    local.await_driver(db, run)
    engine = Dask(root, terms)
    engine.hub = engine.hub or hub.made_here(root)
    missed = [_stopped(engine.place, run)]
    left = [one for one in attempts.of_run(db, run.id) if agents.get(db, one.agent).is_live]
    try:
        engine._gather(left)
    except hub.Away as error:
        missed.append(f"{error.message} What its workers did is there when it is back.")
    for one in left:
        engine._take_in(db, run, one, Ended(by="stop"), attempt.MINUTES)
        with Write(db):
            if agents.get(db, one.agent).is_live:
                ending.lost(db, agents.get(db, one.agent), "the run was cancelled")
    merged_checks.forget_tree(root, run)
    return " ".join(filter(None, missed))


def _stopped(place: cluster_place.Place, run: Run) -> str:
    """Ends the run's attempts on the cluster's workers. Why that was not possible, "" when it was."""
    try:
        there = cluster.Cluster(place)
    except FanoutError as error:
        return f"{error.message} So nothing was told to stop there: where it is gone, its workers end with it."
    there.stop(run.id)
    there.close()
    return ""

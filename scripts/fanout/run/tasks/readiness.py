"""What can start now, and for every other task why it can't yet.

Rolling dispatch: a task starts when what it depends on is done, a slot is free, and every conflicting task that stands
before it in the order is over. With barriers, also: when every task of the batches before it is over.
"""

from __future__ import annotations

from fanout.run.agents import agents, claims, patterns_overlap, read_only
from fanout.run.store import journal, meta, planned
from fanout.run.tasks import earlier_runs, measure, pending_launches, runs, tasks, within_reach

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Declared, Hazard, Task, TaskState

HOPELESS: tuple[TaskState, ...] = ("failed", "blocked", "cancelled")
CLIENT_CAP = 20
TESTS = "tests "  # of a run, in `meta`: the command of the project's own tests
STEPS = "the list has them in this order"
ORDER = "they may touch the same files, so the list's order holds"


class View:
    """One consistent look at a run: its tasks by id, what they need, what they conflict with, who is live or within reach."""

    __slots__ = (
        "claims",
        "db",
        "declared",
        "elsewhere",
        "follows",
        "found",
        "handed",
        "hazards",
        "listed",
        "live",
        "needs",
        "paused",
        "reachable",
        "run",
        "spans",
        "steps",
        "stood",
        "stop",
        "stuck",
        "tasks",
        "tests",
        "turn",
        "waited",
        "worked",
        "workers",
    )

    def __init__(self, db: sqlite3.Connection, run: str, is_measured: bool = True) -> None:
        self.run = runs.get(db, run)
        self.tasks = {task.id: task for task in tasks.all_of(db, run)}
        self._read_plan(db)
        known = {pending_launches.of_task(task): name for name, task in self.tasks.items()}
        self.handed = [known[one] for one in pending_launches.names(db, run) if one in known]
        self.live = agents.live(db)
        self.elsewhere = earlier_runs.at_work(db, self.run, self.live)
        self.claims = claims.foreign(db, run) if not self.run.is_driven else []
        self.declared = _declared(db, run) if self.claims else {}
        self.db = db
        self.stuck = stuck_of(self)
        self.stop = stop_of(self)
        self.turn = batch_now(self)
        self.workers = _has_workers(self, journal.agents_with(db, run, "worker", "claimed"))
        undone = [task for task in self.tasks.values() if task.state in tasks.UNDONE]
        self.reachable = {task.id: within_reach.of(db, task) for task in undone if not self.run.is_driven}
        self.tests, self.found = ("", False) if self.run.state == "active" else self._at_the_end(db)
        self.listed = list(self.tasks) if self.run.state == "active" else runs.in_list_order(db, self.run, self.tasks)
        self._measure(db) if is_measured else self._leave_unmeasured()

    def _read_plan(self, db: sqlite3.Connection) -> None:
        """What each task needs, what of that is only the list's order, and what it may not run beside."""
        self.needs: dict[str, list[str]] = {name: [] for name in self.tasks}
        for task, need in planned.needs(db, self.run.id):
            self.needs[task].append(need)
        by_order = planned.by_order(db, self.run.id)
        self.follows = {pair for pair, why in by_order.items() if why == planned.FOLLOWS}
        self.steps = by_order.keys() - self.follows
        self.hazards: dict[str, list[Hazard]] = {name: [] for name in self.tasks}
        for hazard in planned.hazards(db, self.run.id):
            self.hazards[hazard.task].append(hazard)

    def _at_the_end(self, db: sqlite3.Connection) -> tuple[str, bool]:
        """The project's own test command, "" for none; and whether tasks that only read have left what they found."""
        done = [task for task in self.tasks.values() if task.state == "done" and task.attempts]
        return meta.get(db, TESTS + self.run.id), any(map(only_reads, done))

    def _leave_unmeasured(self) -> None:
        self.spans: list[tuple[float, float]] = []
        self.worked: list[tuple[float, float]] = []
        self.waited = self.paused = self.stood = 0.0

    def _measure(self, db: sqlite3.Connection) -> None:
        """When agents were there, when they worked, and how long one of these waited for the user, by the clock."""
        spans = agents.spans(db, self.run.id)
        self.spans = [(start, end) for _, start, end, _ in spans]
        waits = journal.waits(db, self.run.id) if spans else {}
        done = [
            (start, end, measure.within(waits.get(agent, []), start, end))
            for agent, start, end, is_done in spans
            if is_done
        ]
        self.worked = [(start + measure.covered(here), end) for start, end, here in done]
        self.waited = measure.covered(one for _, _, here in done for one in here)
        self.stood = measure.stood((waits.get(agent, []) for agent, _, _, _ in spans), self.spans) if waits else 0.0
        away = measure.away(
            (one.at for one in journal.events(db, self.run.id, "taken-over", "interrupted")), self.spans
        )
        self.paused = measure.idle([*journal.pauses(db, self.run.id), *away], self.spans) if spans else 0.0

    def slots(self) -> int:
        """How many more agents may start: the run's cap, and where they are one client's its own for everything that runs."""
        of_run = sum(1 for agent in self.live if agent.run == self.run.id)
        free = min(self.run.cap, self.run.pace) - of_run
        return max(0, free if self.run.is_driven else min(free, CLIENT_CAP - len(self.live)))


def only_reads(task: Task) -> bool:
    """Whether its agent may write nothing."""
    return '"read_only"' in task.record or read_only.is_type(task.agent)


def only_finds(task: Task) -> bool:
    """Whether what it finds is all that there will be of it."""
    return only_reads(task) or tasks.writes_nothing(tasks.record(task))


def startable(view: View) -> list[Task]:
    """The tasks to launch now, in order, no more than there are slots."""
    if view.run.state != "active" or view.run.paused:
        return []
    chosen: list[Task] = []
    free = view.slots()
    for name, task in {**{name: view.tasks[name] for name in view.handed}, **view.tasks}.items():
        if len(chosen) == free:
            break
        if task.state == "pending" and not refusal(view, name):
            chosen.append(task)
    return chosen


def to_launch(view: View) -> list[Task]:
    """The tasks that Claude is to launch now: none while workers take them by themselves, or another engine runs them."""
    return [] if view.workers or view.run.engine != "agents" else startable(view)


def refusal(view: View, name: str) -> str:
    """Why a pending task can't start now, slots aside; "" when it can."""
    return held(view, name)[0]


def held(view: View, name: str) -> tuple[str, str]:
    """`refusal`, and the task that holds it: it can't start before something changes of that one. "" where none does."""
    unmet = [need for need in firm(view, name) if view.tasks[need].state not in tasks.SATISFIED]
    unmet = unmet or _behind_left_out(view, name)
    if unmet:
        lost = [need for need in unmet if view.tasks[need].state in HOPELESS or need in view.stuck]
        if lost:
            how = "comes in the list after" if all((name, need) in view.steps for need in lost) else "needs"
            return f"{how} {', '.join(lost)}, which {_fate(view, lost[0])}", unmet[0]
        if all((name, need) in view.steps or need not in view.needs[name] for need in unmet):
            return f"waits for {', '.join(unmet)}: {STEPS}", unmet[0]
        return _needs(view.tasks[name], unmet), unmet[0]
    ahead = _ahead(view, name) if view.follows else ""
    if ahead:
        return f"waits for {ahead}: {tasks.inferred(view.tasks[name]).get(ahead, ORDER)}", ahead
    policy = _held_by_policy(view, name)
    if policy:
        return policy, ""
    hazard = _held_by_hazard(view, name)
    if hazard is not None:
        return f"waits for {hazard.other}: {describe(hazard.kind, hazard.witness)}", hazard.other
    return _done_elsewhere(view, name) or _held_by_claim(view, name), ""


def _behind_left_out(view: View, name: str) -> list[str]:
    """What stands before a step that was passed over stays before the steps after it."""
    found: list[str] = []
    seen = {name}
    open_ = [(name, need) for need in view.needs[name]]
    while open_:
        pair = open_.pop()
        if pair[1] in seen or pair not in view.steps or not _was_passed_over(view.tasks[pair[1]]):
            continue
        seen.add(pair[1])
        open_ += [(pair[1], need) for need in view.needs[pair[1]]]
        before = (need for need in firm(view, pair[1]) if view.tasks[need].state in ("pending", "running"))
        found += [need for need in before if need not in view.stuck and need not in found]
    return found


def _needs(task: Task, unmet: list[str]) -> str:
    """`needs 01, 02`, or where the list states none of it `waits for 01: inferred, the steps are in order`; both where it states
    some."""
    inferred = tasks.inferred(task)
    stated = [need for need in unmet if need not in inferred]
    rest = [need for need in unmet if need in inferred]
    why = f"waits for {', '.join(rest)}: inferred, {inferred[rest[0]]}" if rest else ""
    return "; ".join(filter(None, (f"needs {', '.join(stated)}" if stated else "", why)))


def built_on(view: View, name: str) -> list[str]:
    """The tasks that are done and could not do without this one."""
    return [one for one, task in view.tasks.items() if task.state == "done" and name in firm(view, one)]


def firm(view: View, name: str) -> list[str]:
    """What a task can't do without; that the list has another one first is no such need."""
    return [need for need in view.needs[name] if (name, need) not in view.follows]


def _ahead(view: View, name: str) -> str:
    """A task that is to be over before this one, by the list's order alone; or one behind it that runs already, when this one
    is tried again. "" for none."""
    open_ = [need for need in view.needs[name] if (name, need) in view.follows]
    met: set[str] = set()
    while open_:
        need = open_.pop()
        state = view.tasks[need].state
        is_passed = _was_passed_over(view.tasks[need])
        if need in met or (state in tasks.OVER and not is_passed):
            continue
        if not is_passed and need not in view.stuck:
            return need
        met.add(need)  # it never starts: what it waits for stays ahead
        open_ += view.needs[need]
    running = [one for one, task in view.tasks.items() if task.state == "running"] if view.tasks[name].attempts else []
    return next((one for one in running if name in ancestors(view, one)), "")


def _was_passed_over(task: Task) -> bool:
    """Whether it is over and never began here: left out, or ticked while what stands before it was still open."""
    return task.state == "skipped" or (task.state == "done" and not task.attempts)


def ancestors(view: View, name: str, is_firm: bool = False) -> set[str]:
    """All that stands before a task, however far; `is_firm`: only what it can't do without."""
    return planned.reached(name, lambda one: firm(view, one) if is_firm else view.needs[one])


def is_over(view: View) -> bool:
    """Nothing runs and nothing can start any more."""
    if any(task.state == "running" for task in view.tasks.values()):
        return False
    return not any(task.state == "pending" and may_still_start(view, name) for name, task in view.tasks.items())


def may_still_start(view: View, name: str) -> bool:
    """Whether a pending task is not lost, as far as is known."""
    return name not in view.stuck and not stopped(view, name)


def _held_by_hazard(view: View, name: str) -> Hazard | None:
    mine = place(view, name)
    for hazard in view.hazards[name]:
        other = view.tasks[hazard.other]
        if other.state == "running":
            return hazard
        if other.state == "pending" and place(view, other.id) < mine and may_still_start(view, other.id):
            return hazard
    return None


def place(view: View, name: str) -> tuple[bool, int, int]:
    """Where a task stands in the queue for a contested path: what Claude was told to launch comes first, whatever the order
    is by now; with barriers its batch."""
    task = view.tasks[name]
    return (name not in view.handed, task.batch if view.run.mode == "barrier" else 0, task.rank)


def describe(kind: str, witness: str) -> str:
    """A hazard in words: those of the plan (fanout.plan.hazards.clause)."""
    if kind == "write-write":
        return f"both write {witness}"
    if kind == "read-write":
        return f"one writes {witness}, the other reads it"
    if kind == "resource":
        return f"both use {witness}"
    return witness or "they exclude each other"


def _done_elsewhere(view: View, name: str) -> str:
    agent = view.elsewhere.get(name)
    if agent is None:
        return ""
    return f"waits for {agent.agent_id or agent.description} of {agent.run}, which does it still: its end counts here"


def _held_by_claim(view: View, name: str) -> str:
    run = view.run.id
    for claim in view.claims:
        if (claim.owner.run, claim.owner.task) == (run, name):
            continue
        if any(patterns_overlap.may(declared, claim) for declared in view.declared.get(name, ())):
            return f"waits for {agents.name_of(claim.owner, run)}, which has {claim.pattern}"
    return ""


def _held_by_policy(view: View, name: str) -> str:
    if stopped(view, name):
        return f"the run stops after a failure ({view.run.on_failure})"
    if view.run.mode == "barrier" and view.tasks[name].batch > view.turn:
        return f"batch {view.turn} is not over"
    return ""


def batch_now(view: View) -> int:
    """The first batch that is not over, 0 for none."""
    open_ = [
        task.batch
        for name, task in view.tasks.items()
        if task.state == "running" or (task.state == "pending" and may_still_start(view, name))
    ]
    return min(open_, default=0)


def stopped(view: View, name: str) -> bool:
    """Whether a failure elsewhere keeps this task from ever starting, by the run's policy."""
    return view.stop is not None and view.tasks[name].batch > view.stop


def stop_of(view: View) -> int | None:
    """The last batch that may still start after a failure, by the run's policy; None when nothing is stopped."""
    policy = view.run.on_failure
    failed = [task.batch for task in view.tasks.values() if _failed(task)]
    if policy not in ("fail-fast", "gate") or not failed:
        return None
    return -1 if policy == "fail-fast" else min(failed)


def _failed(task: Task) -> bool:
    """Whether the task failed in this run: one that was blocked in its list has not been tried."""
    return task.state == "failed" or (task.state == "blocked" and task.attempts > 0)


def stuck_of(view: View) -> set[str]:
    """The pending tasks that depend, however far, on one that failed."""
    after = needing(view)
    stuck: set[str] = set()
    queue = [name for name, task in view.tasks.items() if task.state in HOPELESS]
    while queue:
        for name in after.get(queue.pop(), ()):
            if name not in stuck and view.tasks[name].state == "pending":
                stuck.add(name)
                queue.append(name)
    return stuck


def is_stuck_by_order(view: View, name: str) -> bool:
    """Whether nothing but the order of the list's steps holds a task back for good."""
    open_, seen = [name], {name}
    while open_:
        one = open_.pop()
        lost = [need for need in firm(view, one) if view.tasks[need].state in HOPELESS or need in view.stuck]
        if any((one, need) not in view.steps for need in lost):
            return False
        open_ += [need for need in lost if need in view.stuck and need not in seen]
        seen.update(lost)
    return True


def needing(view: View) -> dict[str, list[str]]:
    """For each task those that can't do without it."""
    after: dict[str, list[str]] = {}
    for name in view.needs:
        for need in firm(view, name):
            after.setdefault(need, []).append(name)
    return after


def _fate(view: View, name: str) -> str:
    state = view.tasks[name].state
    return "can't start" if state == "pending" else {"failed": "failed", "blocked": "is blocked"}.get(state, state)


def _has_workers(view: View, known: set[int]) -> bool:
    """Whether agents of the client work that take the run's tasks by themselves; `known` have done so."""
    return any(agent.id in known and not agent.agent_id.startswith(agents.WORKER) for agent in view.live)


def _declared(db: sqlite3.Connection, run: str) -> dict[str, list[Declared]]:
    by_task: dict[str, list[Declared]] = {}
    for declared in planned.declared(db, run):
        by_task.setdefault(declared.task, []).append(declared)
    return by_task

"""What the main conversation is told of one task's result: a line, and of a failure what it means for the rest and the
ways on. What its agent was to do about it is for its agent alone."""

from __future__ import annotations

from fanout.run.changes import changes
from fanout.run.evidence import gaps, permissions
from fanout.run.store import base, journal, meta
from fanout.run.tasks import readiness, runs, tasks, waits_to_be_judged, within_reach

MOST_NAMED = 3
ENDED = (".", "?", "!")  # of a sentence
MOST_RETRIED = 8  # in one command
LONGEST_NAMED = 120
WAYS = "ways on after a failure"  # said in full once to a conversation
ANEW = "takes its changes back and does it anew"
NOTE = " (`--note '...'` tells its agent more)"

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Event, Task


def told(db: sqlite3.Connection, view: readiness.View, name: str, said: str = "") -> str:
    """The result of a task; without the words that its agent's notification `said` already."""
    task = view.tasks[name]
    if task.state == "pending":
        return _pending(db, view, task)
    if task.state == "running" and (after := _after(db, view, task)):
        return f"Another agent does {tasks.called(name, 'task')} now{after}"
    result = line(view, name, said)
    if task.state in tasks.UNDONE and view.run.state == "active" and not task.outcome.startswith(tasks.STOPPED):
        end = "" if result.endswith(ENDED) else "."
        return (
            f"{result}{end} {meaning(view, name)}{'' if waits_to_be_judged.is_so(db, task) else f' {ways(db, task)}'}"
        )
    left_there = stands(db, task) if task.state == "skipped" else ""
    return f"{result}.{left_there}" if left_there else result


def permits(refused: list[Task]) -> str:
    """How what was refused to the agents of these is allowed."""
    return permissions.way([task.outcome for task in refused])


def _pending(db: sqlite3.Connection, view: readiness.View, task: Task) -> str:
    """Of a task whose agent ended and that is to be done all the same."""
    called = tasks.called(task.id)
    if view.run.paused:
        lacks = (tasks.UNPERMITTED, permissions.REFUSED)
        is_refused = task.outcome.startswith(lacks) or view.run.paused.startswith(tasks.UNPERMITTED)
        how = "got no permission" if is_refused else "was cut off"
        return f"{called} {how}; it starts anew after `fanout go {view.run.id}`.{stands(db, task)}"
    refused = journal.last(db, task.run, task.id, "overloaded", "launched")
    if refused is not None and refused.kind == "overloaded":
        many = "one agent" if view.run.pace == 1 else f"at most {view.run.pace} agents"
        return (
            f"{called} was refused by the API, no fault of the task ({refused.facts['error'].rstrip(' .')}). It starts again, "
            f"with {many} at once until results come.{stands(db, task)} Tell the user."
        )
    again = "starts again" if task in readiness.to_launch(view) else "is to start again"
    return f"{called} {again}{_after(db, view, task)}" if task.outcome else f"{called} is to be done anew."


def stands(db: sqlite3.Connection, task: Task) -> str:
    """` What it changed stands: a.py.`, "" when it changed nothing."""
    names = changed(db, task)
    return f" What it changed stands: {names}." if names else ""


def changed(db: sqlite3.Connection, task: Task) -> str:
    """`a.py, b.py, c.py and 2 more`: the files that a task changed and that hold it still; "" when there are none."""
    from fanout.run.changes import changes
    from fanout.run.commits import taken_back

    root, prefix, made = meta.root(db), base.name(db, task.run), changes.of_task(db, task.run, task.id)
    gone = taken_back.of_task(db, root, task.run, task.id, made)
    names = [base.shown(root, prefix, path) for path in made if path not in gone]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"


def heard(db: sqlite3.Connection, view: readiness.View, name: str) -> bool:
    """Main is told the result of a task now: whether for the first time. Inside a transaction."""
    is_new = journal.say_once(db, view.run.id, _key(view.tasks[name]))
    if view.tasks[name].state in tasks.UNDONE and not waits_to_be_judged.is_so(db, view.tasks[name]):
        journal.say_once(db, view.run.id, WAYS)
    return is_new


def forget(db: sqlite3.Connection, run: str) -> None:
    """The conversation has lost what it was told. Inside a transaction."""
    journal.unsay(db, run, WAYS)


def widened(db: sqlite3.Connection, view: readiness.View, calls: list[Task]) -> tuple[str, ...]:
    """Why tasks are launched again whose first agents asked for more and got it: a line each, once. Inside a transaction."""
    again = [task for task in calls if task.attempts and task.state == "pending"]
    asked = [task for task in again if _widening(db, task) is not None]
    return tuple(_pending(db, view, task) for task in asked if journal.say_once(db, view.run.id, _key(task)))


def _widening(db: sqlite3.Connection, task: Task) -> Event | None:
    """That the task was opened again for what its agent asked for and got."""
    last = journal.last(db, task.run, task.id, "scope-widened", "task-reopened")
    return last if last is not None and last.kind == "scope-widened" else None


def unheard(db: sqlite3.Connection, view: readiness.View) -> tuple[str, ...]:
    """The results of agents that ended and that main was not told yet: a line each. Inside a transaction."""
    ended = [name for name, task in view.tasks.items() if task.state in ("done", *tasks.UNDONE) and task.attempts]
    return tuple(line(view, name) for name in ended if journal.say_once(db, view.run.id, _key(view.tasks[name])))


def judged_later(db: sqlite3.Connection, view: readiness.View) -> tuple[str, ...]:
    """What came of tasks that could not be judged as their agents ended: a line each, once. Inside a transaction."""
    over = [name for name in view.tasks if view.tasks[name].state in ("done", "failed")]
    waited = [name for name in journal.tasks_with(db, view.run.id, "not-judged") if name in over]
    lasts = {name: journal.last(db, view.run.id, name, "not-judged") for name in waited}
    ended = [name for name, last in lasts.items() if last is not None and "summary" in last.facts]
    return tuple(told(db, view, name) for name in ended if journal.say_once(db, view.run.id, _key(view.tasks[name])))


def key_of_end(view: readiness.View) -> str:
    """Under which main is told once that the run is over: it may be opened again, and end again."""
    return f"the run is over {sum(task.attempts for task in view.tasks.values())}"


def _key(task: Task) -> str:
    return f"result {task.id}:{task.attempts} {task.state}"


def line(view: readiness.View, name: str, said: str = "") -> str:
    """`01 done: added the routes`; without the words that `said` has."""
    task = view.tasks[name]
    outcome = f": {task.outcome}" if task.outcome and task.outcome not in said else ""
    word = tasks.word(task)
    if readiness.only_reads(task):  # what such a task found is its result: no check is missing
        word = word.replace(tasks.NOT_CHECKED, tasks.ITS_FINDINGS)
    return f"{tasks.called(name)} {word}{outcome}"


def meaning(view: readiness.View, name: str) -> str:
    """What a task that failed keeps from starting."""
    waiting = [other for other in view.stuck if name in readiness.ancestors(view, other, is_firm=True)]
    stopped = any(readiness.stopped(view, other) for other, task in view.tasks.items() if task.state == "pending")
    if stopped:
        return f"The run starts nothing more after a failure ({view.run.on_failure})."
    if waiting:
        order = [other for other in view.tasks if other in waiting]
        if all(readiness.is_stuck_by_order(view, other) for other in order):
            stand, start = ("stands", "doesn't") if len(order) == 1 else ("stand", "don't")
            way = f"`fanout first {view.run.id}/{order[0]}` starts {'it' if len(order) == 1 else 'one'} all the same"
            return f"{tasks.few(order)} {stand} behind it in the list and {start} start; {way}."
        needs, start = ("needs", "doesn't") if len(order) == 1 else ("need", "don't")
        return f"{tasks.few(order)} {needs} it and {start} start; nothing else waits for it."
    behind = [other for other, task in view.tasks.items() if (other, name) in view.follows and task.state == "pending"]
    if behind:
        wait, they = ("waits", "it") if len(behind) == 1 else ("wait", "them")
        return f"{tasks.few(behind)} no longer {wait} for it: only the list's order put {they} behind it."
    return "No other task waits for it."


def ways(db: sqlite3.Connection, task: Task) -> str:
    """How it goes on after a failure: taken back and anew, without it, by hand, with the same agent."""
    name = f"{task.run}/{task.id}"
    if tasks.is_unpermitted(task.outcome):
        return f"Tell the user what is to be allowed, {permits([task])}; then `fanout retry {name}` does it anew."
    if runs.get(db, task.run).is_driven:
        return f"Tell the user. `fanout retry {name}` does it anew{NOTE}, `fanout skip {name}` goes on without it."
    agent = within_reach.of(db, task)
    sent = journal.last(db, task.run, task.id, "sent-back")
    if sent is not None and gaps.NOT_HERE in sent.facts.get("missing", ""):
        return (
            f"Tell the user. `fanout amend {name} --accept 'COMMAND'` gives it another check; then `fanout done {name}` takes "
            f"what is there, `fanout retry {name}` does it anew."
        )
    if journal.is_said(db, task.run, WAYS):
        same = f"SendMessage to {agent}, " if agent else ""
        return f"Tell the user. Ways on: `fanout retry {name}`, `fanout skip {name}`, {same}`fanout done {name}`."
    has_made = bool(changes.of_task(db, task.run, task.id))
    if task.state == "blocked" and not has_made:
        return _answered(name, agent)
    same = f"; a small gap: SendMessage to {agent} with what is missing, the same agent goes on where it stands"
    return (
        f"Tell the user. `fanout retry {name}` {ANEW if has_made else 'does it anew'}{NOTE}, `fanout skip {name}` goes on "
        f"without it{same if agent else ''}; {'fixed' if has_made else 'done'} by hand: `fanout done {name}`."
    )


def _answered(name: str, agent: str) -> str:
    """Of a task whose agent wrote nothing, and says why: mostly it asks something."""
    same = f", or SendMessage to {agent} with it" if agent else ""
    return (
        f"Tell the user why. With their answer: `fanout retry {name}` with `--note 'the answer'`{same}; without it: `fanout skip "
        f"{name}`; done by hand: `fanout done {name}`."
    )


def _after(db: sqlite3.Connection, view: readiness.View, task: Task) -> str:
    """With what, and after what."""
    why = readiness.refusal(view, task.id)
    waits = f" It {why}." if why else ""
    widening = _widening(db, task)
    if widening is not None:
        path = str(widening.facts["path"])
        why_so = str(widening.facts["why"]).removeprefix(f"{path}, ").rstrip(".")
        return f" with {path}, which its agent asked for: {why_so}.{stands(db, task)}{waits}"
    return f": {task.outcome.rstrip('.')}.{waits}" if task.outcome else ""


def left(view: readiness.View, is_same_session: bool = True, said: str = "") -> str:
    """Of a run that is over: what failed, why where `said` has not said it, and how it goes on; "" when nothing did. In a later
    session nobody can speak to its agents any more."""
    back = " ".join(filter(None, [_judged_later(view), _taken_back(view)]))
    undone = [task for task in view.tasks.values() if task.state in tasks.UNDONE]
    failed = [task for task in undone if not waits_to_be_judged.is_so(view.db, task)]
    if not failed:
        return back
    named = "; ".join(_why(task, said) for task in failed[:MOST_NAMED])
    more = f"; and {len(failed) - MOST_NAMED} more" if len(failed) > MOST_NAMED else ""
    named += more
    end = "" if named.endswith(ENDED) else "."
    if all(tasks.is_unpermitted(task.outcome) for task in failed):
        names = " ".join(f"{view.run.id}/{task.id}" for task in failed[:MOST_RETRIED])
        it = "it" if len(failed) == 1 else "them"
        again = f" Once the user allows it, {permits(failed)}: `fanout retry {names}` does {it} anew."
        return f"Not done: {named}{end}{'' if is_same_session else again}"  # else `next_message` said it before
    name = f"{view.run.id}/{failed[0].id}"
    each = ", for each of them" if len(failed) > 1 else ""
    held_up = "; what it held up starts then" if any(t.state == "pending" for t in view.tasks.values()) else ""
    agent = view.reachable.get(failed[0].id, "") if is_same_session else ""
    # Its run is over, so no hook judges what the agent does then.
    is_blocked, has_made = (
        failed[0].state == "blocked",
        any(changes.of_task(view.db, task.run, task.id) for task in failed),
    )
    same = f"; a small gap: SendMessage to {agent}, then `fanout done {name}`" if agent and has_made else ""
    again = f"with the user's answer (`--note '...'`) `fanout retry {name}`" if is_blocked else f"`fanout retry {name}`"
    return (
        f"Not done: {named}{end} To go on{each}: {again} {ANEW if has_made else 'does it anew'}{'' if is_blocked else NOTE}, "
        f"`fanout skip {name}` goes on without it{same}; {'fixed' if has_made else 'done'} by hand: `fanout done "
        f"{name}`{held_up}."
        f"{' ' if back else ''}{back}"
    )


def _why(task: Task, said: str) -> str:
    """`03 failed: no key`; without the reason where that was said."""
    return f"{task.id} {task.state}" + ("" if task.outcome in said else f": {_cut(task.outcome)}")


def _judged_later(view: readiness.View) -> str:
    """`Nothing is to be done for 7: it is judged again by itself when 4 is done.`, "" where no task waits for that."""
    later = [waits_to_be_judged.when(view.db, task) for task in view.tasks.values()]
    return f"Nothing is to be done for {'; '.join(filter(None, later))}." if any(later) else ""


def _taken_back(view: readiness.View) -> str:
    """`Its work was taken back: 03. ...`, "" when nobody has undone a task."""
    names = [
        name for name, task in view.tasks.items() if task.state == "cancelled" and task.outcome == tasks.TAKEN_BACK
    ]
    each = ", each by its name" if len(names) > 1 else ""
    return (
        f"Taken back: {tasks.few(names)}; `fanout retry {view.run.id}/{names[0]}` does it again{each}." if names else ""
    )


def _cut(text: str) -> str:
    line = " ".join(text.split()).rstrip(".")
    return tasks.shortened(line, LONGEST_NAMED)

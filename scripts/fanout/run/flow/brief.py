"""The brief: the whole instruction of a task's agent, so that the main conversation need not carry it."""

from __future__ import annotations

import json
import os

from fanout.run.agents import agents, attempts, read_only, worktree
from fanout.run.commits import users_changes
from fanout.run.evidence import findings
from fanout.run.store import base, expressions, journal, meta, noted_work, paths, planned, run_files
from fanout.run.tasks import asked_tests, pending_launches, report_files, runs, tasks

ISOLATED = (
    "You have a worktree of your own: the folder that you start in is the project's root, as of the last commit, with what "
    "finished tasks of this run and your own files have uncommitted, and nothing else. Stay in it; when you are done, your "
    "changes are brought into the project."
)

APART = (
    "You have a work tree of your own: the folder that you start in is the project's root, with everything that is merged so "
    "far. Stay in it. Commit nothing: when you are done, all your changes are committed and merged for you."
)

WORKFLOWS_END = (
    "## How to end\nThen call StructuredOutput: state `done`, `blocked` or `needs`; as summary what you did (of a task that only "
    "reads, what you found), or why not, or the path and why you need it. Leave `next` out. What is missing is answered: fix it, "
    "call it again."
)

SIBLINGS = "A test that fails for a file that isn't yours may be a sibling's half-written work: don't wait for it, don't fix it."
ONLY_BEFORE = (
    "The list has it before yours, nothing more is known: if yours can't be done without it, end with BLOCKED."
)
ALSO_CHANGED = "It also changed what is not among yours: {paths}. Leave that as it is, and say so in your last message."
ALLOWED = "You are started as the user may have allowed that since: try it."
NOTHING_CHANGED = "If you change nothing, write above that line what you ran or looked at, and what came out."
NO_FILES = "The list names none for this task: write what it needs. What another agent has is denied to you, by name."
NO_FILE = (
    "The list has this task write no file: change none of the project's. What you find is its result. If it can't be done so, "
    "end with NEEDS."
)
AMENDED = "## From whoever leads this run, since the list was written: this holds over all else here"
ENDINGS: tuple[EventKind, ...] = (
    *("task-failed", "task-blocked", "agent-lost", "merge-refused", "overloaded"),
    *("task-done", "refused-at-end"),  # done, and taken back since
)
MOST_NAMED = 12
SHORTEST_STEM = 3  # of a file's name that another task's words may name
MOST_OF_USER = 5

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from fanout.run.store.records import Event, EventKind, Run, Task


def write(db: sqlite3.Connection, root: str, run: str, task: str) -> str:
    """Composes the brief and makes the folders that it names. Returns its text. Raises FanoutError, OSError."""
    known = tasks.get(db, run, task)
    os.makedirs(run_files.scratch(root, run, task), exist_ok=True)
    os.makedirs(os.path.dirname(run_files.result(root, run, task)), exist_ok=True)
    return compose(db, root, known)


def compose(db: sqlite3.Connection, root: str, task: Task) -> str:
    """The brief of one task as Markdown."""
    run = runs.get(db, task.run)
    home = base.of_run(root, run)
    document = json.loads(run.plan)
    record = tasks.record(task)
    shown_from = home if not run.is_driven else os.devnull  # from a tree of its own all that is kept is elsewhere
    parts = [
        f"# Task {task.id}: {task.title or task.id}",
        f"You do one task of the run `{task.run}` ({run.title or run.source}). Other agents may work "
        f"in the same repository at the same time. {_place(run, record, home)}",
        _description(task, record),
        _notes_part(document),
        _amended_part(record),
        _launchers_part(db, task),
        _files_part(
            document, record, _is_reader(task, record), _expected(db, root, run, task), _users(db, root, run, task)
        ),
        _accept_part(record),
        _upstream_part(db, root, shown_from, task),
        _earlier_part(db, root, shown_from, task),
        _rules_part(db, task, record),
        _ending_part(db, root, home, task, record),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _description(task: Task, record: dict[str, Any]) -> str:
    """What the list says beyond the title, which stands above."""
    text = str(record.get("description") or "").strip()
    return "" if text == task.title.strip() else text


def _notes_part(document: dict[str, Any]) -> str:
    """What the list says of all its tasks."""
    notes = str(document.get("notes") or "").strip()
    return f"## The list says for all its tasks\n{notes}" if notes else ""


def _place(run: Run, record: dict[str, Any], home: str) -> str:
    """Where the task's agent works."""
    if run.is_driven:
        return APART
    return ISOLATED if worktree.is_wanted(record) else f"Project root: {home}"


def _amended_part(record: dict[str, Any]) -> str:
    """What `fanout amend` and `fanout retry --note` said of the task: the user's words, or those of who leads the run."""
    words = (record.get("amended") or [])[::-1]
    if not words:
        return ""
    order = "Newest first: where two differ, the newer one holds.\n" if len(words) > 1 else ""
    return f"{AMENDED}\n{order}" + "\n".join(f"- {word}" for word in words)


def _launchers_part(db: sqlite3.Connection, task: Task) -> str:
    """What the newest launch of the task that said something said beside the ordered line."""
    launched = journal.of_task(db, task.run, task.id, "launched")
    said = [one.facts["said"] for one in launched if one.facts.get("said")]
    lines = "\n".join(f"> {line}".rstrip() for line in str(said[-1]).splitlines()) if said else ""
    return f"## From whoever launched you\n{lines}" if lines else ""


def _expected(db: sqlite3.Connection, root: str, run: Run, task: Task) -> list[str]:
    """What an agent that read list and project expects the task to change, as its agent would name it."""
    known = json.loads(run.predicted).get("writes", {}).get(task.id) or {}
    prefix = base.name(db, run.id)
    return [base.shown(root, prefix, path) for path in known.get("paths", ())]


def _users(db: sqlite3.Connection, root: str, run: Run, task: Task) -> str:
    """Which files that the task may write hold what the user has changed and not committed."""
    record = tasks.record(task)
    own = {} if run.is_driven or worktree.is_wanted(record) or _is_reader(task, record) else noted_work.own(db)
    folds, lists = meta.folds_case(db), {os.path.join(root, path) for path in json.loads(run.files)}
    declared = [one.regex for one in planned.writes_of(db, run.id, task.id)] if own else []
    keys = {name: paths.key(name, folds) for name in own if os.path.join(root, name) not in lists}
    names = [
        name for name, key in keys.items() if not declared or any(expressions.matches(one, key) for one in declared)
    ]
    found = [one.name for one in users_changes.at_stake(db, root, run.id, names[: MOST_OF_USER + 1])]
    if not found:
        return ""
    prefix = base.name(db, run.id)
    named = _listed([base.shown(root, prefix, name) for name in found[:MOST_OF_USER]])
    more = " and more" if len(found) > MOST_OF_USER else ""
    it_holds = "holds" if len(found) == 1 else "hold"
    return f"{named}{more} {it_holds} uncommitted changes of the user's: build on them, keep them."


def _files_part(
    document: dict[str, Any], record: dict[str, Any], is_reader: bool, expected: list[str], users: str
) -> str:
    lines = []
    context = list(document.get("context_files") or [])
    if context:
        lines.append("Read first: " + _listed(context))
    if reads := [path for path in record.get("reads") or [] if path != "**"]:  # that names nothing
        lines.append("Read: " + _listed(reads))
    if record.get("read_only"):
        lines.append("Write nothing: this task only reads.")
    elif record.get("writes"):
        lines.append("Write only: " + _listed(record["writes"]))
        lines += [asked_tests.SAID] if asked_tests.are_unnamed(record) else []
        lines += filter(None, [report_files.advice(record["writes"])])
    elif tasks.writes_nothing(record):
        lines.append(NO_FILE)
    elif not is_reader:
        likely = f" Whoever read the project for it expects these to change: {_listed(expected)}." if expected else ""
        lines.append(NO_FILES + likely)
    lines += [users] if users else []
    resources = [item["name"] for item in record.get("resources") or [] if item.get("mode") == "exclusive"]
    if resources:
        lines.append("Yours alone while you work: " + ", ".join(resources))
    return "## Files\n" + "\n".join(lines) if lines else ""


def _accept_part(record: dict[str, Any]) -> str:
    lines = []
    for item in record.get("accept") or []:
        text, command = item.get("text") or "", item.get("command")
        if command and text.strip(" `.") == command:
            text = ""
        lines.append("- " + " ".join(part for part in (text, f"`{command}` exits 0" if command else "") if part))
    return "## Done means\n" + "\n".join(lines) if lines else ""


def _upstream_part(db: sqlite3.Connection, root: str, home: str, task: Task) -> str:
    """What the task builds on; and, apart, what only stands before it in the list."""
    by_order = planned.by_order_of(db, task.run, task.id)
    builds_on: list[str] = []
    before: list[str] = []
    for need in planned.needs_of(db, task.run, task.id):
        other = tasks.get(db, task.run, need)
        if need in by_order and other.state == "done" and not _is_near(task, other):
            continue
        line = _of_other(root, home, other, is_before=by_order.get(need) == planned.FOLLOWS)
        (before if need in by_order else builds_on).append(line)
    parts = {"What this builds on": builds_on, "Before this in the list": before}
    return "\n\n".join(f"## {title}\n" + "\n".join(lines) for title, lines in parts.items() if lines)


def _is_near(task: Task, other: Task) -> bool:
    """Whether a task may have to do with one that stands before it: either names no files, both name one, or its words name
    one of the other's."""
    own, theirs = tasks.record(task).get("writes") or [], tasks.record(other).get("writes") or []
    if not own or not theirs or set(own) & set(theirs):
        return True
    said = f"{task.title} {task.record}".lower()
    stems = (os.path.splitext(os.path.basename(path))[0].lower() for path in theirs)
    return any(len(stem) >= SHORTEST_STEM and stem in said for stem in stems)


def _of_other(root: str, home: str, other: Task, is_before: bool) -> str:
    """`- 01 Rate limiter: wrote it`. `is_before`: it may have ended without being done."""
    if is_before and other.state not in tasks.SATISFIED:
        return f"- {other.id} {other.title}: {other.state}. {ONLY_BEFORE}"
    if other.state == "skipped":
        return f"- {other.id} {other.title}: left out of this run. Do without it, and don't do it yourself."
    details = findings.of(root, other.run, other.id)
    more = f" (read `{run_files.shown(home, details)}`)" if details else ""
    return f"- {other.id} {other.title}: {other.outcome or other.state}{more}".rstrip()


def _earlier_part(db: sqlite3.Connection, root: str, home: str, task: Task) -> str:
    """Why an agent before this one did not finish the task, what stands of its work, what was granted since."""
    last = journal.last(db, task.run, task.id, *ENDINGS)
    if last is None or task.state == "done":
        return ""
    if last.kind == "merge-refused" or attempts.last(db, task.run, task.id):
        return _attempt_part(db, task, _ended(last))
    from fanout.run.changes import changes

    prefix = base.name(db, task.run)
    lines = [f"It ended: {_ended(last)}"]
    lines += [ALLOWED] if tasks.is_unpermitted(_ended(last)) else []
    granted = [one.facts["path"] for one in journal.of_task(db, task.run, task.id, "scope-widened")]
    if granted:
        lines.append(f"Granted since, yours to write now: {_listed([base.shown(root, prefix, p) for p in granted])}")
    lines += _written_since(db, root, prefix, task, granted)
    wrote, others = _apart(db, root, task, list(changes.of_task(db, task.run, task.id)))
    if wrote or others:
        lines += [f"What it changed stands, go on from there: {_listed(wrote[:MOST_NAMED])}"] if wrote else []
        lines += [ALSO_CHANGED.format(paths=_listed(others[:MOST_NAMED]))] if others else []
    elif last.kind == "overloaded":
        return ""  # nothing of it is left, and it was no fault of the task
    elif not _is_reader(task, tasks.record(task)):
        lines.append("Nothing of it is in the tree: begin anew.")
    details = findings.of(root, task.run, task.id) if task.state != "running" else ""
    if details := details or findings.earlier(root, task.run, task.id, task.attempts):
        lines.append(f"More of what it found: `{run_files.shown(home, details)}`")
    return "## An agent before you\n" + "\n".join(f"- {line}" for line in lines)


def _apart(db: sqlite3.Connection, root: str, task: Task, names: list[str]) -> tuple[list[str], list[str]]:
    """What an agent before changed, as the task's agent names it: the task's own files, and others. A task that declares none
    may write what it needs, but for what the list says to leave alone."""
    folds, prefix = meta.folds_case(db), base.name(db, task.run)
    mine = [one.regex for one in planned.writes_of(db, task.run, task.id)]
    spared = [one.regex for one in planned.spared_of(db, task.run, task.id)]
    own: list[str] = []
    others: list[str] = []
    for path in names:
        key = paths.key(path, folds)
        is_own = any(expressions.matches(one, key) for one in mine)
        is_left = not is_own and (bool(mine) or any(expressions.matches(one, key) for one in spared))
        (others if is_left else own).append(base.shown(root, prefix, path))
    return own, others


def _written_since(db: sqlite3.Connection, root: str, prefix: str, task: Task, granted: list[str]) -> list[str]:
    """What other tasks of the run have done to the paths that were granted: a task starts again upon that."""
    from fanout.run.changes import changes

    found = []
    for other in tasks.in_state(db, task.run, "done"):
        theirs = set(changes.of_task(db, task.run, other.id)) & set(granted) if other.id != task.id else ()
        if theirs:
            named = _listed([base.shown(root, prefix, path) for path in sorted(theirs)])
            found.append(f"Task {other.id} ({other.title}) wrote {named} in this run: build on that, keep what it did.")
    return found


def _ended(last: Event) -> str:
    """How the agent before ended, in its words or the journal's."""
    if last.kind == "overloaded":
        return "the API refused it, no fault of the task"
    said = str(last.facts.get("outcome") or last.facts.get("how") or last.facts.get("gap"))
    return f"done ({said}), and taken back since" if last.kind == "task-done" else said


def _attempt_part(db: sqlite3.Connection, task: Task, why: str) -> str:
    """Of a task that an attempt before did not bring into the run's branch: why, and where its work is."""
    lines = [f"It ended: {why}", "Nothing that it changed is in your tree: it is as everything merged so far left it."]
    kept = [one.work for one in attempts.of_task(db, task.run, task.id) if one.work and not one.merged]
    if kept:
        lines.append(f"What it did is kept: `git show {kept[-1]}`. Take from it what fits what is here now.")
    return "## An agent before you\n" + "\n".join(f"- {line}" for line in lines)


def _rules_part(db: sqlite3.Connection, task: Task, record: dict[str, Any]) -> str:
    if _is_reader(task, record):
        run_too = "" if read_only.is_ours(task.agent) else ", and run what only checks"  # ours have no shell
        return f"## Rules\n- Read{run_too}; change nothing."
    own = "Change only your own files. " if record.get("writes") else ""
    lines = [f"{own}A denied write names the owner and the ways out; don't work around it."]
    if not worktree.is_wanted(record) and _has_siblings(db, task):
        lines.append(SIBLINGS)
    lines.append(
        "Git: no command that touches the whole tree (`git add -A`, `commit -a`, `checkout .`, `stash`, `reset`); "
        "name your own files, or leave the commit to whoever leads the run."
    )
    if record.get("writes"):
        lines.append(
            "A file above that turns out not to be needed: add `not needed: its path` to what you say you did; one that is "
            "right as it stands: `already right: its path`."
        )
    return "## Rules\n" + "\n".join(f"- {line}" for line in lines)


def _is_reader(task: Task, record: dict[str, Any]) -> bool:
    return bool(record.get("read_only")) or read_only.is_type(task.agent)


def _has_siblings(db: sqlite3.Connection, task: Task) -> bool:
    """Whether another task of the run is worked on in the same tree, or was just handed out."""
    if runs.get(db, task.run).is_driven:
        return False
    if any(other.id != task.id for other in tasks.in_state(db, task.run, "running")):
        return True
    handed = set(pending_launches.names(db, task.run)) - {pending_launches.of_task(task)}
    return any(pending_launches.of_task(other) in handed for other in tasks.in_state(db, task.run, "pending"))


def _ending_part(db: sqlite3.Connection, root: str, home: str, task: Task, record: dict[str, Any]) -> str:
    result_line = "the gist of what you found" if _is_reader(task, record) else "what you did"
    line = f"`DONE|{task.id}|{result_line}` or `BLOCKED|{task.id}|why` or `NEEDS|{task.id}|path, why you need it`"
    if runs.get(db, task.run).engine == "workflow":
        return WORKFLOWS_END
    if _is_reader(task, record):
        return (
            "## How to end\nYour last message is the result: what you found, most important first, `file:line` for each, at "
            f"most 60 lines. It is kept for the tasks that build on this one. Its last line is:\n{line}"
        )
    if worktree.is_wanted(record) or runs.get(db, task.run).is_driven:
        return f"## How to end\nYour last message ends with one line:\n{line}"
    result = run_files.shown(home, run_files.result(root, task.run, task.id))
    scratch = run_files.shown(home, run_files.scratch(root, task.run, task.id))
    head = (
        f"## How to end\nBeside your own files you may write: temporary ones in `{scratch}/`, and in `{result}` notes that "
        f"whoever builds on this needs (names, decisions). This brief asks for the notes, they are no report file.\n"
    )
    worker = agents.worker_of(agents.of_task(db, task.run, task.id))
    if worker:
        return head + _workers_end(task, record, worker)
    if record.get("writes") or tasks.has_commands(record):
        return f"{head}Your last message is one line, nothing else:\n{line}"
    return f"{head}Your last message is one line:\n{line}\n{NOTHING_CHANGED}"


def _workers_end(task: Task, record: dict[str, Any], worker: str) -> str:
    name = f"{task.run}/{task.id}"
    checks = any(item.get("command") for item in record.get("accept") or [])
    patience = " Give that call ten minutes, it runs the checks." if checks else ""
    return (
        f"You are the worker `{worker}`: you end the task yourself, and take the next one.\n"
        f"1. `fanout done {name} 'what you did'`; it looks at the files and names what is missing.{patience} When it can't "
        f"be done: `fanout fail {name} 'why'`.\n"
        f"2. `{claim_of(task.run, worker)}` prints your next task. When it says that nothing is left, end; your last "
        f"message is one line: which tasks you did."
    )


def claim_of(run: str, worker: str) -> str:
    """The command with which a worker takes its next task."""
    import shlex

    return f"fanout claim --worker {shlex.quote(worker)} {run} --wait 60"


def _listed(items: list[str]) -> str:
    return ", ".join(f"`{item}`" for item in items)

"""What proves a task done, beside its agent's word. The answer is a Gap in words, "" when nothing is missing.

An honest agent is never sent back: a declared file that existed need not change, one that was to be created may be left
out when the result line says so; one that was there may be gone when the task or the result line speaks of that; what
an earlier agent of the task left behind counts; but a task that declares writes and of which nothing changed has no
evidence, nor has one that declares neither files nor commands, changed nothing and reports nothing found, nor one
without commands whose agent used no tool.
"""

from __future__ import annotations

import os
import re

from fanout.run.agents import attempts
from fanout.run.changes import changes, watch
from fanout.run.commits import isolated
from fanout.run.evidence import acceptance, finding_line, named_commands, substance
from fanout.run.evidence import findings as kept
from fanout.run.evidence.gaps import Gap
from fanout.run.store import base, journal, meta, paths, planned, run_files
from fanout.run.store.db import Write
from fanout.run.tasks import report_files, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent

REMOVAL = re.compile(
    r"\b(remov|delet|renam|mov(e|es|ed|ing)\b|replac|merg|migrat|split|extract|convert|drop|retir|obsolet|clean|consolidat"
    r"|supersed|get rid|git (rm|mv))",
    re.IGNORECASE,
)

NOT_NEEDED = re.compile(r"\bnot needed:|\bnothing to change:|\bno change needed:", re.IGNORECASE)
# What a result line has to say of a declared file that is not there; to name it is not enough: that is what a false done does.
LEFT_OUT = re.compile(
    r"\bnot (?:be )?(?:need|necessary|required)|\bno (?:longer )?need|n't (?:be )?(?:need|necessary)|\bunneeded|"
    r"\bunnecessary|\bsuperfluous|\binstead of|\bwithout\b|\bno [\w./-]*\.\w+|\bno change needed|\bnothing to change",
    re.IGNORECASE,
)
ALREADY_RIGHT = re.compile(r"\balready right:", re.IGNORECASE)
NO_LOOK = re.compile(r"\bno look needed:", re.IGNORECASE)
LONGEST_COMMAND = 120
NOTHING_FOUND = Gap(
    "its agent changed nothing that is on record, and its last message names nothing that it found.",
    "Do the work; or look with your tools, and write above the result line what you ran or looked at, and what came out.",
)
# A task that is there to run something, and a result line that says that it could not.
RUNS = re.compile(r"\b(?:run|execute|test|check|verify|validate)\b", re.IGNORECASE)
COULD_NOT = re.compile(
    r"\b(?:could(?:n't| not)|can(?:'t|not| not)|(?:was |were |am |is )?(?:unable|not able) to|failed to)\s+(?:be\s+)?"
    r"(?:run|execut\w*|test\w*|check\w*|verif\w*|validat\w*|start\w*)\b",
    re.IGNORECASE,
)
RED = ("fails in the same way without its changes", "fails as it did before the task began")


def gap(
    db: sqlite3.Connection, root: str, agent: Agent, summary: str, until: float | None = None, findings: str = ""
) -> str:
    """What is missing for the agent's task to count as done. Runs its acceptance commands: outside any transaction.

    `findings`: what its last message says beside the result line. Raises acceptance.NoTime when `until` goes by because
    of other tasks' commands, and acceptance.NotYours.
    """
    run, task = agent.run, agent.task
    home = base.of_agent(db, root, agent)
    record = tasks.record(tasks.get(db, run, task))
    if record.get("writes"):
        missing = _gap_in_files(db, root, home, agent, record, summary)
    else:
        missing = "" if tasks.has_commands(record) else _gap_in_words(db, root, agent, summary, findings)
    if missing:
        return missing

    attempt = attempts.of_agent(db, agent.id)

    def excuse(failed: acceptance.Failure) -> str | None:
        if attempt is not None:
            return None  # in its tree is nobody's unfinished work
        from fanout.run.evidence import excused_failures  # slow to import, and needed where something fails

        return excused_failures.excuse(db, root, agent, record, failed)

    env = _environment(db, root, agent) if agent.worktree and tasks.has_commands(record) else None
    return acceptance.failure(root, home, run, task, record, until=until, excuse=excuse, env=env)


def _environment(db: sqlite3.Connection, root: str, agent: Agent) -> dict[str, str]:
    """With what a command in the agent's worktree finds that one, and not the project, among the installed packages."""
    from fanout.run.evidence import installed_from_tree

    try:
        return installed_from_tree.environment(base.tree(root, base.folder(db, root, agent.run)), agent.worktree)
    except installed_from_tree.Unmapped:
        return {}


def _gap_in_words(db: sqlite3.Connection, root: str, agent: Agent, summary: str, findings: str) -> str:
    """Of a task that declares no file and no command: it changed something, or it says what it found."""
    if agent.read_only or agent.worktree or changes.has_any(db, root, agent):
        return ""
    denied = [event.facts["path"] for event in journal.of_agent(db, agent.id, "write-denied")]
    denied = [path for path in denied if path not in ("git", "runtime")]
    if denied:
        return Gap(
            f"its write of {', '.join(sorted(set(denied))[:3])} was denied and no other change of it is on record.",
            f"Do the work in files that are free, or end with `NEEDS|{agent.task}|path, why` or `BLOCKED|{agent.task}|why`.",
        )
    record = tasks.record(tasks.get(db, agent.run, agent.task))
    failed = COULD_NOT.search(summary)
    words = f"{record.get('title', '')} {record.get('description', '')}"
    if failed and RUNS.search(words) and not finding_line.is_of_more(record, summary, findings, COULD_NOT):
        return Gap(
            f'its result line says "{failed[0]}": that is not done.', f"Do it; or end with `BLOCKED|{agent.task}|why`."
        )
    if (
        findings
        or finding_line.is_one(record, summary)
        or kept.read(run_files.result(root, agent.run, agent.task)).strip()
    ):
        return ""
    return NOTHING_FOUND


def gap_in_what_it_ran(record: str, agent_id: str, summary: str) -> str:
    """Of an agent that changed nothing and wrote nothing above its result line: a command that it ran, and that the line
    names, is what it found. `record` is the client's, of the conversation."""
    ran = named_commands.named(record, agent_id, summary)
    if ran is None:
        return NOTHING_FOUND
    command, is_right = ran
    if is_right:
        return ""
    return Gap(
        f"its agent changed nothing that is on record, and `{_cut(command)}`, which its result line names, failed when it ran.",
        "Fix what fails; or write above the result line what came out; or end with BLOCKED.",
    )


def _cut(command: str) -> str:
    return tasks.shortened(" ".join(command.split()), LONGEST_COMMAND)


def _gap_in_files(
    db: sqlite3.Connection, root: str, home: str, agent: Agent, record: dict[str, Any], summary: str
) -> str:
    steps = isolated.steps(db, root, agent) if agent.worktree else {}
    changed = isolated.named(db, root, agent, steps) if agent.worktree else _changed(db, root, agent)
    naming = paths.Naming(root, meta.folds_case(db))
    keys = set(map(naming.key, changed))
    missing = _missing(naming, home, record, summary)
    gone = [path for path in missing if naming.key(path) in keys and os.path.basename(path) not in summary]
    if gone and not _speaks_of_removal(record, summary):
        return Gap(
            f"{', '.join(gone[:5])} was there when the task began and is gone.",
            "Bring it back; or, if that was the task, name it in the result line.",
        )
    missing = [path for path in missing if naming.key(path) not in keys]
    if missing:
        return Gap(
            _not_there(missing),
            f"Write it; or, if it turned out not to be needed, end with `DONE|{agent.task}|what you did; not needed: "
            f"{', '.join(missing[:5])}`. {report_files.advice(missing)}",
        )
    if not changed and not changes.of_task(db, agent.run, agent.task):
        return _gap_in_nothing(db, root, home, agent, record, summary)
    return _gap_in_substance(db, root, agent, record, summary, steps)


def _gap_in_nothing(
    db: sqlite3.Connection, root: str, home: str, agent: Agent, record: dict[str, Any], summary: str
) -> str:
    """Of a task that declares files and changed none. Where its agent says that none is needed, what it changed beside them
    is the work: the list, or how it was read, named the wrong ones."""
    if _needs_nothing(record, summary):
        if not tasks.has_commands(record):
            with Write(db):
                journal.note(db, "nothing-needed", agent.run, agent.task, agent.id)
        return ""  # its commands decide
    if NOT_NEEDED.search(summary) and _names_all(record, summary) and changes.has_any(db, root, agent):
        return ""
    names = ", ".join(record["writes"][:5])
    is_there = all(not _is_plain_file(path) or os.path.lexists(os.path.join(home, path)) for path in record["writes"])
    right = f", if all of it is right as it stands, end with `DONE|{agent.task}|already right: {names}`; or"
    return Gap(
        f"nothing changed in what the task declares ({names}).",
        f"Do the work; or{right if is_there else ''} end with `BLOCKED|{agent.task}|why`.",
    )


def _gap_in_substance(
    db: sqlite3.Connection,
    root: str,
    agent: Agent,
    record: dict[str, Any],
    summary: str,
    steps: dict[str, isolated.Step],
) -> str:
    """`steps`: what the agent changed in a worktree of its own."""
    words = f"{record.get('title', '')} {record.get('description', '')} {summary}"
    if agent.worktree:
        hollow = substance.hollow(root, agent.worktree, {name: old for name, (old, _) in steps.items()}, words)
    else:
        names = set(watch.changed(db, root, agent.id, agent.run, agent.task))
        before = {name: old for name, old in changes.before_of(db, root, agent).items() if name in names}
        prefix = base.name(db, agent.run)
        hollow = [base.shown(root, prefix, name) for name in substance.hollow(root, root, before, words)]
    if not hollow:
        return ""
    return Gap(
        f"of {', '.join(hollow[:5])} only white space or the mode changed, or it is empty: that is no work yet.",
        "Do it; or, if that was the task, say so in the result line (format, mode, empty).",
    )


def gap_without_a_look(db: sqlite3.Connection, agent: Agent, summary: str) -> str:
    """Of a task whose agent called no tool at all: only commands that pass speak for it."""
    if tasks.has_commands(tasks.record(tasks.get(db, agent.run, agent.task))) or NO_LOOK.search(summary):
        return ""
    return Gap(
        "its agent used no tool: it read, ran and wrote nothing.",
        f"Do the work now. If it takes no look at anything, end with `DONE|{agent.task}|no look needed: why`.",
    )


def reservation(db: sqlite3.Connection, agent: Agent) -> str:
    """What is to be said beside a result that was taken though a command failed, "" else."""
    event = journal.last(db, agent.run, agent.task, "red-before", "judged-apart", "nothing-needed", "not-yet")
    if event is None or event.agent != agent.id:
        return ""
    facts = event.facts
    if event.kind == "nothing-needed":
        return f"{tasks.NOT_CHECKED}: it changed nothing"
    if event.kind == "not-yet":
        return f"{tasks.NOT_CHECKED}: `{facts['command']}` can't pass before {facts['paths']} is there"
    if event.kind == "red-before":
        return f"{tasks.NOT_CHECKED}: `{facts['command']}` {RED[bool(facts.get('proven'))]}"
    without = (
        f" without the unfinished work of {tasks.few(facts['without'])}" if facts["without"] else " of the project"
    )
    return f"`{facts['command']}` passes in a copy{without}"


def left_out(db: sqlite3.Connection, root: str, agent: Agent, summary: str) -> str:
    """What is to be said beside a result that was taken though files of the list are not there, as its agent says that they
    are not needed; "" else."""
    record = tasks.record(tasks.get(db, agent.run, agent.task))
    if not record.get("writes") or agent.worktree or _speaks_of_removal(record, summary):
        return ""
    naming, home = paths.Naming(root, meta.folds_case(db)), base.folder(db, root, agent.run)
    absent = _missing(naming, home, record, "")
    it_is = "is" if len(absent) == 1 else "are"
    return f"{', '.join(absent[:5])} of the list {it_is} not there: not needed, by its word" if absent else ""


def by_hand(db: sqlite3.Connection, root: str, run: str, task: str, summary: str) -> str:
    """What is missing for a task that no agent began to count as done. Runs its acceptance commands."""
    record, home = tasks.record(tasks.get(db, run, task)), base.folder(db, root, run)
    by_order = planned.by_order_of(db, run, task)
    before = {need for need in planned.needs_of(db, run, task) if by_order.get(need) != planned.FOLLOWS}
    states = {need: tasks.get(db, run, need).state for need in sorted(before)}
    unmet = [f"{need} ({state})" for need, state in states.items() if state not in tasks.SATISFIED]
    if unmet:
        return f"it needs {', '.join(unmet)}."
    naming = paths.Naming(root, meta.folds_case(db))
    missing = _missing(naming, home, record, summary) if record.get("writes") else []
    if missing and not _speaks_of_removal(record, summary):
        shown = ", ".join(missing[:5])
        return Gap(
            _not_there(missing), f"Write it; or, if it turned out not to be needed, say so: `not needed: {shown}`."
        )
    return acceptance.failure(root, home, run, task, record)


def _changed(db: sqlite3.Connection, root: str, agent: Agent) -> list[str]:
    """What the agent changed of what its task declares, relative to the base."""
    prefix = base.name(db, agent.run)
    names = watch.changed(db, root, agent.id, agent.run, agent.task)
    return [base.shown(root, prefix, name) for name in names]


def _not_there(missing: list[str]) -> str:
    was, is_ = ("was", "is") if len(missing) == 1 else ("were", "are")
    return f"{', '.join(missing[:5])} {was} to be written and {is_} not there."


def _missing(naming: Naming, home: str, record: dict[str, object], summary: str) -> list[str]:
    """The declared plain files that are not there and that the summary does not say to be left out or taken away."""
    writes = record["writes"]
    assert isinstance(writes, list)
    says = LEFT_OUT.search(summary) or REMOVAL.search(summary)
    return [
        path
        for path in writes
        if _is_plain_file(path)
        and not os.path.lexists(os.path.join(home, path))
        and not os.path.lexists(naming.listed(os.path.normpath(os.path.join(home, path))))
        and not (says and os.path.basename(path) in summary)
    ]


def _needs_nothing(record: dict[str, Any], summary: str) -> bool:
    """Whether the result line says of all that is declared that it needs no change: a command tells; without one, only of
    what is right as it stands, and then it is taken on that word."""
    if not _names_all(record, summary):
        return False
    if ALREADY_RIGHT.search(summary):
        return True
    return NOT_NEEDED.search(summary) is not None and tasks.has_commands(record)


def _names_all(record: dict[str, Any], summary: str) -> bool:
    return all(os.path.basename(path) in summary for path in record["writes"])


def _speaks_of_removal(record: dict[str, object], summary: str) -> bool:
    return REMOVAL.search(f"{record.get('title', '')} {record.get('description', '')} {summary}") is not None


def _is_plain_file(pattern: str) -> bool:
    name = pattern.rsplit("/", 1)[-1]
    return "." in name.lstrip(".") and not any(char in pattern for char in "*?[]{}\\")

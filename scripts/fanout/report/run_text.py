"""The report of a run for people and models, from `facts`; where it stands: status_text.py.

batches   the batches that have begun, each with its results and one action
tree      every task under its batch
report    what happened, all of it, in Markdown; short_report.py is what a conversation reads
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fanout.report import attempts_text, attention, done_again, figures, foreseen_files, shared_reads
from fanout.report.cells import clean, cut, few
from fanout.run.changes import changed_later
from fanout.run.commits import users_changes
from fanout.run.evidence import missing_tests
from fanout.run.tasks import quorum
from fanout.run.tasks.measure import seconds
from fanout.run.tasks.tasks import BY_HAND, ITS_FINDINGS, NOT_CHECKED

MARKS = {
    "done": "✅",
    "failed": "❌",
    "blocked": "⛔",
    "running": "⏳",
    "pending": "·",
    "skipped": "-",
    "cancelled": "-",
}
TREE = {"done": "✓ Success", "failed": "✗ Failed", "blocked": "✗ Blocked", "running": "… In Progress"}
OUTCOME = 160
SENT_BACK = "### Sent back, for what was missing then"
TO_LOOK_AT = ("beyond", "changed-checks", "tests-missing")  # kinds of events that may well be right
ERROR = re.compile(r"\s*(\w+\.)*\w*(Error|Exception)\b")


def counts(facts: Mapping[str, Any]) -> str:
    """`demo-1 (active): 2 of 5 done, 1 running, 2 pending; 3.2 min so far`."""
    states = [task["state"] for task in facts["tasks"]]
    parts = [f"{states.count('done')} of {len(states)} done{unchecked(facts)}"]
    parts += [f"{states.count(s)} {s}" for s in ("running", "failed", "blocked", "pending", "skipped") if s in states]
    took = f"; {seconds(facts['elapsed'])}{' so far' if facts['state'] == 'active' else ''}"
    state = "paused" if facts["paused"] else "stands still" if attention.stands_still(facts) else facts["state"]
    return f"{facts['run']} ({state}): {', '.join(parts)}{took}"


def unchecked(facts: Mapping[str, Any]) -> str:
    """` (1 not checked)`, "" when all results were checked."""
    count = sum(bool(task["unchecked"]) for task in facts["tasks"])
    return f" ({count} {NOT_CHECKED})" if count else ""


def outcome(task: Mapping[str, Any]) -> str:
    """What is known of how the task went, or what it waits for."""
    said = str(task["outcome"] or task["waits"])
    if not task["unchecked"] or f"({NOT_CHECKED}" in said:
        return said
    return f"{done(task)}{f': {said}' if said else ''}"


def done(task: Mapping[str, Any]) -> str:
    """`done, not checked`; of what a task found that only reads, nothing could be checked."""
    return "done" if not task["unchecked"] else f"done, {ITS_FINDINGS if task.get('reads') else NOT_CHECKED}"


def batches(facts: Mapping[str, Any]) -> str:
    """Each batch that has begun: a line for each result, then one action."""
    groups = _by_batch(facts)
    blocks = []
    for number, members in groups.items():
        if number and any(task["state"] != "pending" for task in members):
            lines = [f"Batch {number} Results:", *(_batch_line(task) for task in members)]
            blocks.append("\n".join([*lines, f"Action: {_batch_action(facts, number, members, max(groups))}"]))
    return (
        "\n\n".join(blocks) if blocks else f"No batch of {facts['run']} has begun.\nAction: {attention.action(facts)}"
    )


def tree(facts: Mapping[str, Any]) -> str:
    """Every task under its batch, with its agent type and how it went."""
    groups = list(_by_batch(facts).items())
    lines = [counts(facts)]
    for place, (number, members) in enumerate(groups):
        last = place == len(groups) - 1
        done = sum(1 for task in members if task["state"] == "done")
        title = f"Batch {number}" if number else "Done before"
        lines.append(f"{'└─' if last else '├─'} {title}: {done} of {len(members)} done")
        for inner, task in enumerate(members):
            branch = "└─" if inner == len(members) - 1 else "├─"
            lines.append(f"{' ' if last else '│'}  {branch} {name(task)} ({clean(task['agent'])}): {_leaf(task)}")
    return "\n".join(lines)


def report(facts: Mapping[str, Any], escape: Any = None) -> str:
    """Markdown: what was done, what was not, what stood in the way, what it took against the prediction."""
    shown = escape or markdown
    results: dict[bool, list[str]] = {True: [], False: []}
    for task in listed(facts):
        results[task["state"] == "done"].append(_result(task, shown))
    sections = {
        "### Not completed": results[False],
        "### Stopped by the guard": [f"- {shown(denial(item))}" for item in facts["denials"]],
        SENT_BACK: [f"- {shown(sent_back(item))}" for item in facts["sent_back"]],
        "### Went wrong on the way": [f"- {shown(line)}" for line in troubles(facts)],
        "### To look at": [f"- {shown(line)}" for line in to_look_at(facts)],
    }
    parts = ["## Parallel Execution Results", "### Completed Tasks", *(results[True] or ["None."])]
    for title, lines in sections.items():
        parts += [title, *lines] if lines else []
    if made := [shown(text) for text in attempts_text.lines(facts)]:
        parts += ["### Attempts", *made]
    parts += attention.how_to_go_on(facts)
    return "\n".join(
        [
            *parts,
            "### Overall Status",
            verdict(facts),
            shown(counts(facts)) + ".",
            *map(shown, by_looks(facts)),
            *_measured(facts),
        ]
    )


def verdict(facts: Mapping[str, Any]) -> str:
    """The run in a word. Success is only what was checked; a run that needs some of its tasks has it with these."""
    states = [task["state"] for task in facts["tasks"]]
    done, asked = states.count("done"), len(states) - states.count("skipped")
    wanted = quorum.enough(facts["join"])
    if facts["state"] == "active":
        return "**In progress**"
    if not done:
        return "**Failed**" if {"failed", "blocked"} & set(states) else "**Nothing done**"
    if done < (asked if wanted is None else wanted):
        return "**Partial**"
    if any(item["kind"] == "changed-later" for item in facts.get("troubles", ())):
        return "**Done, not all of it stands as it was judged**"
    bare = sum(bool(task["unchecked"]) for task in facts["tasks"])
    if bare == done:
        return f"**Done, {NOT_CHECKED}**"
    return "**Done, not all of it checked**" if bare else "**Success**"


def listed(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The tasks as the list has them, not as they came to their turn."""
    place = {name: number for number, name in enumerate(facts["listed"])}
    return sorted(facts["tasks"], key=lambda task: place[task["id"]])


def by_looks(facts: Mapping[str, Any]) -> list[str]:
    """Which results no command has checked, of a run that is over."""
    done = [task for task in listed(facts) if task["state"] == "done" and not task.get("was_done")]
    names = [task["id"] for task in done if task.get("by_looks")]
    if not names or facts["state"] == "active":
        return []
    who = few(names) if len(names) < len(done) or len(names) == 1 else "any of them"
    return [f"No command checked {who}: what was looked at is whether the declared files are written."]


def troubles(facts: Mapping[str, Any]) -> Iterator[str]:
    """A line for each event of trouble; one for all files that most likely their own agents changed."""
    yield from done_again.lines(facts)
    yield from (trouble(item) for item in facts["troubles"] if not (is_own(item) or is_no_trouble(item)))
    paths = list(dict.fromkeys(str(item["path"]) for item in facts["troubles"] if is_own(item)))
    if paths:
        yield (
            f"{few(paths)}: changed while a command that names {'them' if len(paths) > 1 else 'it'}, of the agent at work "
            f"there, and another's ran; which of them did it can't be told"
        )


def to_look_at(facts: Mapping[str, Any]) -> Iterator[str]:
    """A line for each thing that may well be right, and that only the user can tell."""
    yield from (trouble(item) for item in facts["troubles"] if item["kind"] in TO_LOOK_AT)


def is_no_trouble(item: Mapping[str, Any]) -> bool:
    return item["kind"] in TO_LOOK_AT or bool(item.get("nothing"))


def is_own(item: Mapping[str, Any]) -> bool:
    """Whether it is a change that the file's own agent most likely made: its command names the file."""
    return item["kind"] == "conflict" and item.get("own") == "named"


def trouble(item: Mapping[str, Any]) -> str:
    """One line for an event of trouble."""
    what = {
        "conflict": _conflict(item),
        "agent-failed": f"its agent ended without a result: {item.get('how')}",
        "merge-refused": f"was not merged: {item.get('outcome')}; it was done again",
        "agent-lost": f"its agent was lost: {item.get('how')}",
        "out-of-context": "its agent ran out of context; what it wrote stays",
        "not-kept": f"{item.get('path')} is too large for its bytes to be kept before the change: it can't be undone",
        "swept": f"commit {str(item.get('commit'))[:12]}, made while a command of it ran, took in half-done work of "
        f"siblings: {', '.join(map(str, item.get('paths') or []))}",
        "head-moved": f"its commit {str(item.get('commit'))[:12]} is where HEAD was then: {item.get('how')}",
        "stray": f"{item.get('path')} was {item.get('how') or 'changed'} while it worked, by no write that a hook saw",
        "beyond": f"also changed what it does not declare: {_beyond(item)}",
        "part-undone": f"taken back of it since: {', '.join(map(str, item.get('paths') or []))}",
        "changed-checks": f"changed what may check it: {_beyond(item)}",
        "tests-missing": missing_tests.TOLD,
        "changed-later": f"no longer as it left it, {changed_later.how(item)}: {_beyond(item)}",
        "users-change-gone": users_changes.told(item),
        "permission-denied": f"permission denied for {item.get('tool')} {item.get('path') or item.get('command')}",
        "nudged": f"was late after {seconds(float(item.get('seconds') or 0))}, and told so",
        "overloaded": f"the API was too busy: {item.get('error')}",
        "hub-away": f"its driver waited: {item.get('how')}",
        "retry-refused": f"not tried again: {item.get('reason')}",
        "set-apart": "another agent was faster; what this one wrote was set apart",
        "mark-refused": f"not marked in the task file: {item.get('reason')}",
    }.get(item["kind"], item["kind"])
    who = item["task"] or ("the run" if item["kind"] == "hub-away" else "an agent")
    return f"{who}: {cut(what, 240)}"


def _conflict(item: Mapping[str, Any]) -> str:
    names = ", ".join(map(str, item.get("meanwhile") or ["another agent"]))
    subject, how = f"{item.get('path')} of {item.get('of') or 'a sibling'}", str(item.get("how"))
    if how == "as before":
        return (
            f"{subject} was written while its owner's command and those of {names} ran, and holds what it held before"
        )
    ran = f"calls of its owner's and of {names}" if item.get("own") else f"commands of {names}"
    said = {
        "tool": f"by a call of {names}",
        "unclear": f"while {ran} ran; which of them did it can't be told",
        "outside": "though no call under way named it",
    }.get(how, f"while a command of {names} ran")
    kept = "" if item.get("before", "?") in ("", "?") else "; the version before is kept"
    return f"{subject} changed {said}{kept}"


def _beyond(item: Mapping[str, Any]) -> str:
    paths = item.get("paths")
    return ", ".join(f"{path} ({how})" for path, how in paths.items()) if isinstance(paths, dict) else ""


def _measured(facts: Mapping[str, Any]) -> list[str]:
    measured = facts["measured"]
    lines = [measured["sentence"]]
    if measured["agents"]:
        path = (
            f" critical path {seconds(measured['critical_path_seconds'])};" if measured["speedup"] is not None else ""
        )
        at_work = measured["effective_concurrency"]
        average = f"On average {at_work:.1f} agents at work;{path} an" if at_work else "An"
        lines.append(f"{average} agent took {measured['launch_seconds_median']:.1f} s to start.")
    if measured["verdict"]:
        lines.append(measured["verdict"])
    if again := shared_reads.sentence(facts.get("shared_reads") or ()):
        lines.append(again)
    if waited := held(facts):
        lines.append(waited)
    lines += foreseen_files.lines(facts.get("foreseen_files") or {})
    rows = figures.compared(facts)
    if rows:
        lines += ["", "| | Predicted | Measured |", "|---|---:|---:|", *(f"| {' | '.join(row)} |" for row in rows)]
        if off := figures.misjudged(facts):
            lines += ["", off]
    return lines


def held(facts: Mapping[str, Any]) -> str:
    """The writes that waited for the owner of their file, "" for none."""
    every = facts.get("held") or ()
    if not every:
        return ""
    ended = sum(1 for one in every if one["ended"])
    took = seconds(sum(float(one["seconds"]) for one in every))
    return (
        f"Writes that waited for their file's owner: {len(every)}, {took} in all; the owner ended in time for {ended}."
    )


def _by_batch(facts: Mapping[str, Any]) -> dict[int, list[Mapping[str, Any]]]:
    groups: dict[int, list[Mapping[str, Any]]] = {}
    for task in sorted(facts["tasks"], key=lambda task: task["batch"]):
        groups.setdefault(task["batch"], []).append(task)
    return groups


def _batch_line(task: Mapping[str, Any]) -> str:
    why = outcome(task)
    return f"{MARKS[task['state']]} {name(task)}: {cut(why, OUTCOME) if why else task['state']}"


def _batch_action(facts: Mapping[str, Any], number: int, members: Sequence[Mapping[str, Any]], last: int) -> str:
    lost = [task["id"] for task in members if task["state"] in ("failed", "blocked")]
    left = [task["id"] for task in members if task["state"] in ("running", "pending")]
    if lost:
        before = f"before batch {number + 1} " if number < last else ""
        return f"{before}{attention.ways_on(facts, lost)}"
    if left:
        return f"wait for {few(left)}"
    return f"go on with batch {number + 1}" if number < last else "none, this was the last batch"


def _leaf(task: Mapping[str, Any]) -> str:
    why = outcome(task)
    word = TREE.get(task["state"], task["state"]) + done(task).removeprefix("done")
    return f"{word}: {cut(why, OUTCOME)}" if why and task["state"] != "done" else word


def _result(task: Mapping[str, Any], shown: Any) -> str:
    if task.get("was_done"):
        return f"- {MARKS['done']} {shown(name(task))}\n  Result: done before this run"
    why = (outcome(task) or task["state"]) + left_there(task)
    details = f" Details: {shown(task['details'])}" if task["details"] else ""
    mark = MARKS[task["state"]].replace("-", "")
    head = f"- {mark}{' ' if mark else ''}{shown(name(task))} ({'by hand' if is_by_hand(task) else shown(clean(task['agent']))})"
    return f"{head}\n  Result: {shown(clean(why))}{took(task)}{details}"


def left_there(task: Mapping[str, Any]) -> str:
    """`; what it changed stands: a.py`: of a task that is not done, "" where there is nothing of it."""
    return f"; what it changed stands: {clean(task['stands'])}" if task.get("stands") else ""


def is_by_hand(task: Mapping[str, Any]) -> bool:
    """Whether somebody called it done, so that no agent's time tells how long that took."""
    return str(task["outcome"]).startswith(BY_HAND)


def took(task: Mapping[str, Any]) -> str:
    """` (8.0 s)`, "" where no agent brought it to its end."""
    return f" ({seconds(task['took'])})" if task["took"] is not None and not is_by_hand(task) else ""


def denial(denial: Mapping[str, Any]) -> str:
    """The first sentence of the reason: what the agent could do instead was for the agent."""
    reason = clean(denial.get("reason", "")).split(". ")[0]
    if denial["kind"] == "launch-denied":
        how, said = "launched too early", re.sub(r"^fanout denies task \S+ of \S+: ", "", reason)
        if held := re.match(r"fanout holds task \S+ of \S+ back: ", reason):
            how, said = "held back", reason[held.end() :]
        return f"{denial['task'] or 'an agent'}: {how}: {cut(said, 200)}"
    what, said = str(denial.get("path") or denial["kind"]), cut(reason, 200)
    return f"{denial['task'] or 'an agent'}: {said if said.startswith(what) else f'{what}: {said}'}"


def sent_back(item: Mapping[str, Any]) -> str:
    """The gap; of what a command printed only the line that names the error."""
    first, *rest = str(item.get("missing") or "").splitlines() or [""]
    error = next((line.strip() for line in reversed(rest) if ERROR.match(line)), "")
    said = f"{first} {error}" if error else first.rstrip(":").removesuffix("; there it says")
    return f"{item['task']}: {cut(said, 200)}"


def name(task: Mapping[str, Any]) -> str:
    return f"{task['id']} {cut(task['title'], 60)}".rstrip()


def markdown(text: str) -> str:
    from fanout.report.plan_markdown import escape

    return escape(text)

#!/usr/bin/env python3
"""Plans a task list with plain Python 3.10 or newer and nothing installed.

    python3 plan_tasks.py FILE [--json] [--max-parallel N]        FILE may be - for standard input

The list is JSON: {"tasks": [{"id", "title", "depends_on": [], "writes": [], "reads": [],
"resources": [{"name", "mode"}], "excludes": [], "estimate_minutes"}]}; only "id" is required.
Exit code 0: planned; 1: the list is wrong, each error says where and what would be right; 2: usage.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys

if sys.version_info < (3, 10):  # noqa: UP036 - an archive meets any Python
    sys.exit("error: plan_tasks.py needs Python 3.10 or newer, this is " + sys.version.split()[0])

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from fanout.plan import graph, schedule
from fanout.plan.overlap_index import hazard_pairs
from fanout.plan.pattern import Pattern, PatternError, parse

LISTS = ("depends_on", "writes", "reads", "excludes")
IN_DOCUMENT = ("schema_version", "id", "title", "max_parallel", "context_files", "policy", "tasks")
IN_TASK = (
    "id", "title", "description", *LISTS, "resources", "estimate_minutes", "agent", "model", "isolation",
    "timeout_minutes", "accept", "read_only",
)  # fmt: skip
APART = "this script does not know it: join such tasks by depends_on or excludes, and leave it out"
# How other tools call a field, or what takes its place. Unread, it would put a chain into one batch.
INSTEAD = {
    **dict.fromkeys(
        ("dependencies", "dependsOn", "depend_on", "depends", "deps", "blockedBy", "blocked_by", "needs", "after"),
        'rename it to "depends_on"',
    ),
    **dict.fromkeys(("files", "paths", "outputs", "deliverables", "touches"), 'rename it to "writes"'),
    **dict.fromkeys(("estimate", "minutes", "duration"), 'rename it to "estimate_minutes"'),
    **dict.fromkeys(
        ("status", "done", "completed"), "take the tasks that are done out of the list and of every depends_on"
    ),
    **dict.fromkeys(("lane", "agent_capacity"), APART),
}
Task = dict[str, object]
Hazard = tuple[int, int, str, str]


class Wrong(Exception):
    """Everything that is wrong with the list, one line each."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Plan a task list: batches, order, conflicts.")
    parser.add_argument("file", metavar="FILE", help="the task list as JSON, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--max-parallel", type=int, metavar="N", help="at most so many at once (default 5)")
    options = parser.parse_args(arguments)
    try:
        document = read(options.file)
        tasks = checked(document)
        slots = document.get("max_parallel", 5) if options.max_parallel is None else options.max_parallel
        if isinstance(slots, bool) or not isinstance(slots, int) or slots < 1:
            raise Wrong(f"max_parallel is {slots!r}: a whole number from 1 on")
        plan = planned(tasks, slots)
    except Wrong as error:
        for line in str(error).splitlines():
            print(f"error: {line}", file=sys.stderr)
        return 1
    data = {"schema_version": 1, "data": plan}
    print(json.dumps(data, indent=2, ensure_ascii=False) if options.json else text(tasks, plan))
    return 0


def read(name: str) -> dict[str, object]:
    """The decoded document. Raises Wrong with line and column."""
    try:
        if name == "-":
            raw = sys.stdin.read()
        else:
            with open(name, encoding="utf-8-sig") as file:
                raw = file.read()
        document = json.loads(raw)
    except OSError as error:
        raise Wrong(f"{name} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Wrong(f"{name} is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        place = f"{name}:{error.lineno}:{error.colno}"
        raise Wrong(f"{place}: {error.msg}. The list has to be JSON without comments, see --help.") from None
    if not isinstance(document, dict) or not isinstance(document.get("tasks"), list) or not document["tasks"]:
        raise Wrong('the document has to be {"tasks": [{"id": "01"}]}, with at least one task')
    return document


def checked(document: dict[str, object]) -> list[Task]:
    """The tasks, every field in its type, every reference known. Raises Wrong with every problem."""
    tasks = document["tasks"]
    assert isinstance(tasks, list)
    problems = _unknown("the document", document, IN_DOCUMENT)
    ids: list[str] = []
    for place, task in enumerate(tasks, 1):
        name = task.get("id") if isinstance(task, dict) else None
        if not isinstance(name, str) or not name:
            problems.append(f'task #{place}: "id" is {name!r}, a text is needed')
            continue
        if name in ids:
            problems.append(f'task {name}: "id" stands there twice')
        ids.append(name)
        problems += _fields(name, task)
    if not problems:
        problems += [line for task in tasks for line in _references(task, ids)]
    if not problems:
        ring = graph.cycle({task["id"]: task.get("depends_on", []) for task in tasks})
        if ring:
            problems.append(f"the dependencies go round in a circle: {' -> '.join(ring)}. Remove one of them.")
    if problems:
        raise Wrong("\n".join(problems))
    return tasks


def _unknown(place: str, record: Task, known: tuple[str, ...]) -> list[str]:
    """The fields that nothing here reads. What begins with x- or $ is the writer's own."""
    return [
        f'{place}: "{key}" is no field here: {INSTEAD.get(key) or "known are " + ", ".join(known)}'
        for key in record
        if key not in known and not key.startswith(("x-", "$"))
    ]


def _fields(name: str, task: Task) -> list[str]:
    found = _unknown(f"task {name}", task, IN_TASK)
    for field in LISTS:
        value = task.get(field, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            found.append(f'task {name}: "{field}" is {value!r}, a list of texts is needed')
    resources = task.get("resources", [])
    if not isinstance(resources, list) or not all(
        isinstance(item, dict) and isinstance(item.get("name"), str) for item in resources
    ):
        found.append(f'task {name}: "resources" is {resources!r}, needed is [{{"name": "db", "mode": "exclusive"}}]')
    minutes = task.get("estimate_minutes")
    if minutes is not None and not _is_duration(minutes):
        found.append(f'task {name}: "estimate_minutes" is {minutes!r}, a number from 0 on is needed')
    return found


def _is_duration(value: object) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and math.isfinite(float(str(value))) and float(str(value)) >= 0


def _references(task: Task, ids: list[str]) -> list[str]:
    found = []
    for field in ("depends_on", "excludes"):
        for other in _texts(task, field):
            if other == task["id"]:
                found.append(f'task {task["id"]}: "{field}" names the task itself')
            elif other not in ids:
                found.append(f'task {task["id"]}: "{field}" names {other!r}, there is no such task')
    return found


def _texts(task: Task, field: str) -> list[str]:
    value = task.get(field) or []
    assert isinstance(value, list)
    return value


def planned(tasks: list[Task], slots: int) -> dict[str, object]:
    """The plan, as the data of `fanout plan --json`. Raises Wrong for a pattern that can't be."""
    index = {str(task["id"]): place for place, task in enumerate(tasks)}
    needs = [[index[name] for name in _texts(task, "depends_on")] for task in tasks]
    found = hazards(tasks, index)
    below = _below(needs)
    free = [h for h in found if not (below[h[1]] >> h[0] & 1 or below[h[0]] >> h[1] & 1)]
    durations = [_minutes(task) for task in tasks]
    problem = schedule.Problem(durations, needs, [(h[0], h[1]) for h in free], slots)
    answer, pairs = schedule.hold_back(problem, schedule.solve(problem))
    held = [(min(pair), max(pair), "exclusion", schedule.HELD) for pair in pairs]
    found, free = found + held, free + held
    names = list(index)
    place = {task: rank for rank, task in enumerate(answer.order)}
    return {
        "batches": [[names[i] for i in batch] for batch in answer.batches],
        "rolling_order": [names[i] for i in answer.order],
        "makespan_minutes": answer.makespan,
        "batch_makespan_minutes": answer.batch_makespan,
        "sequential_minutes": sum(durations),
        "lower_bound_minutes": answer.lower_bound,
        "critical_path": [names[i] for i in answer.critical_path],
        "hazards": [
            {
                "kind": kind,
                "tasks": [names[a], names[b]],
                "witness": witness,
                "resolution": _apart(names, place, a, b)
                if (a, b, kind, witness) in free
                else "ordered by dependencies",
            }
            for a, b, kind, witness in found
        ],
    }


def _minutes(task: Task) -> float:
    given = task.get("estimate_minutes")
    return 1.0 if given is None else float(str(given))


def _apart(names: list[str], place: dict[int, int], a: int, b: int) -> str:
    first, last = (a, b) if place[a] < place[b] else (b, a)
    return f"{names[last]} waits for {names[first]}"


def hazards(tasks: list[Task], index: dict[str, int]) -> list[Hazard]:
    """At most one for each pair of tasks: files first, then resources, then exclusions."""
    found: dict[tuple[int, int], tuple[str, str]] = {}
    writes, reads = (_patterns(tasks, field) for field in ("writes", "reads"))
    for a, b, kind, witness in hazard_pairs(writes, reads):
        found[a, b] = (kind, witness)
    for a, task in enumerate(tasks):
        for b in range(a + 1, len(tasks)):
            if name := _shared(task, tasks[b]):
                found.setdefault((a, b), ("resource", name))
        for other in _texts(task, "excludes"):
            pair = (min(a, index[other]), max(a, index[other]))
            found.setdefault(pair, ("exclusion", ""))
    return [(a, b, kind, witness) for (a, b), (kind, witness) in sorted(found.items())]


def _shared(one: Task, other: Task) -> str:
    """The resource that both use and one of them alone, or the empty string."""
    mine, theirs = _uses(one), _uses(other)
    return next((name for name in sorted(mine) if name in theirs and (mine[name] or theirs[name])), "")


def _uses(task: Task) -> dict[str, bool]:
    resources = task.get("resources") or []
    assert isinstance(resources, list)
    return {item["name"]: item.get("mode", "exclusive") == "exclusive" for item in resources}


def _patterns(tasks: list[Task], field: str) -> list[list[Pattern]]:
    problems = []
    found = []
    for task in tasks:
        parsed = []
        for given in _texts(task, field):
            try:
                parsed.append(parse(given))
            except PatternError as error:
                problems.append(
                    f'task {task["id"]}: "{field}" {given!r}: {error.message.rstrip(".")}. {error.fix}'.rstrip()
                )
        found.append(parsed)
    if problems:
        raise Wrong("\n".join(problems))
    return found


def _below(needs: list[list[int]]) -> list[int]:
    """For each task the bit mask of everything that it depends on, however far."""
    names = {str(i): [str(need) for need in wants] for i, wants in enumerate(needs)}
    masks = [0] * len(needs)
    for name in graph.topological(names):
        for need in needs[int(name)]:
            masks[int(name)] |= masks[need] | 1 << need
    return masks


def text(tasks: list[Task], plan: dict[str, object]) -> str:
    """The plan for people."""
    titles = {str(task["id"]): str(task.get("title") or "") for task in tasks}
    total, rolling = float(str(plan["sequential_minutes"])), float(str(plan["makespan_minutes"]))
    gain = f"{total / rolling:.1f} times faster" if rolling else "no time at all"
    lines = [
        f"{len(tasks)} tasks. One after another {total:g} min, rolling {rolling:g} min ({gain}), "
        f"in batches {float(str(plan['batch_makespan_minutes'])):g} min."
    ]
    batches, path, found = plan["batches"], plan["critical_path"], plan["hazards"]
    assert isinstance(batches, list) and isinstance(path, list) and isinstance(found, list)
    for number, batch in enumerate(batches, 1):
        lines.append(f"Batch {number}: send all {len(batch)} in one message" if len(batch) > 1 else f"Batch {number}")
        lines += [f"  {name}  {titles[name]}".rstrip() for name in batch]
    if len(path) > 1:
        lines.append(f"Longest chain: {' -> '.join(path)}")
    lines += [
        f"Conflict {h['kind']} {h['tasks'][0]} {h['tasks'][1]}: {h['witness'] or 'stated'}; {h['resolution']}"
        for h in found
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

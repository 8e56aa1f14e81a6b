"""The task-management verbs on .tmp/tasks/<feature>/, with the output that OpenAgentsControl's tool prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

import click

from fanout.cli.commands.task_checks import checks
from fanout.cli.shared import feature_run, subtasks
from fanout.cli.shared.scores import fixed, js, objects, rice_score, wsjf_score
from fanout.errors import FanoutError, SourceError
from fanout.plan.read.formats import oac_files, oac_status
from fanout.plan.read.formats.oac_files import Feature, Subtask
from fanout.plan.read.reading_builder import clean_id
from fanout.source import write_back
from fanout.source.disk import DISK

LONGEST_TREE = 2000
HELP = """
Task Management

Usage: fanout tasks <command> [feature] [args...]

Task files are stored in: .tmp/tasks/{feature-slug}/

Commands:
  status [feature]                  Show task status summary
  next [feature]                    Show next eligible tasks (deps satisfied)
  parallel [feature]                Show parallelizable tasks ready to run
  batches [feature]                 Show every batch of the plan, the ready one first
  deps <feature> <seq>              Show dependency tree for a task
  blocked [feature]                 Show blocked tasks and why
  complete <feature> <seq> "summary" Mark task completed with summary (--force: before what it needs)
  validate [feature]                Validate JSON files and dependencies
  context [feature]                 Show bounded context breakdown
  contracts [feature]               Show contract dependencies
  help                              Show this text

Examples:
  fanout tasks status
  fanout tasks next my-feature
  fanout tasks complete my-feature 02 "Implemented auth module"
"""
_CONTRACT_ICONS = {"verified": "✓", "implemented": "~", "defined": "○"}


def main(argv: list[str], root: str) -> int:
    """Run one verb, print to standard output, return the exit code. The search for .tmp/tasks starts in `root`."""
    verb, arguments = (argv[0] if argv else "help"), argv[1:]
    if verb not in VERBS:
        print(HELP)
        return 0
    try:
        return VERBS[verb](_folder(root), arguments)
    except SourceError as error:
        for problem in error.problems:
            print(f"Error: {problem}")
        return 1
    except FanoutError as error:
        print(f"Error: {error}")
        return 1


def _folder(root: str) -> str:
    """The nearest existing .tmp/tasks from `root` upwards, else the one that would be in `root`."""
    folder = start = os.path.abspath(root)
    while True:
        tasks = os.path.join(folder, ".tmp", "tasks")
        if os.path.isdir(tasks):
            if folder != start and os.path.exists(os.path.join(start, "package.json")):
                print(f"fanout: the tasks are those of {folder}", file=sys.stderr)
            return tasks
        parent = os.path.dirname(folder)
        if parent == folder:
            return os.path.join(start, ".tmp", "tasks")
        folder = parent


def _features(tasks: str, arguments: Sequence[str]) -> list[Feature]:
    names = [arguments[0]] if arguments else oac_files.features(DISK, tasks)
    return [_load(tasks, name) for name in names]


def _load(tasks: str, name: str) -> Feature:
    feature = oac_files.load(DISK, os.path.join(tasks, name), os.path.join(".tmp", "tasks", name))
    feature.name = name
    feature_run.apply(feature)
    return feature


def _status(tasks: str, arguments: list[str]) -> int:
    features = _features(tasks, arguments)
    if not features:
        print("No active features found.")
    for feature in features:
        task = feature.task
        if task is None:
            print(f"\n[{feature.name}] - No task.json found")
            continue
        count = dict.fromkeys(("pending", "in_progress", "completed", "blocked"), 0)
        for item in feature.subtasks:
            state = subtasks.state(item)
            count[state] = count.get(state, 0) + 1
        total = len(feature.subtasks)
        percent = int(100 * count["completed"] / total + 0.5) if total else 0
        print(f"\n[{feature.name}] {js(task, 'name')}")
        print(f"  Status: {js(task, 'status')} | Progress: {percent}% ({count['completed']}/{total})")
        print(
            f"  Pending: {count['pending']} | In Progress: {count['in_progress']} | "
            f"Completed: {count['completed']} | Blocked: {count['blocked']}"
        )
        _details(task)
        feature_run.say(feature)
    return 0


def _details(task: dict[str, object]) -> None:
    """What the second schema version adds to a status, each line only when it has something to say."""
    for key, words in (
        ("bounded_context", "Bounded Context"),
        ("module", "Module"),
        ("vertical_slice", "Vertical Slice"),
        ("release_slice", "Release"),
    ):
        if task.get(key):
            print(f"  {words}: {js(task, key)}")
    rice, wsjf, contracts = task.get("rice_score"), task.get("wsjf_score"), task.get("contracts")
    if isinstance(rice, dict):
        score = rice.get("score") or rice_score(rice)
        shown = f"R:{js(rice, 'reach')} I:{js(rice, 'impact')} C:{js(rice, 'confidence')}% E:{js(rice, 'effort')}"
        print(f"  RICE Score: {fixed(score)} ({shown})")
    if isinstance(wsjf, dict):
        score = wsjf.get("score") or wsjf_score(wsjf)
        names = (("BV", "business_value"), ("TC", "time_criticality"), ("RR", "risk_reduction"), ("JS", "job_size"))
        shown = " ".join(f"{short}:{js(wsjf, key)}" for short, key in names)
        print(f"  WSJF Score: {fixed(score)} ({shown})")
    if isinstance(contracts, list) and contracts:
        ready = sum(isinstance(item, dict) and item.get("status") == "implemented" for item in contracts)
        print(f"  Contracts: {len(contracts)} ({ready} implemented)")


def _next(tasks: str, arguments: list[str]) -> int:
    print("\n=== Ready Tasks (deps satisfied) ===\n")
    for feature in _features(tasks, arguments):
        ready = subtasks.ready(feature)
        if ready:
            print(f"[{feature.name}]")
            for item in ready:
                tag = "[parallel]" if item.data.get("parallel") else "[sequential]"
                print(f"  {item.seq} - {js(item.data, 'title')}  {tag}")
            print()
    return 0


def _parallel(tasks: str, arguments: list[str]) -> int:
    print("\n=== Parallelizable Tasks Ready Now ===\n")
    for feature in _features(tasks, arguments):
        ready = [item for item in subtasks.ready(feature) if item.data.get("parallel")]
        if ready:
            print(f"[{feature.name}] - {len(ready)} parallel tasks:")
            for item in ready:
                print(f"  {item.seq} - {js(item.data, 'title')}")
            print()
        feature_run.say(feature)
    return 0


def _deps(tasks: str, arguments: list[str]) -> int:
    if len(arguments) < 2:
        print("Usage: deps <feature> <seq>")
        return 1
    feature, seq = _load(tasks, arguments[0]), arguments[1]
    known = {item.seq: item for item in reversed(feature.subtasks)}
    target = known.get(seq)
    if target is None:
        print(f"Task {seq} not found in {feature.name}")
        return 0
    print(f"\n=== Dependency Tree: {feature.name}/{seq} ===\n")
    print(f"{seq} - {js(target.data, 'title')} [{subtasks.state(target)}]")
    if not target.needs:
        print("  └── (no dependencies)")
        return 0
    lines: list[str] = []
    _tree(target.needs, "  ", known, [seq], lines)
    print("\n".join(lines[:LONGEST_TREE]))
    if len(lines) > LONGEST_TREE:
        print("  ... the tree is longer")
    return 0


def _tree(needs: list[str], indent: str, known: dict[str, Subtask], above: list[str], lines: list[str]) -> None:
    """The tree below; a task that stands above itself is named as circular and not followed."""
    for index, seq in enumerate(needs):
        if len(lines) > LONGEST_TREE:
            return
        last = index == len(needs) - 1
        branch = "└──" if last else "├──"
        item = known.get(seq)
        if item is None:
            lines.append(f"{indent}{branch} ? {seq} - NOT FOUND")
            continue
        line = f"{indent}{branch} {subtasks.icon(item)} {seq} - {js(item.data, 'title')} [{subtasks.state(item)}]"
        circular = seq in above
        lines.append(f"{line} (circular)" if circular else line)
        if not circular:
            _tree(item.needs, indent + ("    " if last else "│   "), known, [*above, seq], lines)


def _blocked(tasks: str, arguments: list[str]) -> int:
    print("\n=== Blocked Tasks ===\n")
    for feature in _features(tasks, arguments):
        done = subtasks.done(feature)
        blocked: list[tuple[Subtask, str]] = []
        for item in feature.subtasks:
            waiting = [need for need in item.needs if need not in done]
            if subtasks.state(item) == "blocked":
                blocked.append((item, "explicitly blocked"))
            elif subtasks.state(item) == "pending" and waiting:
                blocked.append((item, f"waiting: {', '.join(waiting)}"))
        if blocked:
            print(f"[{feature.name}]")
            for item, reason in blocked:
                print(f"  {item.seq} - {js(item.data, 'title')} ({reason})")
            print()
    return 0


def _complete(tasks: str, given: list[str]) -> int:
    arguments = [word for word in given if word != "--force"]
    if len(arguments) < 3:
        print('Usage: complete <feature> <seq> "summary"')
        return 1
    name, seq, summary = arguments[0], arguments[1], " ".join(arguments[2:])
    if len(summary.encode("utf-16-le", "surrogatepass")) // 2 > oac_status.LONGEST_SUMMARY:
        print("Error: Summary must be max 200 characters")
        return 1
    folder = os.path.join(tasks, name)
    feature = _load(tasks, name)
    if not any(item.seq == seq for item in feature.subtasks):
        print(f"Task {seq} not found in {name}")
        return 1
    unmet = subtasks.unmet(feature, seq)
    if unmet and "--force" not in given:
        print(f'Error: {seq} needs {unmet}. Complete that first, or: complete {name} {seq} "summary" --force')
        return 1
    write_back.under_lock(folder, lambda: oac_status.complete(DISK, folder, clean_id(seq), summary))
    print(f"\n✓ Marked {name}/{seq} as completed")
    print(f"  Summary: {summary}")
    task = _load(tasks, name).task
    if task is not None:
        print(f"  Progress: {js(task, 'completed_count')}/{js(task, 'subtask_count')}")
    return 0


def _validate(tasks: str, arguments: list[str]) -> int:
    print("\n=== Validation Results ===\n")
    failed = False
    for name in [arguments[0]] if arguments else oac_files.features(DISK, tasks):
        try:
            errors, warnings = checks(_load(tasks, name))
        except SourceError as error:
            errors, warnings = [str(problem) for problem in error.problems], []
        print(f"[{name}]")
        if not errors and not warnings:
            print("  ✓ All checks passed")
        for line in errors:
            print(f"  ✗ ERROR: {line}")
        for line in warnings:
            print(f"  ⚠ WARNING: {line}")
        print()
        failed = failed or bool(errors)
    return 1 if failed else 0


def _context(tasks: str, arguments: list[str]) -> int:
    print("\n=== Bounded Context Breakdown ===\n")
    for feature in _features(tasks, arguments):
        task = feature.task
        if task is None:
            continue
        print(f"[{feature.name}] {js(task, 'name')}")
        for key, words in (
            ("bounded_context", "Bounded Context"),
            ("module", "Module"),
            ("vertical_slice", "Vertical Slice"),
        ):
            if task.get(key):
                print(f"  {words}: {js(task, key)}")
        groups = _by_context(feature, task)
        if len(groups) > 1 or (groups and "unspecified" not in groups):
            print("\n  Subtasks by Context:")
            for context, items in groups.items():
                print(f"    {context}: {len(items)} tasks")
                for item in items:
                    print(f"      {subtasks.icon(item)} {item.seq} - {js(item.data, 'title')}")
        print()
    return 0


def _by_context(feature: Feature, task: dict[str, object]) -> dict[str, list[Subtask]]:
    groups: dict[str, list[Subtask]] = {}
    for item in feature.subtasks:
        context = item.data.get("bounded_context") or task.get("bounded_context") or "unspecified"
        groups.setdefault(str(context), []).append(item)
    return groups


def _contracts(tasks: str, arguments: list[str]) -> int:
    print("\n=== Contract Dependencies ===\n")
    for feature in _features(tasks, arguments):
        if feature.task is None:
            continue
        contracts = [(item, "task") for item in objects(feature.task.get("contracts"))]
        for subtask in feature.subtasks:
            contracts += [(item, f"subtask {subtask.seq}") for item in objects(subtask.data.get("contracts"))]
        if not contracts:
            print(f"[{feature.name}] - No contracts defined")
            continue
        print(f"[{feature.name}] {js(feature.task, 'name')}")
        print(f"  Total Contracts: {len(contracts)}\n")
        for kind in dict.fromkeys(js(item, "type") for item, _owner in contracts):
            same = [(item, owner) for item, owner in contracts if js(item, "type") == kind]
            print(f"  {kind.upper()} Contracts ({len(same)}):")
            for item, owner in same:
                icon = _CONTRACT_ICONS.get(js(item, "status"), "◌")
                print(f"    {icon} {js(item, 'name')} [{js(item, 'status')}] ({owner})")
                if item.get("description"):
                    print(f"       {js(item, 'description')}")
                if item.get("path"):
                    print(f"       Path: {js(item, 'path')}")
            print()
    return 0


def _batches(tasks: str, arguments: list[str]) -> int:
    """Every batch of the real plan: dependencies, conflicts and the cap are kept."""
    from fanout.plan import planner
    from fanout.plan.read import registry
    from fanout.source.resolve import resolve

    root = os.path.dirname(os.path.dirname(tasks))
    names = [arguments[0]] if arguments else oac_files.features(DISK, tasks)
    if not names:
        print("No active features found.")
    for name in names:
        if len(names) > 1:
            print(f"[{name}]")
        plan = planner.make(registry.read(resolve(os.path.join(tasks, name), root), "openagentscontrol"))
        files = {clean_id(item.seq): item for item in _load(tasks, name).subtasks}
        apart = plan.apart()
        for number, batch in enumerate(plan.answer.batches, 1):
            print(f"Batch {number} ({'Ready now' if number == 1 else f'After Batch {number - 1}'}):")
            for identity in plan.ids(batch):
                item = files[identity]
                print(f"- {os.path.basename(item.path)} ({_why(item, apart.get(identity, '') if number > 1 else '')})")
            if number < len(plan.answer.batches):
                print()
    return 0


def _why(item: Subtask, apart: str) -> str:
    """Why a subtask is in its batch; `apart` is what keeps it from an earlier one."""
    needs = ", ".join(f'"{need}"' for need in item.needs)
    if needs:
        return f"depends_on: [{needs}]"
    parallel = "true" if item.data.get("parallel") else "false"
    return f"parallel: {parallel}; {apart}" if apart else f"parallel: {parallel}"


def _help(tasks: str, arguments: list[str]) -> int:
    print(HELP)
    return 0


VERBS: dict[str, Callable[[str, list[str]], int]] = {
    "status": _status,
    "next": _next,
    "parallel": _parallel,
    "batches": _batches,
    "deps": _deps,
    "blocked": _blocked,
    "complete": _complete,
    "validate": _validate,
    "context": _context,
    "contracts": _contracts,
    "help": _help,
}


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def tasks(arguments: tuple[str, ...]) -> None:
    """The task-management verbs: status, next, parallel, batches, deps, blocked, complete, validate, context, ..."""
    shown = ["help"] if arguments[:1] in (("-h",), ("--help",)) else list(arguments)
    sys.exit(main(shown, os.getcwd()))

"""What whoever starts a run reads before the launch block: how much starts at once, the worst of the warnings, and what the
project offers. A gain in time is only named where the list, or past runs, say how long tasks take."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace

from fanout.plan import agent_types, longest_chain
from fanout.plan.model import Task
from fanout.plan.order import relax
from fanout.plan.plan import Plan
from fanout.plan.reading import Note, Remark
from fanout.plan.refine import offer
from fanout.report import plan_text
from fanout.report.cells import clean, counted, cut, few
from fanout.run.store.records import DRIVEN
from fanout.run.tasks import report_files

MOST_WARNINGS = 3
MOST_CHANGED = 5
MOST_LEFT_OUT = 5
MOST_FIRST = 8  # in one command
FOR_THE_USER = (
    "Send the calls below first, the list stays as it is. Then tell the user what of this matters; what to do is theirs to "
    "say:"
)
FOR_THE_USER_ALONE = "Tell the user what of this matters; the list stays as it is, and what to do is theirs to say:"
MANY = 30  # open tasks from which on another engine is named
WORST_FIRST = (
    *plan_text.STARTS_WITH,
    "in-no-brief",
    "context-missing",
    "missing-edge",
    "reads-too-early",
    "false-parallel",
    "runs-alone",
    "kept-in-order",
    "unknown-agent",
    "no-program",
    "no-bash",
    "shared-acceptance",
    "context-written",
    "no-go",
    "order-unknown",
)
SAID_ELSEWHERE = ("no-acceptance", "estimate-missing", "estimates-learned")


def render(
    plan: Plan, source: str, run: str, engine: str = "agents", more: Sequence[str] = (), offers: bool = True
) -> str:
    """`source` as it is typed again, `more` what else the user may want to know, `offers`: also an analyst. The run is named
    first: whoever reads on knows which one the rest speaks of."""
    order = [*(refining(plan, run, source, engine) if offers else []), *by_order(plan, run)]
    side = side_by_side(plan, run, source, engine) if engine in DRIVEN else []
    said = [*warnings(plan, source, run), *side, *order, *filter(None, more)]
    head = FOR_THE_USER_ALONE if engine in DRIVEN else FOR_THE_USER
    return "\n".join([f"fanout {run}: {figures(plan)}", *([head] if said else []), *(f"- {line}" for line in said)])


def figures(plan: Plan) -> str:
    """`Tasks: 3 of 4 tasks are open. 3 can start now; the longest chain is 1 task.`"""
    title = clean(plan.reading.called)
    open_ = [index for index in range(len(plan.tasks)) if index not in plan.done]
    first = sum(1 for index in open_ if not plan.answer.start[index])
    most = " (the limit of agents at once)" if plan.reading.document.max_parallel == first < len(open_) else ""
    return (
        f"{cut(title, 60)}: {_open(plan, len(open_))}. {first} can start now{most}; the longest chain is "
        f"{counted(len(longest_chain.longest(plan)), 'task')}. {_gain(plan, open_)}".rstrip()
    )


def _open(plan: Plan, taken: int) -> str:
    """What the list has open, what it had as done, and what of that the run does not take because it was asked not to."""
    total = len(plan.tasks)
    left = [task.id for task in plan.tasks if (plan.reading.notes.get(task.id) or Note()).unasked]
    open_ = taken + len(left)
    what = counted(total, "task") if open_ == total else f"{open_} of {counted(total, 'task')} are open"
    done = sum(1 for task in plan.tasks if (plan.reading.notes.get(task.id) or Note()).status == "completed")
    if done:  # `fanout status` counts them as done
        what += f", {done} {'was' if done == 1 else 'were'} done before"
    return f"{what}, {len(left)} of them left out as asked ({few(left, MOST_LEFT_OUT)})" if left else what


def _gain(plan: Plan, open_: list[int]) -> str:
    unknown = [index for index in open_ if plan.tasks[index].estimate_minutes is None]
    if len(unknown) == len(open_):
        return ""  # no gain in time is claimed where the list does not say how long anything takes
    took, alone = plan_text.minutes(plan.answer.makespan), plan_text.minutes(plan.sequential_minutes())
    less = f", {len(unknown)} without one taken as 1 min" if unknown else ""
    return f"About {took} in place of {alone} one after another, by its estimates{less}."


def warnings(plan: Plan, source: str, run: str) -> list[str]:
    """The worst kinds, one line each, and how many more there are."""
    found = {code: told for code, told in plan_text.by_code(plan).items() if code not in SAID_ELSEWHERE}
    worst = sorted(found, key=lambda code: WORST_FIRST.index(code) if code in WORST_FIRST else len(WORST_FIRST))
    lines = [plan_text.first_of(code, _in_run(found[code], run)) for code in worst[:MOST_WARNINGS]]
    more = len(worst) - len(lines)
    again = "" if source == "-" else f": `fanout check {shlex.quote(source)}`"
    return [*lines, *([f"{counted(more, 'kind')} of warnings more{again}."] if more else [])]


def _in_run(remarks: list[Remark], run: str) -> list[Remark]:
    """The same with what can be done about it now: the list stays as it is."""
    ways = {
        "runs-alone": "`fanout amend {run}/{task} --writes PATH` names what it writes, and others may run beside it.",
        "no-go": "If the user would rather have it done in this conversation: `fanout cancel {run}`.",
        "order-unknown": "",
        "no-program": "Install it; or `fanout amend {run}/{task} --accept 'COMMAND'` gives another check, `--no-checks` none.",
        "in-no-brief": "If it matters: `fanout amend {run} 'WORDS'` tells each task, with {run}/TASK one.",
    }
    return [
        replace(one, fix=ways[one.code].format(run=run, task=one.task)) if one.code in ways else one for one in remarks
    ]


def side_by_side(plan: Plan, run: str, source: str, engine: str) -> list[str]:
    """Which risk the engine can take: the order of the list alone holds tasks that have a tree each."""
    only = _only_by_order(plan)
    if not only or plan.risk == "high" or source == "-":
        return []
    again = f"`fanout cancel {run}`, then `fanout start {shlex.quote(source)} --engine {engine} --risk high`"
    many = f"{len(only)} of {counted(len(plan.tasks) - len(plan.done), 'task')}"
    return [
        f"{many} only the list's order keeps waiting. Each has a tree of its own here, and what does not go "
        f"together is done again: {again} runs them side by side."
    ]


def refining(plan: Plan, run: str, source: str, engine: str = "agents") -> list[str]:
    """The offer of an analyst, and how to take it: now or, since the run goes on meanwhile, when the user says so."""
    offered = "" if source == "-" else offer.text(plan)
    if not offered:
        return []
    again = shlex.quote(source)
    begun = f"fanout start {again}{'' if engine == 'agents' else f' --engine {engine}'}"
    return [
        f"{offered}. If the user wants that: `fanout cancel {run}`; one Agent call, subagent_type `spec:list-analyst`, prompt "
        f'"Run `fanout refine {again}` and do what it says."; then `{begun}`. (Or they type `/spec:refine '
        f"{source}`.)"
    ]


def by_order(plan: Plan, run: str) -> list[str]:
    """Which tasks nothing but the list's order keeps from starting at once, and how they start all the same."""
    now = sum(1 for index in range(len(plan.tasks)) if index not in plan.done and not plan.answer.start[index])
    only = _only_by_order(plan)
    if not only or now >= plan.reading.document.max_parallel:
        return []
    names = [plan.tasks[index].id for index in only]
    again = " ".join(f"{run}/{name}" for name in names[:MOST_FIRST])
    who = (
        f"{names[0]} waits only because the list has it"
        if len(names) == 1
        else f"{few(names)} wait only because the list has them"
    )
    it = "it need" if len(names) == 1 else "they need"
    return [f"{who} behind others. If the user says that {it} not wait: `fanout first {again}` lifts that."]


def _only_by_order(plan: Plan) -> list[int]:
    """Those that nothing but the list's order keeps from starting at once."""
    open_ = [index for index in range(len(plan.tasks)) if index not in plan.done]
    waits = {
        index: [edge.source for on, edge in plan.edges(index) if on not in plan.done]
        for index in open_
        if plan.answer.start[index]
    }
    return [index for index, sources in waits.items() if sources and all(source in relax.WEAK for source in sources)]


def unchecked(plan: Plan, run: str, tests: tuple[str, str] | None, is_alone: bool = False) -> str:
    """What to do about tasks that no command checks; `tests` is the project's own command and where it was found. `is_alone`:
    nobody can be asked whether it may be run."""
    open_ = [task for index, task in enumerate(plan.tasks) if index not in plan.done and not _only_finds(plan, task)]
    bare = [task.id for task in open_ if not any(item.command for item in task.accept)]
    if not bare or all(report_files.are_texts(task.writes) for task in open_):
        return ""
    who = "No task has" if len(bare) == len(plan.tasks) - len(plan.done) else f"{few(bare)} have"
    if who.endswith("have") and len(bare) == 1:
        who = f"{bare[0]} has"
    none = "no" if not who.startswith("No ") else "a"
    if tests is None:
        declares_none = any(not plan.tasks[plan.names.index(name)].writes for name in bare)
        more = "; a task that declares none is done when its agent says so" if declares_none else ""
        return (
            f"{who} {none} command that checks the result: fanout looks whether the declared files are written{more}."
        )
    command, where = tests
    if is_alone:
        return (
            f"{who} {none} command that checks the result; nobody is here to allow the project's tests (`{command}`)."
        )
    return (
        f"{who} {none} command that checks the result. Ask whether the project's tests (seen in {where}) shall: `fanout amend "
        f"{run} --accept {shlex.quote(command)}` has them run for each of these that has not ended."
    )


def _only_finds(plan: Plan, task: Task) -> bool:
    """Whether no command can check what comes of it: it changes nothing."""
    note = plan.reading.notes.get(task.id)
    says_none = not task.writes and ((note is not None and note.writes_nothing) or task.agent in agent_types.RUNNERS)
    return says_none or task.read_only or task.agent in agent_types.READERS


def uncommitted(changed: dict[str, list[str]]) -> str:
    """`changed`: task id -> its files that the user has changed and not committed."""
    if not changed:
        return ""
    shown = [f"{task} ({few(paths, 2)})" for task, paths in list(changed.items())[:MOST_CHANGED]]
    more = f" and {len(changed) - MOST_CHANGED} tasks more" if len(changed) > MOST_CHANGED else ""
    return (
        f"Uncommitted changes of the user's own stand in files of {', '.join(shown)}{more}: agents build on them, "
        f"and `fanout commit` leaves them out where the lines can be told apart."
    )


def left_behind(names: list[str], run: str) -> str:
    """`names`: what is not committed, where each agent has a tree of what is."""
    if not names:
        return ""
    many_ = len(names) > 1
    return (
        f"Not committed, so not in the agents' trees: {few(names, MOST_CHANGED)}. If they need {'them' if many_ else 'it'}: "
        f"`fanout cancel {run}`, commit, and start again."
    )


def many(plan: Plan, run: str, source: str) -> str:
    """Of a long list: what else could run it, "" for others."""
    left = sum(1 for index in range(len(plan.tasks)) if index not in plan.done)
    if left < MANY:
        return ""
    again = f"`fanout cancel {run}`, then `fanout start {shlex.quote(source)} --engine"
    return (
        f"{left} tasks: here each result comes into the conversation. {again} workflow` gives them to the client's workflow "
        f"runtime (it asks the user once; every agent costs the same), `--engine local` to headless clients that need no "
        f"conversation. Tell the user that there is this choice."
    )

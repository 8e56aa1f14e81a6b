"""The plan for people, and for Claude to read back: at most 40 lines for any size, unless everything is asked for.

render
  head           the figures
  plan_edges     what orders the tasks, and what each risk would plan
  _starts        what starts when in the rolling schedule, which is what runs
  _batches       what would run with --barrier: a line for each task while they fit, else for each batch
  _chart         agents over time, rolling, for a terminal
  plan_waits     why tasks wait, rolling
  _path, _split  what decides the length, and what would shorten it
  _lanes         what one agent could do in order
  _warnings      one line for each code

Two schedules stand in it, rolling and batches: each part says of which it is.
"""

from __future__ import annotations

from collections import Counter

from fanout.plan import lanes, whatif
from fanout.plan.plan import DEFAULT_MINUTES, Plan
from fanout.plan.reading import Remark
from fanout.report import gantt, plan_edges, plan_waits
from fanout.report.cells import clean, counted, cut, few, pad
from fanout.report.ink import PLAIN, Ink
from fanout.run.tasks import measure

LINES = 40
WIDTH = 100
_FLOOR = 5
_SIDE_BY_SIDE = 30
_MOMENTS = 8
_LONGEST = 600
_SAME = 1e-6
STARTS_WITH = (
    "held-back",
    "cancelled",
    "under-way",
    "unread-lines",
    "unknown-task",
    "parent-over",
    "unknown-status",
    "odd-pattern",
    "parallel-unproven",
)
_BATCHES = "In batches, as start --barrier would run it"
_BOTH = "In batches; rolling starts the same tasks at the same times"


def render(plan: Plan, everything: bool = False, chart: bool = False, ink: Ink = PLAIN, columns: int = WIDTH) -> str:
    """The plan; `chart` adds agents over time, `columns` is how wide that may be."""
    fixed = [head(plan), *plan_edges.lines(plan), *_starts(plan, everything)]
    tail = [*_path(plan, everything), *_split(plan), *_lanes(plan, everything)]
    drawn = _chart(plan, columns) if chart else []
    waits = _titled("Waits, rolling", plan_waits.lines(plan, 1000 if everything else 6))
    warnings = _warnings(plan, everything)
    batches = _tasks(plan)
    room = LINES - len(fixed) - len(tail) - len(drawn)
    if not everything:
        if len(batches) + min(len(waits), _FLOOR) + min(len(warnings), _FLOOR) > room:
            batches, waits, warnings = _fit([_table(plan), waits, warnings], room)
        else:
            waits, warnings = _fit([waits, warnings], room - len(batches))
        fixed, waits, tail, warnings = ([cut(x, _LONGEST) for x in part] for part in (fixed, waits, tail, warnings))
    parts = [ink(fixed[0], "bold"), *fixed[1:], *_inked(batches, ink), *_inked(drawn, ink), *_inked(waits, ink), *tail]
    return "\n".join([*parts, *(ink(line, "yellow") for line in warnings)])


def _starts(plan: Plan, everything: bool) -> list[str]:
    """`Rolling starts a, b at once; c after 10 min`: tasks that start together stand together."""
    moments: dict[float, list[int]] = {}
    for index in plan.answer.order:
        if index not in plan.done:
            moments.setdefault(plan.answer.start[index], []).append(index)
    if not moments or _alike(plan):
        return []
    most = (1000, len(moments)) if everything else (6, _MOMENTS)
    shown = [
        f"{few(plan.ids(moments[moment]), most[0])} {f'after {minutes(moment)}' if moment else 'at once'}"
        for moment in sorted(moments)[: most[1]]
    ]
    left = sum(len(moments[moment]) for moment in sorted(moments)[most[1] :])
    return [f"Rolling starts {'; '.join(shown)}{f'; {left} more later' if left else ''}."]


def _alike(plan: Plan) -> bool:
    """Whether the rolling schedule is the batches: every task starts when its batch does."""
    begun = 0.0
    for batch in plan.answer.batches:
        if any(abs(plan.answer.start[index] - begun) > _SAME for index in batch):
            return False
        begun += batch_minutes(plan, batch)
    return True


def _title(plan: Plan) -> str:
    return _BOTH if _alike(plan) else _BATCHES


def _lanes(plan: Plan, everything: bool) -> list[str]:
    """Chains on the same files that one agent could do in order, at no loss of time."""
    chains = lanes.find(plan)
    if not chains:
        return []
    shown = [
        f"{_chain(plan.ids(list(lane.tasks)), everything)} (all write {clean(lane.witness)})"
        for lane in (chains if everything else chains[:2])
    ]
    more = f" and {len(chains) - len(shown)} more" if len(chains) > len(shown) else ""
    spared = sum(len(lane.tasks) - 1 for lane in chains)
    return [
        f"One agent for a chain (start --lanes), {counted(spared, 'agent')} fewer in the same time: {'; '.join(shown)}{more}."
    ]


def minutes(value: float) -> str:
    """`45 min`, `1 h 30`."""
    if value < 90:
        return f"{value:.3g} min"
    hours, rest = divmod(round(value), 60)
    return f"{hours} h {rest:02d}"


def head(plan: Plan) -> str:
    """The plan's figures in one line."""
    answer, alone = plan.answer, plan.sequential_minutes()
    title = clean(plan.reading.called)
    unasked = sum(note.unasked for note in plan.reading.notes.values())
    cancelled = sum(note.status == "skipped" and not note.unasked for note in plan.reading.notes.values())
    states = {
        "done": len(plan.done) - len(plan.left_out) - unasked - cancelled,
        "cancelled in the list": cancelled,
        "left out": unasked,
        "held back": len(plan.left_out),
    }
    told = ", ".join(f"{count} {state}" for state, count in states.items() if count)
    done = f" ({told})" if told else ""
    what = f"{cut(title, 60)}: {counted(len(plan.tasks), 'task')}{done}"
    if not answer.makespan:
        return f"{what}. Nothing is left that takes time."
    bound = "optimal" if answer.proven_optimal else f"at least {minutes(answer.lower_bound)}"
    return (
        f"{what}, {_at_once(plan)}. {_rolling(plan)} {minutes(answer.makespan)} ({bound}), {alone / answer.makespan:.1f} times "
        f"faster than one after another ({minutes(alone)}); in batches {minutes(answer.batch_makespan)}, "
        f"{alone / answer.batch_makespan:.1f} times; dealt round-robin {minutes(whatif.round_robin(plan))}."
    )


def _at_once(plan: Plan) -> str:
    """`up to 3 agents at once (limit 5)`: as many as the plan ever has at work, which a chain's limit says nothing of."""
    left = [index for index in range(len(plan.tasks)) if index not in plan.done]
    most = measure.most_at_once([(plan.answer.start[index], plan.answer.finish[index]) for index in left])
    if most < 2:
        return "one agent at a time"
    limit = plan.reading.document.max_parallel
    return f"up to {most} agents at once ({'the limit' if most == limit else f'limit {limit}'})"


def _rolling(plan: Plan) -> str:
    """What the figures rest on, where the list says no sizes at all."""
    known = any(task.estimate_minutes for index, task in enumerate(plan.tasks) if index not in plan.done)
    return "Rolling" if known else f"If each task takes {minutes(DEFAULT_MINUTES)}: rolling"


def by_code(plan: Plan) -> dict[str, list[Remark]]:
    """The warnings, those of one code together, in the order of the first of each."""
    found: dict[str, list[Remark]] = {}
    for warning in plan.warnings:
        found.setdefault(warning.code, []).append(warning)
    return found


def batch_minutes(plan: Plan, batch: list[int]) -> float:
    return max(plan.durations[index] for index in batch)


def agents_of(plan: Plan, batch: list[int]) -> str:
    """`3 agents`, or with types `3 agents (2 coder, tester)`."""
    types = Counter(clean(plan.tasks[index].agent or "") for index in batch)
    named = [f"{count} {name}" if count > 1 else name for name, count in types.most_common() if name]
    return counted(len(batch), "agent") + (f" ({few(named, 4)})" if named else "")


def _tasks(plan: Plan) -> list[str]:
    lines = [_title(plan)] if plan.answer.batches else []
    for number, batch in enumerate(plan.answer.batches, 1):
        lines.append(f"Batch {number}: {counted(len(batch), 'agent')}, {minutes(batch_minutes(plan, batch))}")
        lines += [f"  {_task(plan, index)}" for index in batch]
    return lines


def _task(plan: Plan, index: int) -> str:
    task = plan.tasks[index]
    agent = f"  [{clean(task.agent)}]" if task.agent else ""
    title = cut(task.title or task.description, 60)
    return f"{task.id}  {title}{agent}  {minutes(plan.durations[index])}".replace("    ", "  ")


def _table(plan: Plan) -> list[str]:
    rows = []
    for number, batch in enumerate(plan.answer.batches, 1):
        rows.append((f"{number}", agents_of(plan, batch), minutes(batch_minutes(plan, batch)), few(plan.ids(batch), 8)))
    if not rows:
        return []
    widths = [max(5, *(len(row[place]) for row in rows)) for place in range(3)]
    widths[1] = min(widths[1], _SIDE_BY_SIDE)
    head = ("Batch", "Agents", "Takes", "Tasks")
    return [_title(plan)] + [
        "  ".join([row[0].rjust(5), pad(row[1], widths[1]), pad(row[2], widths[2]), row[3]]).rstrip()
        for row in (head, *rows)
    ]


def _chart(plan: Plan, columns: int) -> list[str]:
    bars = [
        gantt.Bar(task.id, plan.answer.start[index], plan.answer.finish[index])
        for index, task in enumerate(plan.tasks)
        if index not in plan.done and plan.answer.finish[index] > plan.answer.start[index]
    ]
    return _titled("Agents over time, rolling", gantt.draw(bars, columns - 2))


def _path(plan: Plan, everything: bool) -> list[str]:
    path = plan.answer.critical_path
    if len(path) < 2:
        return []
    names = [f"{plan.tasks[index].id} {plan.durations[index]:.3g}" for index in path]
    length = minutes(sum(plan.durations[index] for index in path))
    return [f"Critical path {length}: {_chain(names, everything)}"]


def _chain(names: list[str], everything: bool) -> str:
    """`a -> b -> c`, a long one without its middle."""
    if len(names) > 12 and not everything:
        names = [*names[:6], f"({len(names) - 11} more)", *names[-5:]]
    return " -> ".join(names)


def _split(plan: Plan) -> list[str]:
    split = whatif.split(plan)
    if split is None:
        return []
    name, size = plan.tasks[split.task].id, plan.durations[split.task]
    line = (
        f"To gain most, split {name} ({minutes(size)}): as two tasks of {minutes(size / 2)} side by side rolling "
        f"takes {minutes(split.makespan)}, {minutes(split.saves)} less."
    )
    gated = few(plan.ids(split.gated), 6)
    more = f" {gated} start only after all of it: let each depend on the half that it needs."
    return [line + more if len(split.gated) > 1 else line]


def _warnings(plan: Plan, everything: bool) -> list[str]:
    lines = []
    for code, remarks in by_code(plan).items():
        if everything or len(remarks) == 1:
            lines += [_warning(remark) for remark in remarks]
            continue
        lines.append(first_of(code, remarks))
    return lines


def first_of(code: str, remarks: list[Remark]) -> str:
    """One line for all remarks of a code."""
    if len(remarks) == 1:
        return _warning(remarks[0])
    tasks = few(list(dict.fromkeys(remark.task for remark in remarks if remark.task)))
    of = f" (tasks {tasks})" if tasks and tasks != remarks[0].task else ""
    return f"Warning {code}, {len(remarks)} times{of}; the first: {_said(remarks[0])}"


def said(plan: Plan) -> list[str]:
    """What whoever starts the plan has to know: what of the list is not started, not read, or doubtful."""
    found = by_code(plan)
    return [first_of(code, found[code]) for code in STARTS_WITH if code in found]


def _warning(remark: Remark) -> str:
    return f"Warning {remark.code}: {_said(remark)}"


def _said(remark: Remark) -> str:
    task = f"{remark.task}: " if remark.task else ""
    return clean(f"{task}{remark.message.rstrip('.')}. {remark.fix}").rstrip()


def _titled(title: str, lines: list[str]) -> list[str]:
    return [title, *(f"  {line}" for line in lines)] if lines else []


def _fit(sections: list[list[str]], room: int) -> list[list[str]]:
    """The sections in so many lines: the longest gives way first, and says how much is missing."""
    sizes = [len(section) for section in sections]
    while sum(sizes) > room:
        longest = max(range(len(sizes)), key=lambda place: (sizes[place] > _FLOOR, sizes[place]))
        sizes[longest] -= 1
    return [_cut_lines(section, size) for section, size in zip(sections, sizes, strict=True)]


def _cut_lines(lines: list[str], size: int) -> list[str]:
    if len(lines) <= size:
        return lines
    return [*lines[: size - 1], f"  ... {counted(len(lines) - size + 1, 'more line')}: --all"]


def _inked(lines: list[str], ink: Ink) -> list[str]:
    return [line if line.startswith(" ") else ink(line, "cyan") for line in lines]

"""A task reads what another creates, and does not depend on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fanout.plan.pattern import Mode, key
from fanout.plan.plan import Plan
from fanout.plan.project_facts import ProjectFacts
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed

if TYPE_CHECKING:
    from fanout.plan.check.plan_facts import PlanFacts


class Missing(NamedTuple):
    """`reader` reads `path`, which is not there before `writers` have made it. `late`: they depend on the reader."""

    reader: int
    writers: list[int]
    path: str
    late: bool


MOST_PATHS = 8
MARKDOWN, NATIVE = "markdown", "native"  # formats whose way to state an order is known here


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """Paths that a task names among its reads, that do not exist, and that nothing before it writes: one for each."""
    groups: dict[tuple[str, bool], list[Missing]] = {}
    for one in facts.missing:
        groups.setdefault((one.path, one.late), []).append(one)
    ranked = sorted(groups.values(), key=lambda group: (not group[0].late, -len(group)))
    for group in ranked[:MOST_PATHS]:
        yield _remark(facts.plan, group)
    if len(ranked) > MOST_PATHS:
        message = f"{len(ranked) - MOST_PATHS} more paths are read beside the task that creates them"
        yield Remark("missing-edge", message, "", "Fix the first ones and look again.")


def _remark(plan: Plan, group: list[Missing]) -> Remark:
    first, *others = plan.ids([one.reader for one in group])
    writers = plan.ids(sorted({index for one in group for index in one.writers}))
    too = f" ({listed(others)} {'read' if len(others) > 1 else 'reads'} it too)" if others else ""
    creates = "creates" if len(writers) == 1 else "create"
    path = group[0].path
    if group[0].late:
        message = f"reads {path}, but {listed(writers)}, which {creates} it, depends on it{too}"
        return Remark("reads-too-early", message, first, "Turn the dependency round, or drop the read.")
    message = f"reads {path}, which {listed(writers)} {creates}, and does not depend on it{too}"
    return Remark("missing-edge", message, first, _fix(plan, writers, [first, *others]))


def _fix(plan: Plan, writers: list[str], readers: list[str]) -> str:
    """How a list of this format states the order, and what happens when it does not."""
    one, listing = (writers[0] if len(writers) == 1 else ""), listed(readers)
    if plan.reading.format == MARKDOWN:
        how = f'Write "(depends on {one or "the one that creates it"})" in the line of {listing}'
    elif plan.reading.format == NATIVE:
        named = f'"{one}"' if one else "the one that creates it"
        how = f"Add {named} to depends_on of {listing}"
    else:
        how = f"State in the list that {listing} depends on {one or 'the one that creates it'}"
    index, rank = plan.index, plan.rank
    if max(rank[index[name]] for name in writers) > min(rank[index[name]] for name in readers):
        return f"{how}."
    starts, made = "start" if len(readers) > 1 else "starts", listed(writers)
    return f"{how}. As it stands {listing} {starts} after {made} all the same, even if {made} fail{'s' if one else ''}."


def pairs(facts: PlanFacts) -> set[tuple[int, int]]:
    """The pairs that a remark of this rule names."""
    return {(min(one.reader, writer), max(one.reader, writer)) for one in facts.missing for writer in one.writers}


def find(facts: PlanFacts) -> list[Missing]:
    """One for each task and the writers that it misses, at its first such path."""
    writers = _writers(facts)
    by_writers: dict[tuple[int, tuple[int, ...]], Missing] = {}
    for reader in facts.left:
        for pattern in facts.plan.patterns.reads[reader]:
            if pattern.is_literal:
                one = _missing(facts, reader, pattern.anchor, writers)
                if one is not None:
                    by_writers.setdefault((reader, tuple(one.writers)), one)
    return list(by_writers.values())


def _missing(facts: PlanFacts, reader: int, path: str, writers: dict[str, list[int]]) -> Missing | None:
    makers = [index for name in _upwards(_key(path, facts.project)) for index in writers.get(name, ())]
    below = facts.plan.below
    if not makers or reader in makers or any(below[reader] >> index & 1 for index in makers):
        return None
    if facts.project.exists(path):
        return None
    left = [index for index in makers if index not in facts.plan.done]
    beside = [index for index in left if not below[index] >> reader & 1]
    return Missing(reader, beside or left, path, not beside) if left else None


def _writers(facts: PlanFacts) -> dict[str, list[int]]:
    """Who writes a path by name; of a folder, under the folder's name with a slash."""
    writers: dict[str, list[int]] = {}
    for index, named in enumerate(facts.named):
        for path, below in named:
            name = _key(path, facts.project)
            writers.setdefault(name, []).append(index)
            if below:
                writers.setdefault(f"{name}/", []).append(index)
    return writers


def _upwards(path: str) -> Iterator[str]:
    yield path
    while "/" in path:
        path = path.rpartition("/")[0]
        yield f"{path}/"


def _key(path: str, project: ProjectFacts) -> str:
    return key(path, Mode.FULL if project.case_insensitive else Mode.EXACT)

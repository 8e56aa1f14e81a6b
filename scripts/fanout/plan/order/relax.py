"""The reading at the risk that the user chose: which inferred edges hold, and what the text gives evidence for.

settle
  low      the order as it was read
  Signs    what each task says of its files and names
  evidence what a later task needs of an earlier one
  _held    for each task, which of those before it stay before it
  _least   the fewest edges that say the same
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fanout.plan import graph
from fanout.plan.model import Task
from fanout.plan.order import architecture, dependency_evidence, modules, signs
from fanout.plan.order.dependency_evidence import Found
from fanout.plan.order.signs import HUBS, Signs
from fanout.plan.reading import STATED, Edge, Inference, Note, Reading, Remark, with_tasks

Risk = Literal["low", "normal", "high"]
RISKS: tuple[Risk, ...] = ("low", "normal", "high")
WEAK = ("list order", "barrier")
BLOCKS = (
    "stated barrier"  # falls as a barrier does where both name what they write; what is left of it is no order alone
)
# Lists that state no order where each task names its files: that one reads what an earlier one makes is order enough.
FREE = (
    *("markdown", "kiro", "openspec", "spec-workflow", "conductor", "agent-os", "ai-dev-tasks", "trae", "exec-plan"),
    *("plan", "cursor"),
)
POLISH = re.compile(r"\b(?:polish|cross-cutting)\b", re.IGNORECASE)
HIGH_STRENGTH = 0.6
ORDER_STRENGTH = 0.5  # steps in order, and what a format says of its unmarked tasks, are worth more
HOLDS = ", so the list's order holds"
DONE = ("completed", "skipped")


@dataclass(frozen=True, slots=True)
class _List:
    """Tasks by their place in an order that keeps every edge; `before[i]` are masks of places."""

    order: list[int]  # place -> index
    place: list[int]  # index -> place
    needs: list[dict[int, Edge]]  # by place: what it waits for as read
    before: list[int]  # not what stands before something done that a task needs for a better reason than its place
    firm: list[int]  # all before it, by edges that always hold
    spoken: list[int]  # ... and by those for which more speaks than the list's order
    over: set[int]  # the places of what is done


def settle(reading: Reading, risk: Risk, tracked: frozenset[str] = frozenset(), is_apart: bool = False) -> Reading:
    """The reading whose inferred edges are those that hold at `risk`; `tracked` are the project's files, if known. `is_apart`:
    see ProjectFacts; the list's order alone then holds nothing at high risk."""
    is_bare = not any(note.order for note in reading.notes.values())  # nothing was inferred
    if _stays_as_read(reading, risk, is_bare) or not _can_be_ordered(reading.document.tasks):
        return reading
    seen = [signs.of(task, reading.notes.get(task.id, Note()), tracked) for task in reading.document.tasks]
    listed = _listed(reading)
    found, against = _usable(reading, listed, dependency_evidence.find(seen) if risk != "low" or is_bare else {}, risk)
    kept = _lifted(reading, listed, _held(listed, seen, found, risk, is_apart and risk == "high"))
    return _written(reading, listed, seen, kept, found, against)


def _stays_as_read(reading: Reading, risk: Risk, is_bare: bool) -> bool:
    """Whether the list states its order, or it was inferred and no edge of it is doubted at this risk."""
    if is_bare:
        return reading.format not in FREE
    return risk == "low" and not any(note.free_of or note.status in DONE for note in reading.notes.values())


def _can_be_ordered(tasks: Sequence[Task]) -> bool:
    """Whether there are several, each id is one task, and none waits for itself."""
    names = {task.id for task in tasks}
    return 1 < len(names) == len(tasks) and not graph.cycle({task.id: task.depends_on for task in tasks})


def _listed(reading: Reading) -> _List:
    tasks = reading.document.tasks
    index = {task.id: number for number, task in enumerate(tasks)}
    named = graph.topological({task.id: task.depends_on for task in tasks})
    order = [index[name] for name in named]
    place = [0] * len(order)
    for number, one in enumerate(order):
        place[one] = number
    needs = []
    for name in named:
        edges = reading.notes[name].order if name in reading.notes else {}
        depends = tasks[index[name]].depends_on
        needs.append({place[index[other]]: edges.get(other, STATED) for other in depends if other in index})
    firm = [[on for on, edge in edges.items() if not _is_weak(edge)] for edges in needs]
    spoken = [[on for on, edge in edges.items() if not is_only_order(edge)] for edges in needs]
    over = {number for number, name in enumerate(named) if reading.notes.get(name, Note()).status in DONE}
    return _List(order, place, needs, _before(needs, over), graph.ancestors(firm), graph.ancestors(spoken), over)


def _before(needs: Sequence[dict[int, Edge]], over: set[int]) -> list[int]:
    before: list[int] = []
    for edges in needs:
        far = _mask(on for on, edge in edges.items() if on not in over or _is_weak(edge))
        mask = _mask(edges)
        for on in graph.members(far):
            mask |= before[on]
        before.append(mask)
    return before


def _usable(reading: Reading, listed: _List, found: Found, risk: Risk) -> tuple[Found, list[tuple[int, int]]]:
    """The evidence by places, without what claims and stated needs speak against; and what those contradict."""
    tasks, notes = reading.document.tasks, reading.notes
    parallel = [bool(task.id in notes and notes[task.id].parallel) for task in tasks]
    kept: Found = {}
    against: list[tuple[int, int]] = []
    for (one, two), edge in found.items():
        a, b = listed.place[one], listed.place[two]
        if (risk == "high" and edge.strength < HIGH_STRENGTH) or (
            tasks[one].id in notes and notes[tasks[one].id].optional
        ):
            continue
        if listed.firm[a] >> b & 1:
            against.append((a, b))
        elif a < b and not (parallel[one] and parallel[two] and not listed.before[b] >> a & 1):
            kept[a, b] = edge
    return kept, against


@dataclass(frozen=True, slots=True)
class _Places:
    """Masks of the places whose tasks name their files, say exactly what they make, write code, only document."""

    named: int
    precise: int
    coded: int
    documents: int


def _places(said: Sequence[Signs]) -> _Places:
    return _Places(
        named=_mask(place for place, one in enumerate(said) if one.named),
        precise=_mask(place for place, one in enumerate(said) if one.precise),
        coded=_mask(place for place, one in enumerate(said) if one.words.code),
        documents=_mask(place for place, one in enumerate(said) if one.checks and one.writes),
    )


def _held(listed: _List, seen: Sequence[Signs], found: Found, risk: Risk, is_free: bool) -> list[int]:
    """For each place the mask of the places that stay before it. `is_free`: the list's order alone holds nothing."""
    said = [seen[index] for index in listed.order]
    places = _places(said)
    built = architecture.keeps(said) if risk == "normal" else [0] * len(said)
    makers = [(place, one) for place, one in enumerate(said) if one.scaffold is not None]
    held = [_bits(needs) for needs in listed.needs]
    for a, b in found:
        held[b] |= 1 << a
    for place, one in enumerate(said):
        free = _free_of(one, places, built[place], risk)
        if risk != "high":
            free &= ~_mask(on for on, maker in makers if _is_below(one, maker))
            if POLISH.search(one.phase):  # it works on what all phases before it have made, whatever files it names
                free &= _mask(on for on, other in enumerate(said) if other.phase == one.phase)
        before = listed.spoken if is_free and not one.checks else listed.before
        held[place] |= before[place] & ~free
    return held


def _free_of(one: Signs, places: _Places, built: int, risk: Risk) -> int:
    """The places whose order with this task falls, as both name what they write; `built` are those that it builds on."""
    if not one.named:
        return 0
    if risk == "high":
        return places.named
    if risk == "low" or not one.precise:
        return 0
    below = built & ~places.coded if one.words.code else built
    return (places.named & places.precise & ~below) | places.documents  # nobody waits for a document


def _is_below(one: Signs, maker: Signs) -> bool:
    """Whether a task works in the project that another one makes; of a mere package only what is code needs that."""
    is_package = bool(maker.made) and all(path.endswith("/__init__.py") for path in maker.made)
    inside = [path for path in one.writes if path.startswith(f"{maker.scaffold}/")]
    return not maker.scaffold or any(not is_package or modules.is_code(path) for path in inside)


def _lifted(reading: Reading, listed: _List, held: list[int]) -> list[int]:
    """The masks without the pairs that an analyst calls independent; what is stated holds."""
    names = [reading.document.tasks[index].id for index in listed.order]
    place = {name: number for number, name in enumerate(names)}
    free = [0] * len(names)
    for name, note in reading.notes.items():
        for other in note.free_of:
            if name in place and other in place:
                free[place[name]] |= 1 << place[other]
                free[place[other]] |= 1 << place[name]
    stated = [_mask(on for on, edge in needs.items() if edge.source == "stated") for needs in listed.needs]
    return [mask & ~free[number] | stated[number] for number, mask in enumerate(held)]


def is_only_order(edge: Edge) -> bool:
    """Whether nothing speaks for it but that the list has the other one first: no need, so a failure there ends nothing."""
    return edge.source == "list order" and edge.strength <= ORDER_STRENGTH


def is_step(edge: Edge) -> bool:
    """Whether the list counts its steps or has phases: a need, but one that the user may lift, as nothing else speaks for it."""
    return edge.source in WEAK and not is_only_order(edge)


def _is_weak(edge: Edge) -> bool:
    """Whether it holds only for want of anything better; a changelog that both write sets no order, its hazard is enough."""
    if edge.source == "shared file":
        return bool(HUBS.search(edge.why.removesuffix(" too").rpartition(" ")[2]))
    return edge.source in (*WEAK, BLOCKS)


def _mask(places: Iterable[int]) -> int:
    mask = 0
    for place in places:
        mask |= 1 << place
    return mask


def _bits(needs: dict[int, Edge]) -> int:
    return _mask(on for on, edge in needs.items() if not _is_weak(edge))


def _written(
    reading: Reading,
    listed: _List,
    seen: Sequence[Signs],
    held: list[int],
    found: Found,
    against: list[tuple[int, int]],
) -> Reading:
    tasks = reading.document.tasks
    names = [tasks[index].id for index in listed.order]
    changed, notes = list(tasks), dict(reading.notes)
    whole: list[int] = []
    for place, name in enumerate(names):
        least, mask = _least(held[place], whole, listed.needs[place])
        whole.append(0 if place in listed.over else mask)  # behind what is done its own order still holds
        edges = {names[on]: _edge(listed, seen, found, place, on, names) for on in least}
        task = tasks[listed.order[place]]
        note = notes.get(name, Note())
        inferred = {other: edge for other, edge in edges.items() if edge is not STATED}
        if set(edges) == set(task.depends_on) and inferred == note.order:
            continue
        changed[listed.order[place]] = task.model_copy(update={"depends_on": list(edges)})
        notes[name] = replace(note, order=inferred, inferred=_inferences(note, inferred))
    before = reading.as_read or reading.document
    return replace(with_tasks(reading, changed, *_contradictions(names, against)), notes=notes, as_read=before)


def _least(held: int, whole: list[int], needs: dict[int, Edge]) -> tuple[list[int], int]:
    """The fewest places that bring all of `held` with them, stated ones first, and all that they bring."""
    kept = [on for on, edge in needs.items() if edge.source == "stated"]
    mask = 0
    for on in kept:
        mask |= whole[on] | 1 << on
    rest = held & ~mask
    while rest:
        last = rest.bit_length() - 1
        kept.append(last)
        mask |= whole[last] | 1 << last
        rest &= ~mask
    return kept, mask


def _edge(listed: _List, seen: Sequence[Signs], found: Found, place: int, on: int, names: Sequence[str]) -> Edge:
    """The best reason that there is for an edge."""
    read = listed.needs[place].get(on)
    proof = found.get((on, place))
    by_place = _edge_by_place(seen[listed.order[place]], seen[listed.order[on]], names[place], names[on])
    if read is not None and (proof is None or read.source == "stated" or read.strength >= proof.strength):
        return _told(read, by_place)
    return proof or by_place


def _told(read: Edge, by_place: Edge) -> Edge:
    """The edge as it was read. Of steps it says why their order holds here and not elsewhere, and a check at the end is one."""
    if is_only_order(read) and read.why.endswith(HOLDS) and by_place.source == "created path":
        return by_place  # as it was read nobody knew its files yet
    if not is_step(read):
        return read
    if by_place is dependency_evidence.CLOSING:
        return by_place
    if read.source == by_place.source == "list order":
        return read._replace(why=f"{read.why}, and {by_place.why.removesuffix(HOLDS)}")
    return read


def _edge_by_place(late: Signs, early: Signs, late_name: str, early_name: str) -> Edge:
    """Why one task stays behind another for no word of its own."""
    if late.checks:
        return dependency_evidence.CLOSING
    if early.scaffold is not None and _is_below(late, early):
        return Edge("the project that it works in is made first", "created path", 0.7)
    both_named = late.named and early.named
    if late.phase != early.phase and not both_named:
        return Edge("its phase comes after", "barrier", 0.5)
    if both_named and late.precise and early.precise:
        return Edge("by the folders and names of its files it builds on that", "created path", 0.5)
    vague = both_named or (late.named and early.checks and bool(early.writes))  # nobody waits for a document
    lacks = "names its files only in its text" if vague else "names no file"
    is_early = both_named and not early.precise if vague else late.named
    return Edge(f"{early_name if is_early else late_name} {lacks}{HOLDS}", "list order", 0.3)


def _inferences(note: Note, order: dict[str, Edge]) -> list[Inference]:
    """The note's inferences, that of depends_on told anew."""
    rest = [one for one in note.inferred if one.field != "depends_on"]
    if not order:
        return rest
    reasons = list(dict.fromkeys(edge.why for edge in order.values()))
    more = f"; and {len(reasons) - 3} more" if len(reasons) > 3 else ""
    return [
        *rest,
        Inference("depends_on", "; ".join(reasons[:3]) + more, min(edge.strength for edge in order.values())),
    ]


def _contradictions(names: list[str], against: list[tuple[int, int]]) -> list[Remark]:
    return [
        Remark(
            "order-contradicts",
            f"it makes what {names[behind]} uses, and waits for {names[behind]}: what is stated holds",
            names[before],
            "Check the stated dependencies.",
        )
        for before, behind in against
    ]

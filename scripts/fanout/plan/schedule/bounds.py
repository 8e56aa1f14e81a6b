"""No schedule can be shorter than this."""

from __future__ import annotations

from .model import Model


def heads(model: Model) -> list[int]:
    """The earliest start of each task by its dependencies and by the running tasks it conflicts with."""
    head = [0] * model.n
    for k in range(model.running, model.n):
        ready = max((head[a] + model.dur[a] for a in model.need[k]), default=0)
        clear = max((model.dur[a] for a in model.foes[k] if a < model.running), default=0)
        head[k] = max(ready, clear)
    return head


def tails(model: Model) -> list[int]:
    """The least time between the end of each task and the end of all, by dependencies."""
    tail = [0] * model.n
    for k in range(model.n - 1, -1, -1):
        tail[k] = max((model.dur[b] + tail[b] for b in model.after[k]), default=0)
    return tail


def critical_path(model: Model) -> list[int]:
    """The longest chain of dependencies, first task first."""
    tail = tails(model)
    best = max(range(model.n), key=lambda k: (model.dur[k] + tail[k], -k), default=-1)
    path = []
    while best >= 0:
        path.append(best)
        best = max(model.after[best], key=lambda k: (model.dur[k] + tail[k], -k), default=-1)
    return path


def lower_bound(model: Model) -> int:
    """The best of the bounds: the critical path, the work over the slots."""
    head, tail = heads(model), tails(model)
    path = max((head[k] + model.dur[k] + tail[k] for k in range(model.n)), default=0)
    work = -(-sum(model.dur) // model.slots) if model.running <= model.slots else 0
    return max(path, work)

"""Small plans as plain data, the way the planner hands them to a run."""

from __future__ import annotations

import re
from typing import Any

from fanout.plan.overlap import overlap
from fanout.plan.pattern import parse
from fanout.run.store import case_folding, paths


def plan(
    tasks: dict[str, dict[str, Any]],
    *,
    mode: str = "rolling",
    cap: int = 5,
    on_failure: str = "best-effort",
    title: str = "Demo",
    hazards: list[tuple[str, str, str, str]] | None = None,
) -> dict[str, Any]:
    """`tasks`: id -> {"needs", "writes" and "reads" (paths, patterns), "batch", ...}; order of the dict is the rolling order.

    Hazards between tasks with a common path are added by themselves.
    """
    records = {
        name: {"id": name, "writes": task.get("writes", []), **task.get("record", {})} for name, task in tasks.items()
    }
    found = list(hazards or [])
    names = list(tasks)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            found += _hazards(one, tasks[one], other, tasks[other])
    return {
        "title": title,
        "source": title.lower(),
        "format": "native",
        "files": {},
        "document": {
            "id": title.lower(),
            "max_parallel": cap,
            "policy": {"on_failure": on_failure},
            "tasks": list(records.values()),
        },
        "predicted": {"makespan_minutes": 1.0, "sequential_minutes": 2.0},
        "mode": mode,
        "tasks": [
            {
                "id": name,
                "rank": rank,
                "batch": task.get("batch", 1),
                "title": task.get("title", f"Task {name}"),
                "agent": task.get("agent", "general-purpose"),
                "estimate": task.get("estimate", 1.0),
                "record": records[name],
                "needs": task.get("needs", []),
                "follows": task.get("follows", []),
                "steps": task.get("steps", []),
                "state": task.get("state", "pending"),
            }
            for rank, (name, task) in enumerate(tasks.items())
        ],
        "hazards": [{"tasks": [a, b], "kind": kind, "witness": witness} for a, b, kind, witness in found],
        "declared": [
            {"task": name, "mode": mode, **declared(path)}
            for name, task in tasks.items()
            for mode in ("write", "read")
            for path in task.get(f"{mode}s", [])
        ],
    }


def declared(path: str, folds: bool = False) -> dict[str, str]:
    """How the journal keeps a pattern. A plain path is that path alone, also without an extension."""
    if _is_plain(path):
        key = paths.key(path, folds)
        return {"anchor": key, "pattern": path, "regex": re.escape(key)}
    pattern = parse(path)
    regex = case_folding.for_keys(pattern.folded_regex) if folds else pattern.regex
    return {"anchor": paths.key(pattern.anchor, folds), "pattern": pattern.normal, "regex": regex}


def folded(data: dict[str, Any]) -> dict[str, Any]:
    """The plan as it is handed over where the file system does not tell case apart: anchors and regexes are for keys."""
    return {**data, "declared": [{**one, **declared(one["pattern"], True)} for one in data["declared"]]}


def _is_plain(path: str) -> bool:
    return re.search(r"[*?\[\]{}]|/\Z", path) is None


def _hazards(one: str, task: dict[str, Any], other: str, second: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """The first common path of each kind of conflict between two tasks."""
    found = []
    kinds = {"write-write": [("writes", "writes")], "read-write": [("writes", "reads"), ("reads", "writes")]}
    for kind, fields in kinds.items():
        common = [
            path
            for mine, theirs in fields
            for a in task.get(mine, [])
            for b in second.get(theirs, [])
            if (path := _common(a, b))
        ]
        if common:
            found.append((one, other, kind, min(common)))
    return found


def _common(one: str, other: str) -> str:
    if one == other:
        return one
    return "" if _is_plain(one) and _is_plain(other) else overlap(parse(one), parse(other)) or ""

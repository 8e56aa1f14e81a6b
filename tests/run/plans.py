"""Small plans as plain data, the way the planner hands them to a run."""

from __future__ import annotations

import re
from typing import Any


def plan(
    tasks: dict[str, dict[str, Any]],
    *,
    mode: str = "rolling",
    cap: int = 5,
    on_failure: str = "best-effort",
    title: str = "Demo",
    hazards: list[tuple[str, str, str, str]] | None = None,
) -> dict[str, Any]:
    """`tasks`: id -> {"needs", "writes" (paths, FOLDER/**), "batch", ...}; order of the dict is the rolling order.

    Write-write hazards between tasks with a common path are added by themselves.
    """
    records = {
        name: {"id": name, "writes": task.get("writes", []), **task.get("record", {})} for name, task in tasks.items()
    }
    found = list(hazards or [])
    names = list(tasks)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            common = set(tasks[one].get("writes", [])) & set(tasks[other].get("writes", []))
            if common:
                found.append((one, other, "write-write", min(common)))
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
                "state": task.get("state", "pending"),
            }
            for rank, (name, task) in enumerate(tasks.items())
        ],
        "hazards": [{"tasks": [a, b], "kind": kind, "witness": witness} for a, b, kind, witness in found],
        "declared": [
            {"task": name, "mode": "write", "anchor": path.removesuffix("/**"), "pattern": path, "regex": regex(path)}
            for name, task in tasks.items()
            for path in task.get("writes", [])
        ],
    }


def regex(path: str) -> str:
    return f"{re.escape(path[:-3])}/.*" if path.endswith("/**") else re.escape(path)

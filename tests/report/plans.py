"""Plans made in the tests: from tasks as plain data, or of any size."""

from __future__ import annotations

import json
import random
from typing import Any

from fanout.plan import planner
from fanout.plan.plan import Plan
from fanout.plan.read import registry
from fanout.plan.reading import Source


def planned(tasks: list[dict[str, Any]], **fields: Any) -> Plan:
    document = {"schema_version": 1, "tasks": tasks, **fields}
    return planner.make(registry.read(Source("-", "", json.dumps(document), "/nowhere")), "quick")


def task(name: str, minutes: float = 10, after: str = "", writes: str = "", **more: Any) -> dict[str, Any]:
    record = {"id": name, "estimate_minutes": minutes, "depends_on": after.split(), "writes": writes.split()}
    return {**record, "title": f"Title of {name}", **more}


def many(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """A list with dependencies, conflicts, agent types and warnings of every kind."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        needs = [f"T{j}" for j in chance.sample(range(number), min(number, chance.randint(0, 2)))]
        writes = f"src/f{chance.randint(0, count // 2)}.ts"
        title = "word " * chance.randint(0, 40)
        agent = {"agent": chance.choice(["coder", "tester"])} if number % 3 else {}
        found.append(task(f"T{number}", chance.randint(1, 30), " ".join(needs), writes, title=title, **agent))
    return found

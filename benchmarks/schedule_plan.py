#!/usr/bin/env python3
"""The scheduler alone as a plan command, for a judge that knows the conflict pairs of each instance.

    schedule_plan.py INSTANCES.json.gz [--effort normal] < document.json

Finds the document in INSTANCES (rows with "plan" and "conflicts"), solves it with the row's own pairs and prints
batches and rolling_order. Reading and hazards are not part of it: use it to measure the order, not the planner.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from fanout.plan.schedule import Problem, solve


def problem_of(plan: dict, conflicts: list) -> Problem:
    """A native document with known conflict pairs as the scheduler's problem."""
    index = {task["id"]: i for i, task in enumerate(plan["tasks"])}
    return Problem(
        durations=[task["estimate_minutes"] for task in plan["tasks"]],
        needs=[[index[d] for d in task["depends_on"]] for task in plan["tasks"]],
        conflicts=[(a, b) for a, b in conflicts],
        slots=plan["max_parallel"],
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("instances", type=Path)
    parser.add_argument("--effort", default="normal")
    args = parser.parse_args()
    plan = json.load(sys.stdin)
    with gzip.open(args.instances, "rt") as file:
        pairs = next((row.get("conflicts") for row in json.load(file) if row["plan"] == plan), None)
    answer = solve(problem_of(plan, pairs or []), effort=args.effort)
    ids = [task["id"] for task in plan["tasks"]]
    json.dump(
        {
            "batches": [[ids[i] for i in batch] for batch in answer.batches],
            "rolling_order": [ids[i] for i in answer.order],
            "lower_bound_minutes": answer.lower_bound,
        },
        sys.stdout,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

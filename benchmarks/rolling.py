"""Rolling dispatch in the real client: against the planner's own optimum, against barriers, against the ideal.

    python benchmarks/rolling.py [--write]      (--write: to benchmarks/results/rolling.txt)      two minutes

Workers take so many seconds for each estimated minute. `optimum` is the planner's makespan for the durations as they
were, each with the overhead of launching: the median time between an agent's end and the next agent's start. Exits with
1 when a limit is missed.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "scripts"))

from fanout.client import installed
from fanout.client.script import Cast, Worker
from fanout.client.session import Session
from fanout.plan.schedule import Problem, solve

Json = dict[str, Any]
SECONDS = 0.7  # for each estimated minute
FANOUT = TOP / "bin" / "fanout"
STOREFRONT = TOP / "examples" / "storefront" / "tasks.json"
OF_OPTIMUM, OF_BARRIERS, OF_IDEAL = 1.05, 0.9, 0.95


@dataclass(frozen=True)
class Figures:
    """Seconds from the first agent's start to the last one's end, and the planner's optimum with the overhead."""

    rolling: float
    optimum: float
    barriers: float


def equal(minutes: int) -> Json:
    """Ten independent tasks for five agents."""
    tasks = [{"id": f"{n:02}", "estimate_minutes": minutes, "writes": [f"{n:02}.txt"]} for n in range(10)]
    return {"schema_version": 1, "id": "equal", "max_parallel": 5, "tasks": tasks}


def play(folder: Path, document: Json, seconds: float, flags: str = "") -> Json:
    """The data of `fanout report` after the document's tasks were done, each in `seconds` an estimated minute."""
    folder.mkdir(parents=True)
    (folder / "tasks.json").write_text(json.dumps(document))
    table = {
        task["id"]: [{"wait": task["estimate_minutes"] * seconds}, {"declared": True}, {"done": "written"}]
        for task in document["tasks"]
    }
    cache = installed.default_cache()
    with Session(
        folder, Cast(agent=Worker.from_table(table)), client=installed.locate(cache=cache), plugin_dirs=[TOP],
        permission_mode="acceptEdits", timeout=180, env={"FANOUT_CACHE_DIR": str(cache)}, record_hooks=False,
    ) as session:  # fmt: skip
        session.print_mode(f"/spec:execute tasks.json {flags}".strip())
    data = said(folder, "report")
    if any(task["state"] != "done" for task in data["tasks"]):
        raise SystemExit("Not every task was done; the measurement is void.")
    return data


def said(folder: Path, *words: str) -> Json:
    """The data that a command prints."""
    done = subprocess.run([str(FANOUT), *words, "--json"], cwd=folder, capture_output=True, text=True, check=True)
    data: Json = json.loads(done.stdout)["data"]
    return data


def overhead(data: Json) -> float:
    """The median seconds between an agent's end and the start of the agent that had waited for nothing else."""
    ends = sorted(agent["end"] for agent in data["agents"])
    gaps = []
    for agent in data["agents"]:
        before = [end for end in ends if end <= agent["start"]]
        if before:
            gaps.append(agent["start"] - before[-1])
    return statistics.median(gaps)


def optimum(folder: Path, document: Json, data: Json) -> float:
    """The planner's makespan for the durations as they were, each with the overhead of launching it."""
    index = {task["id"]: place for place, task in enumerate(document["tasks"])}
    took = {agent["task"]: agent["end"] - agent["start"] for agent in data["agents"]}
    extra = overhead(data)
    return solve(
        Problem(
            durations=[took[task["id"]] + extra for task in document["tasks"]],
            needs=[[index[need] for need in task.get("depends_on", [])] for task in document["tasks"]],
            conflicts=[
                (index[a], index[b]) for a, b in (h["tasks"] for h in said(folder, "plan", "tasks.json")["hazards"])
            ],
            slots=document["max_parallel"],
        ),
        effort="normal",
    ).makespan


def storefront(folder: Path, seconds: float) -> Figures:
    """Twenty tasks of examples/storefront, rolling and in batches."""
    document = json.loads(STOREFRONT.read_text())
    rolling = play(folder / "rolling", document, seconds)
    barriers = play(folder / "barriers", document, seconds, "--barrier")
    best = optimum(folder / "rolling", document, rolling)
    return Figures(rolling["measured"]["makespan_seconds"], best, barriers["measured"]["makespan_seconds"])


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="fanout-rolling-"))
    try:
        found = storefront(folder, SECONDS)
        measured = play(folder / "equal", equal(32), SECONDS)["measured"]
    finally:
        shutil.rmtree(folder)
    rows = [
        (f"20 tasks, rolling {found.rolling:.1f} s against the optimum of {found.optimum:.1f} s",
         found.rolling / found.optimum, OF_OPTIMUM),
        (f"20 tasks, rolling {found.rolling:.1f} s against barriers of {found.barriers:.1f} s",
         found.rolling / found.barriers, OF_BARRIERS),
        (f"10 equal tasks at a cap of 5: {measured['speedup']:.2f} times faster than one after another, ideal 5 against it",
         5 / measured["speedup"], 1 / OF_IDEAL),
    ]  # fmt: skip
    lines = [f"{ratio:5.2f} (limit {limit:.2f})  {name}" for name, ratio, limit in rows]
    text = "\n".join(["$ python benchmarks/rolling.py", *lines])
    print(text)
    if "--write" in sys.argv[1:]:
        (TOP / "benchmarks" / "results" / "rolling.txt").write_text(text + "\n")
    sys.exit(any(ratio > limit for _, ratio, limit in rows))


if __name__ == "__main__":
    main()

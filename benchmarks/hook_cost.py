"""What a hook costs, as ratios measured side by side in one run: python benchmarks/hook_cost.py [ROUNDS]

Each pair is started in turn, so that both see the same machine; the figures are the ratios of the medians: of the time on
the clock (ms, ratio), and of the processor's time (cpu), which a busy machine disturbs less. The limit is on cpu.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(CHECKOUT / "scripts"), str(CHECKOUT / "tests")]

from hooks.desk import Desk
from run.plans import plan

from fanout.run.store import case_folding

START = str(CHECKOUT / "hooks" / "start")
PYTHON = os.path.realpath(sys.executable)
DIFFERENT = 0.1  # as a part

Times = tuple[float, float]  # seconds on the clock, and of the processor


def timed(command: list[str], given: bytes, env: dict[str, str], cwd: Path) -> Times:
    worked, began = processor(), time.perf_counter()
    subprocess.run(command, input=given, env=env, cwd=cwd, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began, processor() - worked


def processor() -> float:
    """What all processes that have ended took so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def medians(one: Callable[[], Times], other: Callable[[], Times], rounds: int) -> tuple[Times, Times]:
    """Of one and of the other."""
    for _ in range(5):
        one(), other()
    pairs = [(one(), other()) for _ in range(rounds)]
    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    return median(first), median(second)


def median(runs: list[Times]) -> Times:
    return statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)


def environment() -> str:
    """The planner's interpreter: the one that bin/fanout starts."""
    cache = Path(os.environ.get("FANOUT_CACHE_DIR", CHECKOUT / ".cache"))
    subprocess.run([str(CHECKOUT / "bin" / "fanout"), "--version"], check=True, stdout=subprocess.DEVNULL)
    return str(next(path.parent / "bin" / "python" for path in cache.glob("planner-*/ready")))


def event(desk: Desk, agent: str, tool: str, given: dict[str, str]) -> bytes:
    data = {"session_id": "s1", "cwd": str(desk.root), "transcript_path": str(desk.transcript), "tool_use_id": "t"}
    return json.dumps(
        data | {"hook_event_name": "PreToolUse", "agent_id": agent, "tool_name": tool, "tool_input": given}
    ).encode()


def patterned(folder: Path) -> Desk:
    """A run in a git project whose tasks declare patterns, with what four agents wrote."""
    folder.mkdir()
    desk = Desk(folder)
    names = [f"{n}" for n in range(4)]
    desk.start(plan({name: {"writes": [f"src/{name}/**", f"docs/{name}.md"]} for name in names}))
    for name in names:
        desk.launch(name)
        desk.do(f"agent-{name}", f"src/{name}/a.py")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return desk


def busy(folder: Path, tasks: int, claims: int, agents: int) -> Desk:
    """A run with so many tasks, live agents and claims."""
    folder.mkdir()
    desk = Desk(folder)
    names = [f"{n:04}" for n in range(tasks)]
    each = max(1, claims // agents)
    work = {
        name: {"writes": [f"src/{name}/{k}.py" for k in range(each if n < agents else 1)]}
        for n, name in enumerate(names)
    }
    desk.start(plan(work, cap=max(agents, 5)))
    for name in names[:agents]:
        desk.launch(name)
    return desk


def crowded(folder: Path, folds: str) -> Desk:
    """A run of two agents whose files are two of 5,000 in one folder; whether their names are folded is said by `folds`."""
    place = folder / "Src" / "Components"
    place.mkdir(parents=True)
    for number in range(5000):
        (place / f"Component{number:04}.tsx").touch()
    os.environ[case_folding.FORCED] = folds
    desk = Desk(folder)
    names = [f"T{number:03}" for number in range(2)]
    desk.start(plan({name: {"writes": [f"Src/Components/Component0{name[1:]}.tsx"]} for name in names}))
    for name in names:
        desk.launch(name)
        desk.do(f"agent-{name}", f"Src/Components/Component0{name[1:]}.tsx")
    del os.environ[case_folding.FORCED]
    return desk


def main() -> None:
    planner = environment()
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    top = Path(tempfile.mkdtemp())
    os.environ["FANOUT_DATA_DIR"] = tempfile.mkdtemp()
    env = {"PATH": os.environ["PATH"]}
    idle = top / "idle"
    idle.mkdir()
    empty = top / "empty.sh"
    empty.write_text("#!/bin/sh\n")
    empty.chmod(0o755)
    small = busy(top / "small", 5, 5, 3)
    large = busy(top / "large", 1000, 5000, 20)
    wide = patterned(top / "wide")
    folded, apart = crowded(top / "folded", "1"), crowded(top / "apart", "")
    path = str(small.root / "src/0000/0.py")
    small.send("guard", "PreToolUse", **json.loads(event(small, "agent-0000", "Write", {"file_path": path})))
    big = str(large.root / "src/0000/0.py")
    large.send("guard", "PreToolUse", **json.loads(event(large, "agent-0000", "Write", {"file_path": big})))

    def bare() -> Times:
        return timed([PYTHON, "-I", "-S", "-c", "import json, sqlite3"], b"", env, idle)

    def guard(
        desk: Desk, tool: str, given: dict[str, str], agent: str = "agent-0000", folds: str = ""
    ) -> Callable[[], Times]:
        data = event(desk, agent, tool, given)
        where = env | {"CLAUDE_PROJECT_DIR": str(desk.root), case_folding.FORCED: folds}
        return lambda: timed([START, "guard"], data, where, desk.root)

    def component(desk: Desk) -> dict[str, str]:
        return {"file_path": str(desk.root / "Src/Components/Component0000.tsx")}

    def sh() -> float:
        return timed([str(empty)], b"{}", env, idle)

    def wrote() -> float:
        """PostToolUse of a file tool, with what the client says of a file of 20 KB."""
        answer = {"filePath": path, "originalFile": "x = 1\n" * 3500, "oldString": "x", "newString": "y"}
        given = {"hook_event_name": "PostToolUse", "tool_name": "Edit", "tool_use_id": "t", "tool_response": answer}
        where = env | {"CLAUDE_PROJECT_DIR": str(small.root)}
        return timed([START, "wrote"], json.dumps(given).encode(), where, small.root)

    edit = guard(small, "Edit", {"file_path": path})
    add = guard(wide, "Bash", {"command": "git add src/0/a.py"}, "agent-0")
    nothing = env | {"CLAUDE_PROJECT_DIR": str(idle)}
    line = "sed -n 1,20p src/0000/0.py | grep -c def > /dev/null && npm test"
    rows = [
        (
            "no run: hooks/start / an empty sh script",
            lambda: timed([START, "guard"], b"{}", nothing, idle),
            sh,
            1.5,
        ),
        ("Edit in a run / bare python with json, sqlite3", edit, bare, 1.12),
        (
            "no run, as hooks.json has it: hooks/start / an empty sh script",
            lambda: timed(["/bin/sh", "-c", f'sh "{START}" guard'], b"{}", nothing, idle),
            lambda: timed(["/bin/sh", "-c", f'sh "{empty}"'], b"{}", nothing, idle),
            1.5,
        ),
        (
            "after a write, no run: hooks/start / an empty sh script",
            lambda: timed([START, "wrote"], b"{}", nothing, idle),
            sh,
            1.5,
        ),
        ("after a write in a run / bare python with json, sqlite3", wrote, bare, 1.1),
        ("Bash in a run / bare python with json, sqlite3", guard(small, "Bash", {"command": line}), bare, 1.45),
        ("git add beside siblings with patterns / bare python", add, bare, 1.45),
        (
            "Edit, 1,000 tasks, 5,000 claims, 20 agents / Edit, 5 tasks",
            guard(large, "Edit", {"file_path": big}),
            edit,
            1.3,
        ),
        (
            "Edit among 5,000 files, names folded / kept apart",
            guard(folded, "Edit", component(folded), "agent-T000", "1"),
            guard(apart, "Edit", component(apart), "agent-T000"),
            1.1,
        ),
        (
            "fanout --version / bare python with click",
            lambda: timed([str(CHECKOUT / "bin" / "fanout"), "--version"], b"", env, idle),
            lambda: timed([planner, "-I", "-c", "import click"], b"", env, idle),
            1.5,
        ),
    ]
    busy_rows = 0
    print(f"{'what':62}{'ms':>8}{'ms':>8}{'ratio':>8}{'cpu':>8}{'limit':>8}")
    for what, one, other, limit in rows:
        first, second = medians(one, other, rounds)
        wall, cpu = first[0] / second[0], first[1] / second[1]
        busy_rows += abs(wall / cpu - 1) > DIFFERENT
        print(f"{what:62}{first[0] * 1000:8.1f}{second[0] * 1000:8.1f}{wall:8.2f}{cpu:8.2f}{limit:8.2f}")
    if busy_rows:
        print(f"{busy_rows} of {len(rows)} rows: ratio and cpu differ, as where other work runs; cpu counts.")


if __name__ == "__main__":
    main()

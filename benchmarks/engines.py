"""The engines against plain Dask and `xargs -P` with a lock, with the real client: python benchmarks/engines.py [--write] [TASKS]

Thirty tasks for two clients at once (--write: to benchmarks/results/engines.txt; some four minutes). Each client waits a
second and writes its file. One task in four depends on the one before it; two in five add a line to one file; two agents say
"done" at first and have written nothing. On a machine with other work `chrt -r 1` before the command (as root) lets that wait.

`xargs` and plain Dask get the same clients: a work tree each from the branch's tip, `claude -p`, a commit, `git merge` under
a lock. xargs goes by the order of the list; Dask has the dependencies, as it is made for.

`attempt`: seconds from where a slot takes the task up (before its work tree is made) to where its work is merged, the median.
`overhead`: the same less what a bare client takes for the same task when as many run at once: the mean of two runs of
`xargs`, one before and one after the others. `more`: less the whole attempt there, with its tree, commit and merge. Both are
medians over the tasks, without the two that lie. `CPU`: user and system, of all processes, for each task.
`missing`: tasks whose file is not in the branch. `lines`: of the shared file, in the branch. `early`: tasks whose client began
before what it needs was there.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP / "scripts"), str(TOP / "tests")]

from client.dask_cluster import Cluster
from client.drive import outside_a_test

from fanout.cli.commands import engines
from fanout.engines import terms
from fanout.engines.driver import Driver
from fanout.run.store.db import connect
from fanout.run.tasks import runs

COUNT = 30
SLOTS = 2
SECONDS = 1.0
LIARS = (4, 16)
XARGS = "`xargs -P 2` and a lock"
RESULT = TOP / "benchmarks" / "results" / "engines.txt"
ONE = """
set -u
began=$(date +%s.%N)
tree="$ROOT/trees/$1"
git -C "$REPO" worktree add -q --detach "$tree" plain || exit 1
cd "$tree"
need=$(cat "$ROOT/needs/$1")
[ -z "$need" ] || [ -e "$need" ] || echo "$1" >> "$ROOT/early"
client=$(date +%s.%N)
claude -p "$(cat "$ROOT/prompts/$1")" --permission-mode acceptEdits --allowedTools Bash > "$ROOT/logs/$1" 2>&1
ended=$(date +%s.%N)
git add -A
git commit -q -m "$1" > "$ROOT/logs/$1.commit" && made=$(git rev-parse HEAD) && cd "$ROOT/target" &&
  flock "$ROOT/lock" sh -c "git merge -q --no-edit $made || git merge --abort" > "$ROOT/logs/$1.merge" 2>&1
echo "$began $client $ended $(date +%s.%N)" > "$ROOT/spans/$1"
"""


def tasks_of(count: int) -> list[dict[str, Any]]:
    found = []
    for n in range(count):
        task: dict[str, Any] = {"id": f"t{n:02}", "writes": [f"t{n:02}.txt"], "depends_on": []}
        if n % 4 == 1:
            task["depends_on"] = [f"t{n - 1:02}"]
        if n % 5 < 2:
            task["writes"] = [*task["writes"], "shared.txt"]
        found.append(task)
    return found


def table_of(tasks: list[dict[str, Any]]) -> dict[str, Any]:
    """What each task's agent does."""
    table = {}
    for n, task in enumerate(tasks):
        steps: list[dict[str, Any]] = [{"wait": SECONDS}]
        if n in LIARS:
            steps.append({"done": "all of it"})
        steps.append({"write": task["writes"][0], "content": f"{task['id']}\n"})
        if len(task["writes"]) > 1:
            steps.append({"bash": f"echo {task['id']} >> shared.txt"})
        table[task["id"]] = [*steps, {"done": "wrote it"}]
    return table


@dataclass
class Row:
    """`spans`: the seconds of each task's attempt; `clients`: of its client alone, where that was measured."""

    name: str
    seconds: float
    spans: dict[str, float]
    clients: dict[str, float]
    cpu: float
    missing: int
    lines: int
    early: int


class Place:
    """A fresh project with its own scripted model, for one way."""

    def __init__(self, folder: Path, tasks: list[dict[str, Any]]) -> None:
        self.folder, self.tasks = folder, tasks
        self.cpu = _cpu()
        self.sessions = ExitStack()
        self.driven = outside_a_test(self.sessions, folder, table_of(tasks))

    def row(
        self, name: str, seconds: float, ref: str, spans: dict[str, float], clients: dict[str, float], early: int = 0
    ) -> Row:
        cpu = (_cpu() - self.cpu) / len(self.tasks)
        there = self.driven.project.git("ls-tree", "-r", "--name-only", ref).split()
        missing = sum(task["writes"][0] not in there for task in self.tasks)
        lines = len(self.driven.at("shared.txt", ref).split()) if "shared.txt" in there else 0
        return Row(name, seconds, spans, clients, cpu, missing, lines, early)

    def close(self) -> None:
        self.sessions.close()


def _cpu() -> float:
    """Of every process that has ended and was waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Timed:
    """An engine, and when each attempt was begun and its work merged."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.begun: dict[str, float] = {}
        self.ended: dict[str, float] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def begin(self, *given: Any) -> Any:
        now = time.monotonic()
        one = self.engine.begin(*given)
        self.begun[one.attempt.key] = now
        return one

    def merge(self, db: Any, run: Any, batch: list[Any]) -> None:
        self.engine.merge(db, run, batch)
        self.ended |= {one.key: time.monotonic() for one in batch}

    def spans(self) -> dict[str, float]:
        """By the task; of one that was done again the last attempt."""
        return {key.split("/")[1]: end - self.begun[key] for key, end in self.ended.items()}


def drive(root: str, agreed: str) -> None:
    """In a process of its own, as `fanout drive`: drives the run r-1, and prints the spans of its attempts."""
    db = connect(root)
    given = terms.agree(db, runs.get(db, "r-1"), json.loads(agreed))
    engine = Timed(engines._engine(root, runs.get(db, "r-1"), given))
    Driver(root, "r-1", given, engine).go()  # type: ignore[arg-type]
    print(json.dumps(engine.spans()))


def driven(place: Place, engine: str) -> Row:
    place.driven.engine = engine
    place.driven.begin({"tasks": place.tasks, "max_parallel": SLOTS}, {"shared.txt": "0\n"})
    cluster = Cluster(place.driven, place.folder / "cluster")
    agreed = {
        "permission_mode": "acceptEdits",
        "allowed_tools": ["Bash"],
        "client": str(place.driven.session.client),
        "cluster": cluster.alone(SLOTS) if engine == "dask" else None,
    }
    words = [sys.executable, __file__, "--drive", str(place.driven.project.path), json.dumps(agreed)]
    began = time.monotonic()
    ran = subprocess.run(words, env=place.driven.env, cwd=place.driven.project.path, capture_output=True, text=True)
    took = time.monotonic() - began
    cluster.end()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return place.row(f"fanout, engine {engine}", took, "fanout/r-1", json.loads(ran.stdout), {})


def plain(place: Place, how: str) -> Row:
    root = place.folder / "plain"
    env = _prepared(place, root)
    began = time.monotonic()
    names = "".join(f"{task['id']}\n" for task in place.tasks)
    if how == "xargs":
        subprocess.run(
            ["xargs", "-n1", f"-P{SLOTS}", "sh", str(root / "one.sh")], input=names, text=True, env=env, check=False
        )
    else:
        _by_dask(place.tasks, root, env)
    took = time.monotonic() - began
    early = (root / "early").read_text().split() if (root / "early").exists() else []
    name = XARGS if how == "xargs" else "plain Dask"
    stamps = {one.name: [float(word) for word in one.read_text().split()] for one in (root / "spans").iterdir()}
    spans = {name: times[3] - times[0] for name, times in stamps.items()}
    clients = {name: times[2] - times[1] for name, times in stamps.items()}
    return place.row(name, took, "plain", spans, clients, len(early))


def _prepared(place: Place, root: Path) -> dict[str, str]:
    """The repository, a prompt for each task, and the script of one."""
    project = place.driven.project
    project.write({"shared.txt": "0\n"})
    project.commit_all()
    for name in ("trees", "prompts", "needs", "logs", "spans", "bin"):
        (root / name).mkdir(parents=True)
    project.git("branch", "plain")
    project.git("worktree", "add", "-q", str(root / "target"), "plain")
    for task in place.tasks:
        files = ", ".join(f"`{name}`" for name in task["writes"])
        (root / "prompts" / task["id"]).write_text(f"# Task {task['id']}: {task['id']}\n\nWrite only: {files}\n")
        (root / "needs" / task["id"]).write_text("".join(f"{need}.txt" for need in task["depends_on"]))
    (root / "one.sh").write_text(ONE)
    (root / "bin" / "claude").symlink_to(place.driven.session.client)
    own = {"PATH": f"{root / 'bin'}:{os.environ['PATH']}", "ROOT": str(root), "REPO": str(project.path)}
    return {**place.driven.env, **own}


def _by_dask(tasks: list[dict[str, Any]], root: Path, env: dict[str, str]) -> None:
    from distributed import Client, LocalCluster

    def one(name: str, *needs: object) -> int:
        return subprocess.run(["sh", str(root / "one.sh"), name], env=env, check=False).returncode

    with (
        LocalCluster(n_workers=1, threads_per_worker=SLOTS, processes=False, dashboard_address=None) as cluster,
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        futures: dict[str, Any] = {}
        for task in tasks:
            needs = [futures[need] for need in task["depends_on"]]
            futures[task["id"]] = client.submit(one, task["id"], *needs, key=task["id"], pure=False)
        client.gather(list(futures.values()))


def table(rows: list[Row], count: int, lines: int, loads: tuple[float, float]) -> str:
    bare = [one for one in rows if one.name == XARGS]
    honest = [f"t{n:02}" for n in range(count) if n not in LIARS]
    client = {name: statistics.fmean(one.clients[name] for one in bare) for name in honest}
    whole = {name: statistics.fmean(one.spans[name] for one in bare) for name in honest}
    head = [
        f"$ {'chrt -r 1 ' if is_first() else ''}python benchmarks/engines.py --write{'' if count == COUNT else f' {count}'}",
        f"{count} tasks, {SLOTS} at once; a bare client takes {statistics.median(client.values()):.2f} s; load of the machine at "
        f"the start {loads[0]:.1f}, at the end {loads[1]:.1f}, on {os.cpu_count()} CPUs",
        "",
        "| way | seconds | attempt, s | overhead, s an attempt | more, s an attempt | CPU, s a task | missing "
        f"| lines of {lines} | early |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    body = [
        f"| {r.name} | {r.seconds:.0f} | {statistics.median(r.spans.values()):.2f} | {over(r, client):.2f} | "
        f"{over(r, whole):.2f} | {r.cpu:.2f} | {r.missing} | {r.lines} | {r.early} |"
        for r in rows
    ]
    return "\n".join([*head, *body]) + "\n"


def is_first() -> bool:
    """Whether the machine's other work waits for this."""
    return sys.platform == "linux" and os.sched_getscheduler(0) == os.SCHED_RR


def over(row: Row, simple: dict[str, float]) -> float:
    """The median of what each task's attempt took beyond the same task in a simpler way."""
    return statistics.median(row.spans[name] - took for name, took in simple.items())


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--write"]
    if words[:1] == ["--drive"]:
        drive(words[1], words[2])
        return
    tasks = tasks_of(int(words[0]) if words else COUNT)
    folder = Path(tempfile.mkdtemp(prefix="fanout-engines-"))
    ways: list[Callable[[Place], Row]] = [
        lambda place: plain(place, "xargs"),
        lambda place: driven(place, "local"),
        lambda place: driven(place, "dask"),
        lambda place: plain(place, "dask"),
        lambda place: plain(place, "xargs"),
    ]
    load = os.getloadavg()[0]
    try:
        rows = []
        for number, way in enumerate(ways):
            place = Place(folder / str(number), tasks)
            rows.append(way(place))
            place.close()
            print(rows[-1].name, file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    lines = 1 + sum(len(task["writes"]) > 1 for task in tasks)
    text = table(rows, len(tasks), lines, (load, os.getloadavg()[0]))
    print(text, end="")
    if "--write" in sys.argv:
        RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

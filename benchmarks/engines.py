"""The engines against plain Dask and `xargs -P` with a lock, with the real client: python benchmarks/engines.py [--write] [TASKS]

Thirty tasks for two clients at once (--write: to benchmarks/results/engines.txt; some six minutes). Each client waits a
second and writes its file. One task in four depends on the one before it; two in five add a line to one file; two agents say
"done" at first and have written nothing.

`xargs` and plain Dask get the same clients: a work tree each from the branch's tip, `claude -p`, a commit, `git merge` under
a lock. xargs goes by the order of the list; Dask has the dependencies, as it is made for.

`overhead`: seconds of a slot for each task, less what one client takes alone; what two clients at once cost each other is in
it. `more`: seconds of a slot for each task beyond `xargs`, the mean of a run of that before and one after the others; what a
machine with other work costs is in both. `CPU`: of all its processes, for each task.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP / "scripts"), str(TOP / "tests")]

from client.dask_cluster import Cluster
from client.drive import Driven

from fanout.client import installed
from fanout.client.session import Session

SLOTS = 2
SECONDS = 1.0
LIARS = (4, 16)
XARGS = "`xargs -P 2` and a lock"
RESULT = TOP / "benchmarks" / "results" / "engines.txt"
ONE = """
set -u
tree="$ROOT/trees/$1"
git -C "$REPO" worktree add -q --detach "$tree" plain || exit 1
cd "$tree"
need=$(cat "$ROOT/needs/$1")
[ -z "$need" ] || [ -e "$need" ] || echo "$1" >> "$ROOT/early"
claude -p "$(cat "$ROOT/prompts/$1")" --permission-mode acceptEdits --allowedTools Bash > "$ROOT/logs/$1" 2>&1
git add -A
git commit -q -m "$1" > "$ROOT/logs/$1.commit" || exit 0
made=$(git rev-parse HEAD)
cd "$ROOT/target"
flock "$ROOT/lock" sh -c "git merge -q --no-edit $made || git merge --abort" > "$ROOT/logs/$1.merge" 2>&1
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
    name: str
    seconds: float
    overhead: float
    cpu: float
    missing: int
    lines: int
    early: int


class Place:
    """A fresh project with its own scripted model, for one way."""

    def __init__(self, folder: Path, tasks: list[dict[str, Any]], client: Path) -> None:
        self.folder, self.tasks = folder, tasks
        folder.mkdir()
        (folder / "project").mkdir()
        self.sessions: list[Session] = []
        self.cpu = _cpu()

        def start(model: Any, project: Path, **options: Any) -> Session:
            self.sessions.append(Session(project, model, client=client, **options).__enter__())
            return self.sessions[-1]

        self.driven = Driven(start, folder / "project", table_of(tasks))
        os.environ["FANOUT_DATA_DIR"] = str(self.driven.session.home / "data")

    def row(self, name: str, seconds: float, ref: str, alone: float, early: int = 0) -> Row:
        cpu = (_cpu() - self.cpu) / len(self.tasks)
        there = self.driven.project.git("ls-tree", "-r", "--name-only", ref).split()
        missing = sum(task["writes"][0] not in there for task in self.tasks)
        lines = len(self.driven.at("shared.txt", ref).split()) if "shared.txt" in there else 0
        return Row(name, seconds, seconds * SLOTS / len(self.tasks) - alone, cpu, missing, lines, early)

    def close(self) -> None:
        for one in self.sessions:
            one.close()


def _cpu() -> float:
    """Of every process that has ended and was waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def driven(place: Place, engine: str, alone: float) -> Row:
    place.driven.engine = engine
    place.driven.begin({"tasks": place.tasks, "max_parallel": SLOTS}, {"shared.txt": "0\n"})
    cluster = Cluster(place.driven, place.folder / "cluster")
    words = ["--cluster", cluster.alone(SLOTS)] if engine == "dask" else []
    began = time.monotonic()
    ran = place.driven.drive_here("--allow", "Bash", *words)
    took = time.monotonic() - began
    cluster.end()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return place.row(f"fanout, engine {engine}", took, "fanout/r-1", alone)


def plain(place: Place, how: str, alone: float) -> Row:
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
    return place.row(name, took, "plain", alone, len(early))


def _prepared(place: Place, root: Path) -> dict[str, str]:
    """The repository, a prompt for each task, and the script of one."""
    project = place.driven.project
    project.write({"shared.txt": "0\n"})
    project.commit_all()
    for name in ("trees", "prompts", "needs", "logs", "bin"):
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


def alone(place: Place) -> float:
    """What one bare client takes for a task, the median of five."""
    env = _prepared(place, place.folder / "plain")
    took = []
    for task in place.tasks[5:10]:
        began = time.monotonic()
        subprocess.run(["sh", str(place.folder / "plain" / "one.sh"), task["id"]], env=env, check=True)
        took.append(time.monotonic() - began)
    return statistics.median(took)


def table(rows: list[Row], count: int, lines: int, bare: float) -> str:
    head = [
        f"{count} tasks, {SLOTS} at once; one client with its work tree, commit and merge alone: {bare:.2f} s; "
        f"load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs",
        "",
        f"| way | seconds | overhead, s a task | more, s a task | CPU, s a task | missing | lines of {lines} | early |",
        "|---|---|---|---|---|---|---|---|",
    ]
    body = [
        f"| {r.name} | {r.seconds:.0f} | {r.overhead:.2f} | {more(r, rows, count)} | {r.cpu:.2f} | {r.missing} | {r.lines} | "
        f"{r.early} |"
        for r in rows
    ]
    return "\n".join([*head, *body]) + "\n"


def more(row: Row, rows: list[Row], count: int) -> str:
    simple = statistics.fmean(one.seconds for one in rows if one.name == XARGS)
    return f"{(row.seconds - simple) * SLOTS / count:.2f}"


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--write"]
    tasks = tasks_of(int(words[0]) if words else 30)
    client = installed.locate(cache=installed.default_cache())
    folder = Path(tempfile.mkdtemp(prefix="fanout-engines-"))
    ways: list[Callable[[Place, float], Row]] = [
        lambda place, bare: plain(place, "xargs", bare),
        lambda place, bare: driven(place, "local", bare),
        lambda place, bare: driven(place, "dask", bare),
        lambda place, bare: plain(place, "dask", bare),
        lambda place, bare: plain(place, "xargs", bare),
    ]
    try:
        first = Place(folder / "alone", tasks, client)
        bare = alone(first)
        first.close()
        rows = []
        for number, way in enumerate(ways):
            place = Place(folder / str(number), tasks, client)
            rows.append(way(place, bare))
            place.close()
            print(json.dumps(rows[-1].__dict__), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    lines = 1 + sum(len(task["writes"]) > 1 for task in tasks)
    text = table(rows, len(tasks), lines, bare)
    print(text, end="")
    if "--write" in sys.argv:
        RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Workers that organise themselves, as processes that race."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from project import CHECKOUT
from report.runs import desk_in
from run.plans import plan

WORKER = """
import re, sys
sys.path.insert(0, sys.argv[1])
from fanout.run.agents import agents
from fanout.run.flow import ending, worker
from fanout.run.store import db as journal
from fanout.run.store.db import Write
root, run, name = sys.argv[2:]
db = journal.connect(root)
print("ready", flush=True)
sys.stdin.readline()
while (brief := worker.take(db, root, run, name)) is not None:
    task = re.match(r"# Task (\\w+):", brief)[1]
    with Write(db):
        ending.conclude(db, agents.of_task(db, run, task), "done", name)
    print(task, flush=True)
    sys.stdin.readline()
"""


def test_ten_workers_take_each_of_two_hundred_tasks_once(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    desk.start(plan({f"t{n:03}": {"writes": [f"{n}.py"]} for n in range(200)}, cap=20))
    command = [sys.executable, "-c", WORKER, str(CHECKOUT / "scripts"), str(desk.root), desk.run]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen([*command, f"w{n}"], stdin=pipe, stdout=pipe, text=True) for n in range(10)]
    for process in processes:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    taken = [
        process.stdout.readline().strip() for process in processes if process.stdout
    ]  # then each goes on as it can
    taken += [task for process in processes for task in process.communicate(timeout=120)[0].split()]
    assert [process.returncode for process in processes] == [0] * 10
    assert Counter(taken) == Counter(f"t{n:03}" for n in range(200))
    assert {row["state"] for row in desk.rows("SELECT state FROM task")} == {"done"}
    assert len({row["outcome"] for row in desk.rows("SELECT outcome FROM task")}) == 10

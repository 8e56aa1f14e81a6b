"""Every sentence that fanout says in whole runs of the examples in the real client, checked against what happened.

    python benchmarks/false_words.py [--seeds 3] [--example NAME ...] [--write]

Eight examples are played; --write puts the figures into benchmarks/results/false_words.txt. What happened is known from
three records beside fanout's journal: what the scripted agents were answered (the loopback server's), a log of the
program that writes into files unseen, and a log of the program that stands for the examples' test tools (npx, npm,
cargo): it fails where a file says BROKEN. Exits with 1 when a sentence is false or no rule knows it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
RESULT = TOP / "benchmarks" / "results" / "false_words.txt"
sys.path[:0] = [str(TOP / "tests"), str(TOP / "scripts")]

from project import Project, benchmark

words_said = benchmark("words_said")  # not by the path, where names of this folder would hide folders of tests
Judge, Truth, said = words_said.Judge, words_said.Truth, words_said.said

from fanout.client import installed
from fanout.client.script import Cast, Worker
from fanout.client.session import Session

EXAMPLES = (
    "user-dashboard", "reading-list", "config-conflict", "helpers-conflict",
    "login-lanes", "convert-agents", "release-check", "three-batches",
)  # fmt: skip
JOB = """
import sys, time
log, task, pause, paths = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4:]
time.sleep(pause)
for path in paths:
    with open(path, "a") as file:
        file.write("// unseen\\n")
    with open(log, "a") as file:
        file.write(f"{time.time()} {task} {path}\\n")
time.sleep(pause)
"""
TOOL = """
import json, os, sys, time
found = []
for folder, inner, names in os.walk("."):
    inner[:] = [name for name in inner if name not in (".git", ".fanout", "node_modules")]
    files = [os.path.join(folder, name) for name in names]
    found += [file for file in files if "BROKEN" in open(file, errors="ignore").read()]
with open({log!r}, "a") as file:
    file.write(json.dumps([time.time(), [os.path.basename(sys.argv[0]), *sys.argv[1:]], int(bool(found))]) + "\\n")
for name in found:
    print("FAIL", name)
sys.exit(1 if found else 0)
"""
LOGGED = """
import json, subprocess, sys, time
code = subprocess.run([{real!r}, *sys.argv[1:]]).returncode
with open({log!r}, "a") as file:
    file.write(json.dumps([time.time(), [{name!r}, *sys.argv[1:]], code]) + "\\n")
sys.exit(code)
"""
Json = dict[str, Any]


def tools(folder: Path, log: Path) -> None:
    """Programs of these names, as the examples' acceptance commands call them, and the real ones with a log."""
    folder.mkdir()
    programs = {name: TOOL.format(log=str(log)) for name in ("npx", "npm", "cargo")}
    for name in ("python3", "grep"):
        programs[name] = LOGGED.format(log=str(log), name=name, real=shutil.which(name))
    for name, program in programs.items():
        (folder / name).write_text(f"#!{sys.executable}\n{program}")
        (folder / name).chmod(0o755)


def listed(example: Path) -> list[Json]:
    """The example's tasks: id, the path that each of its patterns is played by, acceptance commands."""
    files = sorted(example.glob("subtask_*.json")) or [example / "tasks.json"]
    tasks = []
    for file in files:
        document = json.loads(file.read_text())
        for task in document.get("tasks", [document]):
            patterns = task.get("writes", task.get("deliverables", []))
            accept = [
                item["command"] for item in task.get("accept", []) if isinstance(item, dict) and "command" in item
            ]
            name = task["seq"] if "seq" in task else task["id"]
            paths = [concrete(pattern) for pattern in patterns]
            reads_only = bool(task.get("read_only"))
            needs = [str(need) for need in task.get("depends_on", [])]
            tasks.append(
                {
                    "id": name,
                    "patterns": patterns,
                    "paths": paths,
                    "accept": accept,
                    "reads_only": reads_only,
                    "needs": needs,
                }
            )
    return tasks


def concrete(pattern: str) -> str:
    """A file that the pattern covers."""
    path = pattern.replace("**", "made.txt").replace("*", "made")
    return f"{path}made.txt" if path.endswith("/") else path


def table(choose: random.Random, tasks: list[Json], folder: Path) -> dict[str, list[Json]]:
    """What each agent does: its own work in several ways, and now and then what it should not do."""
    paths = [path for task in tasks for path in task["paths"]]
    return {task["id"]: steps(choose, task, [p for p in paths if p not in task["paths"]], folder) for task in tasks}


def steps(choose: random.Random, task: Json, others: list[str], folder: Path) -> list[Json]:
    done: Json = {"done": "did it"}
    made: list[Json] = []
    for path in task["paths"]:
        made += own(choose, path)
        made += astray(choose, task, others, folder)
    early: list[Json] = [done] if choose.random() < 0.2 else []
    broken: list[Json] = []
    if task["paths"] and choose.random() < 0.2:
        path = task["paths"][0]
        broken = [{"write": path, "content": "BROKEN\n"}, done, {"write": path, "content": "first\nwhole\n"}]
    return [*early, *made, *broken, *astray(choose, task, others, folder), done]


def own(choose: random.Random, path: str) -> list[Json]:
    wrote: list[Json] = [{"write": path, "content": f"first {path}\nname: {Path(path).stem}\nsecond\n"}]
    for number in range(choose.randint(0, 3)):
        line = f"line {number}"
        wrote += choose.choice(
            [
                [{"read": path}, {"edit": path, "old": "second", "new": f"second, {line}"}],
                [{"bash": f"echo '{line}' >> {path}"}],
                [{"bash": f"sed -i 's/first/first {number}/' {path}"}],
                [{"wait": choose.uniform(0, 1)}],
            ]
        )
    return wrote


def astray(choose: random.Random, task: Json, others: list[str], folder: Path) -> list[Json]:
    """A program that may write into others' files, a direct write there, git commands over the whole tree."""
    chance, other = choose.random(), choose.choice(others) if others else "other.txt"
    if chance < 0.35:
        unseen = f" {other}" if choose.random() < 0.5 else ""
        job = (
            f"{sys.executable} {folder}/job.py {folder}/unseen.log {task['id']} {choose.uniform(0.2, 1.5):.1f}{unseen}"
        )
        return [{"bash": f"{job} || true"}]
    if chance < 0.5:
        return [{"write": other, "content": f"by {task['id']}\n"}]
    if chance < 0.6:
        return [{"bash": f"echo '{task['id']}' >> {other}"}]
    if chance < 0.7:
        return [{"bash": choose.choice(["git checkout .", "git add -A && git commit -qm all", "git stash"])}]
    return []


def slow(choose: random.Random) -> Json:
    """Hooks that hold a call up before it writes, as the user's permission does, and after it."""
    hooks = {}
    for event, longest in (("PreToolUse", 1.5), ("PostToolUse", 0.5)):
        command = f"sleep {choose.uniform(0, longest):.2f}"
        hooks[event] = [{"matcher": "Edit|Write|Bash", "hooks": [{"type": "command", "command": command}]}]
    return {"hooks": hooks}


def play(folder: Path, name: str, seed: int) -> Truth:
    choose = random.Random(f"{name} {seed}")
    project = Project(folder / "project")
    shutil.copytree(TOP / "examples" / name, project.path / "examples" / name)
    tasks = listed(project.path / "examples" / name)
    there = {path for task in tasks for path in task["paths"] if choose.random() < 0.5}
    project.write(dict.fromkeys(there, "as it was\n"))
    project.commit_all()
    (folder / "job.py").write_text(JOB)
    tools(folder / "tools", folder / "tools.log")
    cache = installed.default_cache()
    source = f"examples/{name}" + ("" if (TOP / "examples" / name / "task.json").exists() else "/tasks.json")
    env = {"FANOUT_CACHE_DIR": str(cache), "PATH": f"{folder}/tools:{os.environ['PATH']}"}
    with Session(
        project.path, Cast(agent=Worker.from_table(table(choose, tasks, folder))), client=installed.locate(cache=cache),
        plugin_dirs=[TOP], permission_mode="bypassPermissions", settings=slow(choose), timeout=900, env=env,
    ) as session:  # fmt: skip
        session.print_mode(f"/spec:execute {source}")
        return Truth(session, tasks, folder, there, json.loads(project.fanout("report", "--json").out)["data"])


def shown(played: int, names: list[str], seeds: int, counts: Counter[str], wrong: list[str], command: str) -> str:
    said_ = sum(count for kind, count in counts.items() if kind != "overwrites")
    lines = [
        f"$ {command}",
        f"{played:5} runs of {len(names)} examples: {', '.join(names)}",
        f"{counts['overwrites']:5} writes into the file of an agent at work",
        f"{said_:5} sentences of hooks that say what is so",
        *(f"{count:5}   {kind}" for kind, count in sorted(counts.items()) if kind != "overwrites"),
        f"{len(wrong):5} false, or passed over",
    ]
    return "\n".join([*lines, *wrong]) + "\n"


def measure(names: list[str], seeds: int) -> tuple[int, Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for name in names:
        for seed in range(seeds):
            with tempfile.TemporaryDirectory() as folder:
                judge = judged(Path(folder), name, seed)
            counts.update(judge.counts)
            wrong += [f"{name} {seed}: {text}" for text in judge.wrong]
            print(f"{name} {seed}: {dict(judge.counts)}", *judge.wrong, sep="\n  ", file=sys.stderr, flush=True)
    return len(names) * seeds, counts, wrong


def judged(folder: Path, name: str, seed: int) -> Judge:
    truth = play(folder, name, seed)
    return Judge(truth, said(truth))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--example", action="append", choices=EXAMPLES)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    names = given.example or list(EXAMPLES)
    played, counts, wrong = measure(names, given.seeds)
    text = shown(
        played, names, given.seeds, counts, wrong, " ".join(["python benchmarks/false_words.py", *sys.argv[1:]])
    )
    print(text, end="")
    if given.write:
        RESULT.write_text(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

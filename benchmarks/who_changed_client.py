"""Who changed a file, in sessions of the real client with slow hooks: how many words are false?

    python benchmarks/who_changed_client.py [--sessions 200] [--from 0] [--write]

Two agents write their files in several ways while a third one's programs write into these now and then, and hooks beside
fanout's hold each call up before and after it. Every sentence is judged as in benchmarks/false_words.py, and each write of a
program must be told of. About half a minute a session; --write adds the figures to benchmarks/results/who_changed_client.txt.
Exits with 1 when a sentence is false or an overwrite was passed over.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
RESULT = TOP / "benchmarks" / "results" / "who_changed_client.txt"
sys.path[:0] = [str(TOP / "tests"), str(TOP / "scripts")]

from project import Project, benchmark

from fanout.client import installed
from fanout.client.script import Cast, Worker
from fanout.client.session import Session

words_said = benchmark("words_said")
OWNERS = ("02", "03")
PATIENCE = 500.0  # seconds for a session, on a machine that has much else to do
JOB = """
import sys, time
pause, path, log = float(sys.argv[1]), sys.argv[2], sys.argv[3]
time.sleep(pause / 2)
if path != "-":
    with open(path, "a") as file:
        file.write("clobbered\\n")
    with open(log, "a") as file:
        file.write(f"{time.time()} 01 {path}\\n")
time.sleep(pause / 2)
"""
RAN = "All programs ran, and I found nothing wrong.\nDONE|01|ran"
Step = dict[str, object]


def writes(choose: random.Random, path: str) -> list[Step]:
    """Calls of an owner that say what they leave, and one that names the file alone."""
    steps: list[Step] = [{"write": path, "content": "first\nsecond\n"}]
    for number in range(choose.randint(2, 4)):
        line = f"line {number}"
        steps += choose.choice(
            [
                [{"read": path}, {"edit": path, "old": "first", "new": f"first, {line}"}],
                [{"read": path}, {"write": path, "content": f"first\n{line}\n"}],
                [{"bash": f"echo '{line}' >> {path}"}],
                [{"bash": f"cat > {path} <<'END'\nfirst\n{line}\nEND"}],
                [{"wait": choose.uniform(0, 1)}],
            ]
        )
    return steps


def slow(choose: random.Random) -> dict[str, object]:
    """Hooks beside the plugin's that hold a call up before it writes, as the user's permission does, and after it."""
    hooks = {}
    for event, longest in (("PreToolUse", 2.0), ("PostToolUse", 1.0), ("PostToolBatch", 0.5)):
        command = f"sleep {choose.uniform(0, longest):.2f}"
        hooks[event] = [{"matcher": "Edit|Write|Bash", "hooks": [{"type": "command", "command": command}]}]
    return {"hooks": hooks}


def table(choose: random.Random, folder: Path) -> dict[str, list[Step]]:
    """What each agent does. The programs begin when both owners are at work: the client may start agents one long after
    another."""
    jobs: list[Step] = []
    for _ in range(choose.randint(1, 3)):
        path = f"{choose.choice(OWNERS)}/a.txt" if choose.random() < 0.4 else "-"
        line = f"{sys.executable} {folder}/job.py {choose.uniform(0.5, 3):.1f} {path} {folder}/unseen.log || true"
        jobs.append({"bash": line})
    owners: dict[str, list[Step]] = {
        name: [{"mark": name}, *writes(choose, f"{name}/a.txt"), {"bash": "true"}, {"done": "wrote"}] for name in OWNERS
    }
    return {"01": [*({"after": name} for name in OWNERS), *jobs, {"say": RAN}], **owners}


def judged(folder: Path, seed: int, client: Path) -> Any:
    """One session, judged."""
    choose = random.Random(seed)
    project = Project(folder / "project")
    (folder / "job.py").write_text(JOB)
    tasks = [{"id": "01", "title": "Jobs"}, *({"id": n, "title": n, "writes": [f"{n}/**"]} for n in OWNERS)]
    there = {f"{name}/a.txt": "old\n" for name in OWNERS}
    project.write({"tasks.json": {"schema_version": 1, "id": "who", "tasks": tasks}, **there})
    project.commit_all()
    with Session(
        project.path, Cast(agent=Worker.from_table(table(choose, folder))), client=client, plugin_dirs=[TOP],
        permission_mode="bypassPermissions", settings=slow(choose), timeout=PATIENCE,
        env={"FANOUT_CACHE_DIR": str(installed.default_cache())},
    ) as session:  # fmt: skip
        session.print_mode("/spec:execute tasks.json")
        facts = json.loads(project.fanout("report", "who-1", "--json").out)["data"]
        plain = {"accept": [], "reads_only": False, "needs": []}
        known = [{"id": task["id"], "patterns": task.get("writes", []), **plain} for task in tasks]
        truth = words_said.Truth(session, known, folder, set(there), facts)
    judge = words_said.Judge(truth, words_said.said(truth))
    judge.wrong += _unreported(truth, judge)
    return judge


def _unreported(truth: Any, judge: Any) -> list[str]:
    """Also what was done to the file of an owner that had ended is in the report, by whose command, and nothing else is."""
    clobbers = [made for made in truth.made if not made.agent]
    judge.counts["writes of programs"] = len(clobbers)
    found = {item["path"] for item in truth.facts["troubles"] if item["kind"] == "conflict"}
    left = {made.path for made in clobbers if not truth.is_replaced(made.path.split("/")[0], made)}
    missing = [f"not in the report: {path}" for path in sorted(left - found)]
    return missing + [f"in the report: {path}" for path in sorted(found - {made.path for made in clobbers})]


def shown(first: int, sessions: int, counts: Counter[str], wrong: list[str]) -> str:
    beside = ("writes of programs", "overwrites", "overwrites that left nothing to be seen")
    lines = [
        f"$ python benchmarks/who_changed_client.py --sessions {sessions} --from {first}",
        f"{sessions:6,} sessions of the real client",
        f"{counts['writes of programs']:6,} writes of a program into another's file, {counts['overwrites']:,} of them while "
        "that was at work",
        f"{counts[beside[2]]:6,}   which that replaced whole before anybody could look",
        f"{sum(counts.values()) - sum(counts[kind] for kind in beside):6,} sentences",
        f"{counts['changed']:6,}   that a file changed, and by whom",
        f"{len(wrong):6,} false, or passed over",
    ]
    return "\n".join([*lines, *wrong]) + "\n"


def measure(first: int, sessions: int) -> tuple[Counter[str], list[str]]:
    client = installed.locate(cache=installed.default_cache())
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for seed in range(first, first + sessions):
        with tempfile.TemporaryDirectory() as folder:
            judge = judged(Path(folder), seed, client)
        counts.update(judge.counts)
        wrong += [f"session {seed}: {text}" for text in judge.wrong]
        print(f"{seed}: {dict(judge.counts)}", *judge.wrong, sep="\n  ", file=sys.stderr, flush=True)
    return counts, wrong


def _add(text: str) -> None:
    before = RESULT.read_text() + "\n" if RESULT.exists() else ""
    RESULT.write_text(before + text)


if __name__ == "__main__":
    sys.exit(benchmark("seeds").main("sessions", 200, measure, shown, _add))

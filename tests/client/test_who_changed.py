"""Who changed a file, in the real client: owners write while a sibling's command runs and hooks are slow.

The command changes a file of a sibling's in some sessions. Every sentence that an agent reads is checked against that.
"""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path

import pytest
from client.plugin import Start, with_plugin
from project import Project
from scale import SCALE

from fanout.client.script import Cast, Worker
from fanout.client.session import Session

SESSIONS = 3 * SCALE
OWNERS = ("02", "03")
JOB = """
import sys, time
pause, path, log = float(sys.argv[1]), sys.argv[2], sys.argv[3]
time.sleep(pause / 2)
if path != "-":
    open(path, "a").write("clobbered\\n")
    open(log, "a").write(path + "\\n")
time.sleep(pause / 2)
"""
SENTENCE = re.compile(r"[^\n]*(?:belongs to you and|While your command)[^\n]*")


def writes(choose: random.Random, path: str) -> list[dict[str, object]]:
    """Calls of an owner that say what they leave, and one that names the file alone."""
    steps: list[dict[str, object]] = [{"write": path, "content": "first\nsecond\n"}]
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


def read_by_agents(session: Session) -> list[str]:
    told = [e.conversation.fresh_text for e in session.record.exchanges if e.kind == "agent" and e.conversation]
    return [sentence for text in told for sentence in SENTENCE.findall(text)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SESSIONS))
def test_no_word_is_wrong_and_no_overwrite_passes(start: Start, tmp_path: Path, seed: int) -> None:
    choose = random.Random(seed)
    project, log = Project(tmp_path / "project"), tmp_path / "clobbered"
    (tmp_path / "job.py").write_text(JOB)
    tasks = [{"id": "01", "title": "Jobs"}, *({"id": n, "title": n, "writes": [f"{n}/**"]} for n in OWNERS)]
    there = {f"{name}/a.txt": "old\n" for name in OWNERS}
    project.write({"tasks.json": {"schema_version": 1, "id": "who", "tasks": tasks}, **there})
    jobs: list[dict[str, object]] = []
    for _ in range(choose.randint(1, 3)):
        path = f"{choose.choice(OWNERS)}/a.txt" if choose.random() < 0.4 else "-"
        line = f"{sys.executable} {tmp_path}/job.py {choose.uniform(0.5, 3):.1f} {path} {log} || true"
        jobs.append({"bash": line})
    table = {"01": [*jobs, {"done": "ran"}]} | {
        name: [*writes(choose, f"{name}/a.txt"), {"bash": "true"}, {"done": "wrote"}] for name in OWNERS
    }
    session = with_plugin(
        start, Cast(agent=Worker.from_table(table)), permission_mode="bypassPermissions", settings=slow(choose)
    )
    assert session.print_mode("/spec:execute tasks.json").exit_code == 0
    clobbered = set(log.read_text().split()) if log.exists() else set()
    told = read_by_agents(session)
    for sentence in told:
        paths = set(re.findall(r"\b0[23]/a\.txt", sentence.split(" The version before ")[0]))
        assert paths and paths <= clobbered, f"nobody's command touched it: {sentence}"
        assert "task 01" in sentence or "While your command" in sentence, sentence
    facts = json.loads(project.fanout("report", "who-1", "--json").out)["data"]
    reported = {item["path"] for item in facts["troubles"] if item["kind"] == "conflict"}
    assert reported == clobbered

"""Proof that on this machine, with this client, hooks fire, see agent ids, and can deny."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from fanout.client import installed
from fanout.client.script import Cast, Worker
from fanout.client.session import Session
from fanout.version import checkout

TASKS = {
    "schema_version": 1,
    "id": "proof",
    "tasks": [{"id": "owner", "writes": ["owned.txt"]}, {"id": "other"}],
}
OWN = "written by its owner\n"


SCENE: dict[str, list[dict[str, str]]] = {
    "owner": [
        {"write": "owned.txt", "content": OWN},
        {"mark": "written"},
        {"after": "tried"},
        {"done": "wrote it"},
    ],
    "other": [
        {"after": "written"},
        {"write": "owned.txt", "content": "overwritten\n"},
        {"mark": "tried"},
        {"done": "tried"},
    ],
}


def of_the_guard() -> tuple[bool, str, str]:
    """(fine, what was found, fix). Plays two agents in the real client, offline, with a scripted model."""
    path = installed.from_path() or installed.locate(cache=installed.default_cache())
    worker = Worker.from_table(SCENE)
    with tempfile.TemporaryDirectory(prefix="fanout-proof-") as folder:
        scratch = Path(folder)
        (scratch / "tasks.json").write_text(json.dumps(TASKS), encoding="utf-8", newline="\n")
        with Session(
            scratch,
            Cast(agent=worker),
            client=path,
            plugin_dirs=[Path(checkout())],
            permission_mode="acceptEdits",
            env={"FANOUT_CACHE_DIR": str(installed.default_cache())},
            record_hooks=False,
        ) as session:
            session.print_mode("/spec:execute tasks.json")
        kept = (scratch / "owned.txt").exists() and (scratch / "owned.txt").read_text(encoding="utf-8") == OWN
    denied = [refusal for refusal in worker.refusals if "belongs to task owner" in refusal.text]
    if kept and denied:
        return True, f"denied a sibling's write in the real client ({installed.version_of(path)})", ""
    return False, "a sibling's write was not denied", "Report it with the output of `claude --version`."

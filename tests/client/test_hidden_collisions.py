"""In the real client: a list in prose whose tasks name their files, where two pairs of tasks also want a file that none names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from client.plugin import Start, with_plugin
from project import Project

from fanout.client.script import Cast, Worker

WORDS = "cart stock mail bill page news rows card menu price order coupon parcel refund review search basket invoice voucher list"
PARTS = WORDS.split()
LIST = "# The shop\n\n" + "".join(f"- [ ] Write the {part} in `src/{part}.py`\n" for part in PARTS)
HIDDEN = {"03": ("07", "src/registry.py"), "12": ("15", "docs/parts.md")}  # the first to write, the second, the file


def steps(task: str, path: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Its own file, then a line in the hidden one; who may not write it says so, and gets it when it is free."""
    asked = [{"mark": f"{task} tried"}, {"needs": f"{path}, to add a line"}]
    own = {"write": f"src/{PARTS[int(task) - 1]}.py", "content": f"# {task}\n"}
    line = {"bash": f"echo {task} >> {path}", "if_error": asked}
    return [own, *before, line, {"mark": f"{task} tried"}, *after, {"done": "wrote it, and its line"}]


def table() -> dict[str, list[dict[str, Any]]]:
    found = {}
    for first, (second, path) in HIDDEN.items():
        found[first] = steps(first, path, [], [{"after": f"{second} tried"}])
        found[second] = steps(second, path, [{"after": f"{first} tried"}], [])
    return found


def test_both_are_noticed_and_nothing_is_lost(start: Start, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    project.write({"list.md": LIST, "src/registry.py": "", "docs/parts.md": ""})
    planned = project.fanout("plan", "list.md", "--json").data
    assert planned["sequential_minutes"] / planned["makespan_minutes"] >= 1.8
    worker = Worker.from_table(table())
    session = with_plugin(start, Cast(agent=worker), permission_mode="acceptEdits")
    assert session.print_mode("/spec:execute list.md").exit_code == 0
    data = json.loads(project.fanout("report", "--json").out)["data"]
    assert {task["id"]: task["state"] for task in data["tasks"]} == {f"{n:02}": "done" for n in range(1, 21)}
    for first, (second, path) in HIDDEN.items():
        assert (project.path / path).read_text().split() == [first, second]
        noticed = [
            one
            for one in data["denials"]
            if one["task"] == second and f"{path} belongs to task {first}" in one["reason"]
        ]
        assert noticed, f"nobody noticed that {second} wanted {path} too"
    assert all((project.path / "src" / f"{part}.py").is_file() for part in PARTS)
    assert data["measured"]["most_at_once"] >= 3

"""The recipes of docs/beyond.md, line for line, with the real client."""

from __future__ import annotations

import os
import re
import subprocess

from client.drive import PATIENCE, Driven, listed
from project import CHECKOUT

PAGE = (CHECKOUT / "docs" / "beyond.md").read_text(encoding="utf-8")


def recipe(title: str) -> list[str]:
    """The commands of a section's first block."""
    section = PAGE.split(f"\n## {title}\n", 1)[1]
    found = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1].splitlines()


def test_this_machine_overnight(start, tmp_path) -> None:
    driven = Driven(start, tmp_path / "project", {})
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "claude").symlink_to(driven.session.client)
    env = {**driven.env, "PATH": f"{tools}:{CHECKOUT / 'bin'}:{os.environ['PATH']}"}
    plan = listed({"id": "a", "writes": ["a.txt"]}, {"id": "b", "writes": ["b.txt"], "depends_on": ["a"]})
    driven.project.write({"plan.json": {"schema_version": 1, "id": "r", **plan}})
    driven.project.commit_all()
    said = []
    for line in recipe("This machine, overnight"):
        ran = subprocess.run(
            ["sh", "-c", line], cwd=driven.project.path, env=env, capture_output=True, text=True, timeout=PATIENCE
        )
        assert ran.returncode == 0, f"{line}\n{ran.stdout}{ran.stderr}"
        said.append(ran.stdout)
    assert "Launch nothing: r-1 runs on headless clients. `fanout drive r-1` starts them" in said[0]
    assert "Driven by process" in said[1]
    assert "2 of 2 done" in said[2]
    assert "2 tasks landed on main." in said[3]
    assert (driven.project.path / "b.txt").read_text() == "b.txt by b\n"

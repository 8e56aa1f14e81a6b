"""fanout demo: the promise of the README's first command."""

from __future__ import annotations

from pathlib import Path

import pytest
from project import Project


@pytest.mark.client
def test_the_demo_plays_to_its_end_and_measures(client: Path, project: Project) -> None:
    (project.path.parent / "Tmp").mkdir()
    ran = project.fanout("demo", "--json", "--client", str(client), env={"TMPDIR": str(project.path.parent / "Tmp")})
    assert ran.code == 0, ran.err
    figures = ran.data
    assert figures["tasks"] == 5 and figures["most_at_once"] == 3
    assert [(d["task"], d["path"]) for d in figures["denied"]] == [("02", "src/panels/profile.mjs")]
    assert [s["task"] for s in figures["sent_back"]] == ["03"]
    assert figures["parallel_seconds"] + 8 < figures["one_by_one_seconds"] < 40
    made = Project(Path(str(figures["project"])))
    assert "5 of 5 done" in made.fanout("report").out

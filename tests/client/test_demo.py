"""fanout demo: the promise of the README's first command."""

from __future__ import annotations

from pathlib import Path

import pytest
from client.plugin import FILES
from project import Project

from fanout.cli.commands import demo
from fanout.run.store import db as journal


@pytest.mark.client
def test_the_demo_plays_to_its_end_and_measures(client: Path, project: Project) -> None:
    ran = project.fanout("demo", "--json", "--client", str(client))
    assert ran.code == 0, ran.err
    figures = ran.data
    assert figures["tasks"] == 5 and figures["most_at_once"] == 3
    assert [(d["task"], d["path"]) for d in figures["denied"]] == [("02", "src/panels/profile.mjs")]
    assert [s["task"] for s in figures["sent_back"]] == ["03"]
    assert figures["parallel_seconds"] + 8 < figures["one_by_one_seconds"] < 40
    made = Project(Path(str(figures["project"])))
    assert "5 of 5 done" in made.fanout("report").out


@pytest.mark.client
def test_it_plays_where_names_fold(client: Path, folding_mount: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run side by side, in a project on a file system like a Mac's."""
    monkeypatch.setattr(demo, "TIMEOUT", 500.0)  # the file system is one process of Python
    play = demo.Play(folding_mount / "Project", "")
    play.folder.mkdir()
    demo._play(play, client)
    assert play.error is None
    assert {task["id"]: task["state"] for task in play.result["tasks"]} == dict.fromkeys(FILES, "done")
    assert {(denied["task"], denied["path"]) for denied in play.result["denials"]} == {("02", FILES["01"])}
    assert {back["task"] for back in play.result["sent_back"]} == {"03"}
    assert all((play.folder / name).is_file() for name in FILES.values())
    db = journal.connect(str(play.folder))
    assert db.execute("SELECT * FROM event WHERE kind IN ('stray', 'beyond', 'conflict')").fetchall() == []

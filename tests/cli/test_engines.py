"""start --engine, drive, land and the verbs of a driven run, without a client."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engines.bench import Bench
from project import Project

from fanout.run.flow import brief, workflow
from fanout.run.store import planned
from fanout.run.store.db import Write, connect
from fanout.run.tasks import readiness, runs

TASKS = {"tasks.json": {"tasks": [{"id": "a", "writes": ["a.txt"]}, {"id": "b"}, {"id": "c"}]}}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    return Bench(tmp_path / "project", {"a": {"writes": ["f.txt"]}, "b": {}}, {"f.txt": "one\n"})


@pytest.mark.parametrize(
    ("has_git", "has_commit", "said"),
    [(False, False, "is no git repository, and this engine merges with git"), (True, False, "has no commit yet")],
)
def test_it_needs_git_and_a_commit(project: Project, has_git: bool, has_commit: bool, said: str) -> None:
    project.write(TASKS)
    if has_git:
        project.git("init", "-q")
    ran = project.fanout("start", "tasks.json", "--engine", "local")
    assert ran.code == 1
    assert said in ran.err
    assert "there is no run in" in project.fanout("status").err  # nothing has begun


def test_where_each_has_a_tree_tasks_with_unknown_files_run_side_by_side(project: Project) -> None:
    one = {"status": "pending", "depends_on": [], "acceptance_criteria": ["x"], "deliverables": []}
    project.write(
        {
            ".tmp/tasks/f/task.json": {"id": "f", "name": "F", "status": "active", "subtask_count": 2},
            **{f".tmp/tasks/f/subtask_{n}.json": {"id": f"f-{n}", "seq": n, "title": n, **one} for n in ("01", "02")},
        }
    )
    project.commit_all()
    hazards = {}
    for engine in ("local", "agents"):
        ran = project.fanout("start", "f", "--engine", engine)
        assert ran.code == 0, ran.err
        db = connect(str(project.path))
        run = runs.active(db)[0].id
        hazards[engine] = len(planned.hazards(db, run))
        db.close()
        project.fanout("cancel", run)
    assert hazards["local"] == 0
    assert hazards["agents"] > 0


def test_what_a_start_says_is_of_trees_of_their_own(project: Project) -> None:
    """Where the files are not known the shared tree waits; here only the list's order does, and which risk lifts it is said."""
    project.write(
        {
            "todo.md": "# To do\n\n- [ ] Make login faster\n- [ ] Add a dark theme\n- [ ] Rewrite the FAQ\n- [ ] Sort the jobs\n"
        }
    )
    project.commit_all()
    shared = project.fanout("start", "todo.md").out
    assert "nothing else runs meanwhile" in shared
    project.fanout("cancel")
    said = project.fanout("start", "todo.md", "--engine", "local").out
    assert "nothing else runs meanwhile" not in said and "nothing runs beside them" not in said
    assert "send the calls" not in said
    assert "3 of 4 tasks only the list's order keeps waiting." in said
    again = "fanout start todo.md --engine local"
    assert f"then `{again} --risk high` runs them side by side" in said
    assert "(Or they type" not in said, "an analyst is offered once a list"
    project.fanout("cancel")
    project.write(
        {
            "later.md": "# Later\n\n- [ ] Make logout faster\n- [ ] Add a light theme\n- [ ] Rewrite help\n- [ ] Sort logs\n"
        }
    )
    assert (
        "then `fanout start later.md --engine local`. (Or they type"
        in project.fanout("start", "later.md", "--engine", "local").out
    )
    project.fanout("cancel")
    high = project.fanout(*again.split()[1:], "--risk", "high", "--json").data
    assert "4 can start now" in high["notes"][0]
    assert project.fanout("add", high["run"], "Mend the footer").code == 0
    status = project.fanout("status", "--json").data
    assert [task["waits"] for task in status["tasks"]] == [""] * 5


def test_a_long_list_is_told_of_the_other_engines(project: Project) -> None:
    for count, is_told in ((29, False), (30, True)):
        project.write(
            {"t.json": {"id": f"of{count}", "tasks": [{"id": f"t{n}", "writes": [f"{n}"]} for n in range(count)]}}
        )
        out = project.fanout("start", "t.json").out
        assert (
            "then `fanout start t.json --engine workflow` gives them to the client's workflow runtime" in out
        ) == is_told
        project.fanout("cancel")


def test_a_workflow_is_handed_each_task_once(project: Project) -> None:
    project.write(TASKS)
    out = project.fanout("start", "tasks.json", "--engine", "workflow").out
    call = json.loads(out.split("```json\n")[1].split("\n```")[0])
    assert call["name"] == "spec:run-plan"
    assert [one["task"] for one in call["args"]["first"]] == ["a", "b", "c"]
    db = connect(str(project.path))
    with Write(db):
        view = readiness.View(db, call["args"]["run"])
        assert workflow.hand(db, view) == []
        workflow.give_back(db, view.run.id, "b")
        assert [one["task"] for one in workflow.hand(db, view)] == ["b"]
    db.close()


def test_what_is_not_committed_is_named_as_missing_from_the_trees(project: Project) -> None:
    project.write({"src/a.py": "x = 1\n", "docs/b.md": "b\n"})
    project.commit_all()
    project.write({**TASKS, "src/a.py": "x = 2\n", "new.txt": "x"})
    out = project.fanout("start", "tasks.json", "--engine", "local").out
    assert "Not committed, so not in the agents' trees: src/a.py, new.txt. If they need them: `fanout cancel " in out
    assert "agents build on them" not in out


def test_a_failed_task_is_done_anew(work: Bench) -> None:
    work.leave(work.begin("a"), {"f.txt": "half\n"}, said=None)
    assert work.state("a") == "failed"
    ran = work.project.fanout("retry", "demo-1/a", "--note", "only the first line")
    assert ran.code == 0, ran.err
    assert work.state("a") == "pending"
    text = brief.write(work.db, work.root, work.name, "a")
    assert "only the first line" in text
    assert "`git show " in text  # what the first one left


def test_a_start_says_who_starts_its_agents(project: Project) -> None:
    project.write(TASKS)
    project.commit_all()
    said = project.fanout("start", "tasks.json", "--engine", "local").out
    assert "Launch nothing: " in said
    assert "`fanout drive " in said
    assert "```json" not in said


def test_nothing_runs_before_the_user_has_said_what_it_may(work: Bench) -> None:
    ran = work.project.fanout("drive")
    assert ran.code == 1
    assert "it is not said what the headless clients of demo-1 may do: nobody is there to be asked." in ran.err
    assert "`fanout drive demo-1 --permission-mode MODE`" in ran.err


def test_verbs_of_the_shared_tree_are_refused_with_the_way(work: Bench) -> None:
    work.do("a", {"f.txt": "two\n"})
    work.merge()
    for words, way in [
        (("done", "demo-1/b"), "its tasks are done when their work is merged"),
        (("undo", "demo-1/a"), "is in commits on the branch fanout/demo-1, not in your tree"),
        (("commit", "demo-1/a"), "`fanout land demo-1` brings them to your branch"),
        (("commit", "--all", "demo-1"), "`fanout land demo-1` brings them to your branch"),
    ]:
        ran = work.project.fanout(*words)
        assert ran.code == 1
        assert way in ran.err
    assert "-one\n+two\n" in work.project.fanout("diff", "demo-1/a").out


def test_skip_and_land_by_hand(work: Bench) -> None:
    work.do("a", {"f.txt": "two\n"})
    work.merge()
    assert work.project.fanout("skip", "demo-1/b").code == 0
    landed = work.project.fanout("land")
    assert "1 task landed on main." in landed.out
    assert "Nothing of demo-1 is merged that main does not have." in work.project.fanout("land").out


def test_a_run_of_a_conversation_is_neither_driven_nor_landed(project: Project) -> None:
    project.write(TASKS)
    project.commit_all()
    assert project.fanout("start", "tasks.json").code == 0
    assert "`fanout start SOURCE --engine local` makes one to drive" in project.fanout("drive").err
    assert "`fanout commit --all " in project.fanout("land").err

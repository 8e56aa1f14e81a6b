"""fanout plan --learned: what a project's own runs took corrects its next plan."""

from __future__ import annotations

from pathlib import Path

from project import Project
from report.runs import desk_in
from run.plans import plan

from fanout.run.store.db import Write


def test_past_runs_correct_the_next_plan(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    tasks = {f"t{n}": {"writes": [f"{n}.py"], "record": {"estimate_minutes": 2, "agent": "coder"}} for n in range(4)}
    desk.start(plan(tasks))
    for name in tasks:
        desk.launch(name)
    for number, name in enumerate(tasks):
        desk.do(f"agent-{name}", f"{number}.py")
        desk.end(f"agent-{name}", f"DONE|{name}|done")
    with Write(desk.db):
        desk.db.execute("UPDATE agent SET started = ended - 360 WHERE task <> 't3'")  # 6 minutes, estimated 2
    project = Project(desk.root)
    project.write({"next.json": {"tasks": [{"id": "x", "agent": "coder", "estimate_minutes": 10}]}})
    assert project.fanout("plan", "next.json", "--json").data["makespan_minutes"] == 10
    data = project.fanout("plan", "next.json", "--json", "--learned").data
    assert data["makespan_minutes"] == 30
    project.write({"fanout.toml": "estimates = 'learned'\n"})
    assert project.fanout("plan", "next.json", "--json").data["makespan_minutes"] == 30
    assert project.fanout("plan", "next.json", "--json", "--stated").data["makespan_minutes"] == 10
    [said] = [warning["message"] for warning in data["warnings"] if warning["code"] == "estimates-learned"]
    assert said == "from 4 tasks of past runs: 1 estimates scaled (all x3, coder x3)"


def test_a_run_plans_by_what_was_learned_and_keeps_what_was_stated(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    tasks = {f"t{n}": {"writes": [f"{n}.py"], "record": {"estimate_minutes": 2}} for n in range(3)}
    desk.start(plan(tasks))
    for number, name in enumerate(tasks):
        desk.launch(name)
        desk.do(f"agent-{name}", f"{number}.py")
        desk.end(f"agent-{name}", f"DONE|{name}|done")
    with Write(desk.db):
        desk.db.execute("UPDATE agent SET started = ended - 360")
    project = Project(desk.root)
    project.write({"next.json": {"id": "next", "tasks": [{"id": "x", "estimate_minutes": 10}]}})
    assert project.fanout("start", "next.json", "--learned").code == 0
    [row] = desk.rows("SELECT estimate, record FROM task WHERE run = 'next-1'")
    assert row["estimate"] == 30 and '"estimate_minutes": 10' in row["record"]


def test_without_a_journal_nothing_is_learned_and_nothing_made(project: Project) -> None:
    project.write({"next.json": {"tasks": [{"id": "x", "estimate_minutes": 10}]}})
    assert project.fanout("plan", "next.json", "--json", "--learned").data["makespan_minutes"] == 10
    assert not (project.path / ".fanout").exists()

"""fanout plan as a process: the JSON contract, sources, and what it costs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from project import Project

from fanout.run.store import case_folding

TASKS: list[dict[str, Any]] = [
    {"id": "01", "writes": ["src/api.ts"], "estimate_minutes": 10},
    {"id": "02", "writes": ["src/ui.ts"], "reads": ["src/api.ts"], "depends_on": ["01"], "estimate_minutes": 5},
    {"id": "03", "writes": ["src/*.ts"], "estimate_minutes": 2},
]


def planned(project: Project, tasks: list[dict[str, Any]], *more: str, **document: Any) -> dict[str, Any]:
    ran = project.fanout("plan", "--json", "-", *more, input=json.dumps({"tasks": tasks, **document}))
    assert (ran.code, ran.err) == (0, "")
    return ran.data


def test_the_contract_of_the_json(project: Project) -> None:
    found = planned(project, TASKS)
    assert found["batches"] == [["01"], ["02"], ["03"]] or sorted(map(sorted, found["batches"])) == [
        ["01"],
        ["02"],
        ["03"],
    ]
    assert sorted(found["rolling_order"]) == ["01", "02", "03"]
    assert found["makespan_minutes"] == found["batch_makespan_minutes"] == found["sequential_minutes"] == 17
    assert found["lower_bound_minutes"] == 17 and found["critical_path"] == ["01", "02"]
    assert [set(entry) >= {"id", "start", "finish"} for entry in found["schedule"]] == [True] * 3
    assert [(h["kind"], h["tasks"], h["witness"]) for h in found["hazards"]] == [
        ("read-write", ["01", "02"], "src/api.ts"),
        ("write-write", ["01", "03"], "src/api.ts"),
        ("write-write", ["02", "03"], "src/ui.ts"),
    ]
    assert found["hazards"][0]["resolution"] == "ordered by dependencies"
    assert " waits for " in found["hazards"][1]["resolution"]
    assert all({"code", "message", "task"} <= set(warning) for warning in found["warnings"])


def test_the_same_input_gives_the_same_bytes(project: Project) -> None:
    text = json.dumps(
        {"tasks": [{"id": f"t{n}", "writes": [f"f{n % 4}"], "estimate_minutes": n % 5 + 1} for n in range(30)]}
    )
    assert (
        project.fanout("plan", "--json", "-", input=text).out == project.fanout("plan", "--json", "-", input=text).out
    )


@pytest.mark.parametrize("source", ["plans/tasks.json", "-"])
def test_sources(project: Project, source: str) -> None:
    text = json.dumps({"schema_version": 1, "tasks": TASKS})
    project.write({"plans/tasks.json": text})
    ran = project.fanout("plan", "--json", source, input=text if source == "-" else None)
    assert ran.code == 0, ran.err
    assert len(ran.data["rolling_order"]) == 3


def test_a_folder_below_the_root_plans_paths_of_the_root(project: Project) -> None:
    project.commit_all()
    project.write({"sub/tasks.json": {"tasks": [{"id": "a", "writes": [f"{project.path}/src/a.ts"]}]}})
    below = Project(project.path / "sub")
    assert below.fanout("plan", "--json", "tasks.json").code == 0


def test_no_plan_leaves_anything_behind(project: Project) -> None:
    planned(project, TASKS)
    assert list(project.path.iterdir()) == []


def test_fewer_agents_take_longer(project: Project) -> None:
    tasks = [{"id": f"t{n}", "estimate_minutes": 4} for n in range(4)]
    assert planned(project, tasks)["makespan_minutes"] == 4
    assert planned(project, tasks, "--max-parallel", "2")["makespan_minutes"] == 8
    assert planned(project, tasks, max_parallel=1)["makespan_minutes"] == 16


def test_what_a_plan_of_a_thousand_tasks_costs(project: Project) -> None:
    """Far above what it takes on a machine that does nothing else; benchmarks/planner.py has the figures."""
    tasks = [
        {
            "id": f"t{n}",
            "writes": [f"src/part{n // 8}/file{n}.ts", f"src/part{n // 8}/extra{n}*.ts"],
            "reads": [f"src/part{n // 16}/**"] if n % 9 == 0 else [],
            "depends_on": [f"t{n - 7}"] if n % 3 == 0 and n > 7 else [],
            "estimate_minutes": n % 13 + 2,
        }
        for n in range(1_000)
    ]
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = planned(project, tasks, "--effort", "quick")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert len(found["rolling_order"]) == 1_000
    assert after.ru_utime - before.ru_utime < 4
    assert after.ru_maxrss < 500_000 or after.ru_maxrss == before.ru_maxrss


def test_two_spellings_are_one_file_where_names_fold_on_the_first_plan_of_a_project(folding: Path) -> None:
    """Nothing of fanout's is there yet, and nothing else either."""
    project = Project(folding / "Project")
    project.path.mkdir()
    tasks = [{"id": "T1", "writes": ["src/App.ts"]}, {"id": "t2", "writes": ["SRC/app.ts"]}]
    found = planned(project, tasks)
    assert [(hazard["kind"], hazard["tasks"]) for hazard in found["hazards"]] == [("write-write", ["T1", "t2"])]
    assert len(found["batches"]) == 2
    assert os.listdir(project.path) == []


def test_ids_that_differ_in_case_alone_start_no_run_where_their_results_would_be_one_file(folding: Path) -> None:
    project = Project(folding / "Project")
    project.path.mkdir()
    project.write({"tasks.json": {"tasks": [{"id": "T1"}, {"id": "t1"}, {"id": "T2"}]}})
    ran = project.fanout("start", "tasks.json")
    assert ran.code == 1 and "tasks.json:1 task t1 id: its result would have the file of task T1" in ran.err
    assert not (project.path / ".fanout" / "live").exists()


def test_where_names_stay_apart_they_start_one(project: Project) -> None:
    project.write({"tasks.json": {"tasks": [{"id": "T1"}, {"id": "t1"}]}})
    assert project.fanout("start", "tasks.json").code == (1 if case_folding.is_on(str(project.path)) else 0)
    project.write({"more.json": {"tasks": [{"id": "a:b"}, {"id": "a_b"}]}})
    assert "its result would have the file of task a:b" in project.fanout("start", "more.json").err


def test_a_path_that_begins_with_another_spelling_of_the_root_is_in_the_project(folding: Path) -> None:
    project = Project(folding / "Project")
    project.path.mkdir()
    other = str(folding / "pROJECT" / "src" / "App.ts")
    found = planned(project, [{"id": "T1", "writes": [other]}, {"id": "T2", "writes": ["src/App.ts"]}])
    assert [hazard["witness"] for hazard in found["hazards"]] == ["src/App.ts"]


def test_a_path_through_a_link_to_the_root_is_in_the_project(project: Project) -> None:
    link = project.path.parent / "link"
    link.symlink_to(project.path)
    (project.path / "src").mkdir()
    tasks = [{"id": "T1", "writes": [f"{link}/src/*.ts"]}, {"id": "T2", "writes": ["src/app.ts"]}]
    assert [hazard["witness"] for hazard in planned(project, tasks)["hazards"]] == ["src/app.ts"]
    ran = project.fanout("plan", "-", input=json.dumps({"tasks": [{"id": "T1", "writes": [f"{link.parent}/else.ts"]}]}))
    assert ran.code == 1 and "is not inside the project" in ran.err


PHASES = """## Phase 1: Base
- [ ] T001 Create `src/models/user.py`
- [ ] T002 Create `src/models/order.py`
## Phase 2: Services
- [ ] T003 Create UserService in `src/services/user_service.py` (depends on T001)
- [ ] T004 Create `src/web/theme.css`
"""


@pytest.mark.parametrize(
    ("risk", "said"),
    [
        (
            "low",
            (
                "4 waits between tasks: 1 stated, 1 phases, 2 only the list's order.",
                "low 1.0 (this plan), normal 2.0, high 2.0",
            ),
        ),
        ("normal", ("2 waits between tasks: 1 stated, 1 phases.", "low 1.0, normal 2.0 (this plan), high 2.0")),
    ],
)
def test_the_plan_says_where_its_order_comes_from_and_what_each_risk_would_plan(
    project: Project, risk: str, said: tuple[str, str]
) -> None:
    project.write({"specs/a/tasks.md": PHASES})
    ran = project.fanout("plan", "specs/a/tasks.md", "--risk", risk)
    assert f"{said[0]} Risk {said[1]} times faster (--risk)." in ran.out.splitlines()


def test_each_edge_stands_in_the_json_with_its_source_and_strength(project: Project) -> None:
    project.write({"specs/a/tasks.md": PHASES})
    data = project.fanout("plan", "specs/a/tasks.md", "--json").data
    assert (data["risk"], data["risks"]) == ("normal", {"low": 1.0, "normal": 2.0, "high": 2.0})
    edges = {(edge["task"], edge["on"]): (edge["source"], edge["strength"]) for edge in data["edges"]}
    assert edges[("T003", "T001")] == ("stated", 1.0)
    assert edges[("T003", "T002")] == ("barrier", 0.8)
    assert len(edges) == 2


def test_what_is_not_known_is_no_no_go(project: Project) -> None:
    project.write({"list.md": "# X\n" + "".join(f"- [ ] Think of part {n}\n" for n in range(4))})
    ran = project.fanout("advise", "list.md")
    assert ran.out.startswith("not known: sequential without agents.")
    assert ran.out.rstrip().endswith("or `/spec:refine SOURCE`, typed by the user, has an agent read list and project.")
    assert project.fanout("advise", "list.md", "--json").data["known"] is False

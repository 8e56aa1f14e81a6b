"""fanout refine as a process: what it prints, what it checks, and that plan and start go by the side file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from project import Project
from report.runs import desk_in
from run.plans import plan

LIST = "# Tidy up\n" + "".join(
    f"- [ ] T00{n} Tidy the {name}\n" for n, name in enumerate(("cart", "mail", "bill", "page"), 1)
)


@pytest.fixture
def listed(project: Project) -> Project:
    project.write(
        {"specs/shop/tasks.md": LIST, "specs/shop/spec.md": "A shop.\n", "src/cart.py": "", "AGENTS.md": "Be brief.\n"}
    )
    project.git("init", "-q")
    project.git("add", ".")
    return project


SOURCE = "specs/shop/tasks.md"


def asked(project: Project) -> dict[str, Any]:
    ran = project.fanout("refine", SOURCE, "--json")
    assert (ran.code, ran.err) == (0, "")
    return dict(ran.data)


def answer(project: Project, **more: dict[str, Any]) -> Path:
    found = asked(project)
    texts = dict(re.findall(r"^\[(T\d+)\] text (\w+)", found["input"], re.MULTILINE))
    free = list(texts)
    tasks = [
        {
            "id": name,
            "text": text,
            "confidence": 0.95,
            "writes": [f"src/{name}.py"],
            "independent_of": [o for o in free if o != name],
        }
        | more.get(name, {})
        for name, text in texts.items()
    ]
    place = project.path / str(found["place"])
    place.write_text(json.dumps({"schema_version": 1, "tasks": tasks}))
    return place


def test_the_input_has_tasks_edges_files_and_where_to_write(listed: Project) -> None:
    found = asked(listed)
    assert found["place"].startswith(".fanout/refined/specs-shop-tasks.md-")
    assert f"Write one JSON object to {found['place']}, and nothing else anywhere" in found["input"]
    assert "Context to read first: AGENTS.md, specs/shop/spec.md" in found["input"]
    assert re.search(
        r"\[T002\] text [0-9a-f]{12}  Tidy the mail\n    writes: nobody knows\n    after T001: inferred \(",
        found["input"],
    )
    assert "src/ cart.py" in found["input"]


def test_the_input_says_what_the_history_changes_together(listed: Project) -> None:
    for number in range(10):
        listed.write({"CHANGELOG.md": f"{number}\n", "src/cart.py": f"{number}\n", f"src/{number}.py": ""})
        listed.commit_all()
    _, _, hints = asked(listed)["input"].partition("\nCHANGED TOGETHER IN THE PAST (a hint, no rule)\n")
    assert hints.splitlines() == [
        "CHANGELOG.md: 10 of the last 10 commits, src/cart.py",
        "src/cart.py: 10 of the last 10 commits",
    ]


def test_plan_goes_by_the_side_file_and_the_list_stays_as_it_is(listed: Project) -> None:
    before = listed.fanout("plan", SOURCE)
    assert (
        "3 of 3 waits are only inferred. An agent that reads the list and the project once (about 8k tokens)"
        in before.out
    )
    place = answer(listed)
    checked = listed.fanout("refine", SOURCE, "--check")
    assert (checked.code, checked.out) == (
        0,
        f"{place.name} can be used: 4 tasks refined. `fanout plan` and `fanout start` of this list use it from now on; "
        "nothing else is to be done.\n",
    )
    data = listed.fanout("plan", SOURCE, "--json").data
    assert data["batches"] == [["T001", "T002", "T003", "T004"]]
    assert "only inferred" not in listed.fanout("plan", SOURCE).out
    assert (listed.path / SOURCE).read_text() == LIST


def test_two_tasks_that_an_analyst_sends_to_one_file_are_kept_apart_in_the_run(listed: Project) -> None:
    answer(listed, T003={"writes": ["src/T001.py"]})
    ran = listed.fanout("start", SOURCE)
    launched = re.findall(r"run-\w+/(T\d+)|/(T00\d)\b", ran.out)
    assert {name for pair in launched for name in pair if name} == {"T001", "T002", "T004"}


def test_what_is_wrong_is_named_and_not_used(listed: Project) -> None:
    place = answer(listed, T002={"depends_on": [{"id": "T009", "why": "x"}], "independent_of": []})
    ran = listed.fanout("refine", SOURCE, "--check")
    assert ran.code == 1
    wrong = f"{place.name} task T002 depends_on: this is no other task of the list (found 'T009')."
    assert ran.out == f"{wrong} Copy the id from `fanout refine`.\n"
    warnings = listed.fanout("plan", SOURCE, "--json").data["warnings"]
    (told,) = [one for one in warnings if one["code"] == "refined-wrong"]
    assert told["message"].startswith(f"the side file {place.name} is not used: {wrong}")


def test_a_side_file_beside_the_list_goes_first(listed: Project) -> None:
    place = answer(listed)
    (listed.path / f"{SOURCE}.fanout.json").write_text(place.read_text())
    place.unlink()
    assert asked(listed)["place"] == f"{SOURCE}.fanout.json"
    assert listed.fanout("plan", SOURCE, "--json").data["batches"] == [["T001", "T002", "T003", "T004"]]


def test_there_is_no_side_file_yet(listed: Project) -> None:
    ran = listed.fanout("refine", SOURCE, "--check")
    assert ran.code == 1
    assert ran.err.startswith("fanout: there is no side file ") or "there is no side file " in ran.err


def test_a_hub_gets_one_task_that_adds_to_it_and_the_briefs_say_so(listed: Project) -> None:
    hub = {"hub_writes": ["CHANGELOG.md"]}
    maybe = {"maybe_writes": ["src/lib.py"]}
    answer(listed, T001=hub, T002={**hub, **maybe}, T003=maybe)
    started = listed.fanout("start", SOURCE)
    assert started.code == 0, started.err
    run = listed.fanout("status", "--json").data["run"]
    assert "Leave CHANGELOG.md alone: task T002 adds to it" in listed.fanout("brief", f"{run}/T001").out
    assert (
        "CHANGELOG.md: add also what the notes of task T001 name for it." in listed.fanout("brief", f"{run}/T002").out
    )
    edges = listed.fanout("plan", SOURCE, "--json").data
    assert edges["batches"] == [["T001", "T003", "T004"], ["T002"]]
    assert (listed.path / SOURCE).read_text() == LIST


@pytest.mark.parametrize("confidence", [0.9, 0.96])
def test_the_brief_names_what_the_analyst_expects(listed: Project, confidence: float) -> None:
    """Also where it is too unsure to be a declaration."""
    answer(listed, T001={"writes": ["src/cart.py", "src/shop.py"], "confidence": confidence})
    run = listed.fanout("start", SOURCE).out.split()[1].rstrip(":")
    brief = listed.fanout("brief", f"{run}/T001").out
    assert "`src/cart.py`, `src/shop.py`" in brief
    assert ("Write only: " in brief) != ("expects these to change: " in brief)


def test_a_list_of_two_passes_is_refined_to_its_end(listed: Project) -> None:
    long = "# Tidy up\n" + "".join(f"- [ ] T{n:03d} Tidy the room {n}\n" for n in range(1, 61))
    listed.write({SOURCE: long})
    answer(listed)
    again = f"run `fanout refine {SOURCE}` again, and do what it says."
    assert f"40 tasks refined. Behind these 20 are left for another pass: {again}\n" in (
        listed.fanout("refine", SOURCE, "--check").out
    )
    found = asked(listed)
    place = listed.path / str(found["place"])
    data = json.loads(place.read_text())
    texts = dict(re.findall(r"^\[(T\d+)\] text (\w+)", found["input"], re.MULTILINE))
    assert list(texts) == [f"T{n:03d}" for n in range(41, 61)]
    data["tasks"] += [{"id": name, "text": text, "confidence": 0.95, "writes": [name]} for name, text in texts.items()]
    place.write_text(json.dumps(data))
    assert "60 tasks refined. `fanout plan`" in listed.fanout("refine", SOURCE, "--check").out


def test_in_a_run_the_front_is_asked_about_with_what_was_really_changed(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    titles = {"T001": "Tidy the cart", "T002": "Called otherwise then"}
    tasks = {name: {"title": title, "writes": [f"{name}.py"]} for name, title in titles.items()}
    desk.start(plan(tasks) | {"source": "list.md"})
    for name in titles:
        desk.launch(name)
        desk.do(f"agent-{name}", f"{name}.py")
        desk.end(f"agent-{name}", f"DONE|{name}|done")
    project = Project(desk.root)
    project.write({"list.md": LIST})
    found = str(project.fanout("refine", "list.md", "--json").data["input"])
    told = "DONE IN A RUN OF THIS LIST, with the files that each really changed:\n[T001] Tidy the cart: T001.py"
    assert found.split("\n\n")[-1].startswith(told) and "T002.py" not in found
    assert list(re.findall(r"^\[(T\d+)\] text", found, re.MULTILINE)) == ["T002", "T003", "T004"]

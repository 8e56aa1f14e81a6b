"""What start, drive, land and worker print for a script: the fields that docs/beyond.md promises, and errors as an object."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from engines.bench import Bench
from project import Project, Ran, promised

LIST = {"tasks.json": {"id": "r", "tasks": [{"id": "a", "writes": ["a.txt"]}, {"id": "b", "depends_on": ["a"]}]}}
TERMS = ("--permission-mode", "acceptEdits", "--client", sys.executable)


def data(ran: Ran, command: str) -> dict[str, Any]:
    assert ran.code == 0, ran.err
    assert ran.out.count("\n") == 1  # one object
    assert set(ran.data) == promised(command)
    return ran.data


def error(ran: Ran) -> dict[str, Any]:
    """What a script reads; people are told the same on stderr."""
    found = json.loads(ran.out)
    assert set(found) == {"schema_version", "error"}
    assert set(found["error"]) == {"message", "fix", "exit_code"}
    assert found["error"]["exit_code"] == ran.code
    assert found["error"]["message"] in ran.err
    return dict(found["error"])


@pytest.fixture
def listed(project: Project) -> Project:
    project.write(LIST)
    project.commit_all()
    return project


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    return Bench(tmp_path / "project", {"a": {"writes": ["f.txt"]}}, {"f.txt": "one\n"})


@pytest.mark.parametrize(
    ("engine", "launch", "workflow", "drive"),
    [
        ("agents", ["a A"], None, None),
        ("workflow", [], ["a"], None),
        ("local", [], None, ["fanout", "drive", "r-1"]),
        ("dask", [], None, ["fanout", "drive", "r-1"]),
    ],
)
def test_a_start_says_how_it_goes_on(
    listed: Project, engine: str, launch: list[str], workflow: list[str] | None, drive: list[str] | None
) -> None:
    found = data(listed.fanout("start", "tasks.json", "--engine", engine, "--json"), "start")
    assert (found["run"], found["engine"], found["tasks"], found["open"]) == ("r-1", engine, 2, 2)
    assert len(found["launch"]) == len(launch)
    assert all("fanout brief r-1/a" in call["prompt"] for call in found["launch"])
    call = found["workflow"]
    assert (call and [one["task"] for one in call["args"]["first"]]) == workflow
    assert found["drive"] == drive
    assert found["notes"][0].startswith("fanout r-1: ")


def test_a_dry_run_is_the_plan(listed: Project) -> None:
    ran = listed.fanout("start", "tasks.json", "--dry-run", "--json")
    assert ran.data["rolling_order"] == ["a", "b"]
    assert "there is no run in" in listed.fanout("status").err


def test_what_goes_wrong_is_an_object_with_the_same_exit_code(listed: Project) -> None:
    assert "there is no run in" in error(listed.fanout("drive", "--json"))["message"]
    assert error(listed.fanout("start", "nowhere.json", "--json"))["exit_code"] == 1
    assert error(listed.fanout("start", "--json"))["exit_code"] == 2
    assert "--faster" in error(listed.fanout("drive", "--faster", "--json"))["message"]
    assert listed.fanout("start", "tasks.json", "--engine", "local").code == 0
    said = error(listed.fanout("drive", "--json"))
    assert "it is not said what the headless clients of r-1 may do" in said["message"]
    assert said["fix"].startswith("`fanout drive r-1 --permission-mode MODE`")
    assert "nothing" in error(listed.fanout("land", "nothing", "--json"))["message"]
    plain = listed.fanout("drive")
    assert (plain.code, plain.out) == (1, "")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--cluster", "tcp://10.0.0.7:8786"), 1),
        (("--slots", "0", "--cluster", "tcp://127.0.0.1:1"), 2),
        (("--local", "--schedule"), 2),
    ],
)
def test_a_worker_that_may_not_begin_says_so(listed: Project, words: tuple[str, ...], code: int) -> None:
    ran = listed.fanout("worker", *words, "--client", sys.executable, "--json")
    assert error(ran)["exit_code"] == code


def test_a_run_is_driven_to_its_end_and_landed(work: Bench) -> None:
    nothing = data(work.project.fanout("land", "--json"), "land")
    assert (nothing["branch"], nothing["commits"]) == ("main", [])
    work.do("a", {"f.txt": "two\n"})
    work.merge()
    driven = data(work.project.fanout("drive", *TERMS, "--json"), "drive")
    assert (driven["state"], driven["merged"], driven["attempts"], driven["spent_usd"]) == ("ended", 1, 1, 0.5)
    assert driven["tasks"]["done"] == sum(driven["tasks"].values()) == 1
    assert (driven["driver"], driven["then"]) == (None, [["fanout", "land", "demo-1"]])
    work.project.write({"f.txt": "mine\n"})
    assert "f.txt" in error(work.project.fanout("land", "--json"))["message"]
    work.project.git("checkout", "-q", "f.txt")
    found = data(work.project.fanout("land", "--json"), "land")
    (commit,) = found["commits"]
    assert commit["tasks"] == ["a"]
    assert commit["commit"] == work.git("rev-parse", "main")
    assert "is ended already" in error(work.project.fanout("drive", "--json"))["message"]


def test_a_paused_run_says_why_and_what_goes_on(work: Bench) -> None:
    assert work.project.fanout("pause").code == 0
    found = data(work.project.fanout("drive", *TERMS, "--json"), "drive")
    assert (found["state"], found["tasks"]["pending"]) == ("active", 1)
    assert found["paused"]
    assert found["then"] == [["fanout", "go", "demo-1"], ["fanout", "drive", "demo-1"]]


def test_in_the_background_it_names_its_driver(work: Bench) -> None:
    """Or says how it ended, where that was at once."""
    work.do("a", {"f.txt": "two\n"})
    work.merge()
    found = data(work.project.fanout("drive", *TERMS, "--detach", "--json"), "drive")
    if found["driver"] is None:
        assert found["state"] == "ended"
    else:
        assert set(found["driver"]) == {"pid", "log"}
        assert found["then"] == [["fanout", "status", "--watch", "demo-1"]]

"""The local engine: headless clients in trees of their own, their guard, their verdicts, and what becomes of their work."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from client.drive import Driven, listed, once
from project import CHECKOUT
from scale import few

from fanout.client.conversation import OVERLOADED
from fanout.client.hermetic import DUMMY_KEY
from fanout.client.script import Cast
from fanout.engines import supervise
from fanout.run.store import journal
from fanout.run.store.db import connect


def test_tasks_are_done_each_in_a_tree_of_its_own_and_merged(start, tmp_path) -> None:
    driven = Driven(start, tmp_path / "project", {})
    driven.begin(
        listed(
            {"id": "a", "title": "Write a", "writes": ["a.txt"], "accept": [{"command": "grep -q a a.txt"}]},
            {"id": "b", "writes": ["b.txt"]},
            {"id": "c", "writes": ["c.txt"], "depends_on": ["a", "b"], "accept": [{"command": "cat a.txt b.txt"}]},
        )
    )
    ran = driven.drive()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert driven.states() == {"a": "done", "b": "done", "c": "done"}
    assert sorted(driven.merged()[:2]) + driven.merged()[2:] == ["a", "b", "c"]
    assert driven.at("c.txt") == "c.txt by c\n"
    assert not (tmp_path / "project" / "a.txt").exists()
    assert driven.project.git("status", "--porcelain") == ""
    assert driven.project.git("worktree", "list").count("\n") == 1
    key = DUMMY_KEY.encode()
    kept = [path for path in (tmp_path / "project").rglob("*") if path.is_file() and key in path.read_bytes()]
    assert kept == []  # no key in the journal, a job, a log, a commit's file
    landed = driven.fanout("land", "r-1")
    assert "3 tasks landed on main." in landed.stdout, landed.stdout + landed.stderr
    assert driven.project.git("log", "--reverse", "--format=%s").split("\n")[1:4] == ["Write a", "b", "c"]
    assert driven.project.git("diff", "main", "fanout/r-1") == ""


def test_each_word_of_an_agent_is_judged(start, tmp_path) -> None:
    """A false "done" is sent back; what may not be written is denied; an overload costs no attempt."""
    outside = tmp_path / "project" / "b.txt"
    table = {
        "lies": [{"done": "all of it"}, {"declared": True}, {"done": "now it is there"}],
        "never": [{"done": "1"}, {"done": "2"}, {"done": "3"}],
        "stuck": [{"blocked": "no key"}],
        "strays": [{"write": str(outside), "content": "x"}, {"declared": True}, {"done": "wrote it"}],
        "shell": [{"bash": f"echo x > {outside}"}, {"declared": True}, {"done": "wrote it"}],
    }
    driven = Driven(
        start,
        tmp_path / "project",
        {},
        model=Cast(main=once(table, "busy", OVERLOADED)),
        env={"CLAUDE_CODE_MAX_RETRIES": "0"},
    )
    names = [*table, "busy"]
    driven.begin(listed(*({"id": name, "writes": [f"{name}.txt"]} for name in names), max_parallel=3))
    ran = driven.drive("--allow", "Bash(echo:*)")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    wanted = dict.fromkeys(names, "done") | {"never": "failed", "stuck": "blocked"}
    assert driven.states() == wanted
    assert driven.outcome("never").startswith("said done, but never.txt was to be written and is not there")
    assert driven.outcome("stuck") == "no key"
    assert ("busy", 1, "overloaded") in driven.attempts()
    assert ("busy", 2, "done") in driven.attempts()
    assert not outside.exists()
    report = driven.fanout("report", "r-1").stdout
    assert "is in another work tree of this repository" in report
    assert "the API was too busy" in report


def test_an_overload_that_its_client_gets_over_slows_the_run_at_once(start, tmp_path) -> None:
    driven = Driven(start, tmp_path / "project", {}, model=Cast(main=once({}, "busy", OVERLOADED)))
    driven.begin(listed({"id": "busy", "writes": ["busy.txt"]}, max_parallel=4))
    ran = driven.drive()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert driven.attempts() == [("busy", 1, "done")]
    db = connect(str(driven.project.path))
    assert len(journal.events(db, "r-1", "slowed")) == 1
    db.close()


NOT_LONG = {supervise.GUARD_VARIABLE: "10"}  # where no guard will answer

ENDS = [
    ("turns", {}, ["--max-turns", "1"], {}, "failed", "used up its turns"),
    ("budget", {}, ["--task-budget", "0.0001"], {}, "failed", "used up its budget"),
    (
        "the run's turns",
        {},
        ["--run-turns", "1"],
        {},
        "pending",
        "; the run's turns are used up (2 of 1); `fanout go r-1`, then `fanout drive r-1 --run-turns MORE`",
    ),
    ("the run's budget", {}, ["--max-budget", "0.0001"], {}, "pending", "the run's budget is spent"),
    ("permission", {}, ["--permission-mode", "default"], {}, "blocked", "permission denied for Write"),
    ("login", {"x": [{"fail": 401}]}, [], {}, "pending", "not logged in"),
    ("no hooks", {}, [], {"settings": {"disableAllHooks": True}, "env": NOT_LONG}, "pending", "guard is not active"),
]


@pytest.mark.parametrize(
    ("table", "words", "options", "state", "said"), [row[1:] for row in ENDS], ids=[r[0] for r in ENDS]
)
def test_an_end_gives_its_verdict(start, tmp_path, table, words, options, state, said) -> None:
    options = {**options, "env": {"CLAUDE_CODE_MAX_RETRIES": "0", **options.get("env", {})}}
    driven = Driven(start, tmp_path / "project", table, **options)
    driven.begin(listed({"id": "x", "writes": ["x.txt"]}))
    ran = driven.drive(*words)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert driven.states() == {"x": state}, driven.outcome("x")
    assert said in (driven.paused() or driven.outcome("x"))
    assert driven.merged() == []
    if state == "pending":  # nothing was asked of a client without a guard; and what was no attempt is not counted
        assert "goes on" in ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize("manifest", few(["{", None], 1))
def test_a_bad_plugin_folder_is_refused(start, tmp_path, manifest: str | None) -> None:
    """The client itself runs on without the plugin, and its exit code is 0."""
    driven = Driven(start, tmp_path / "project", {}, env=NOT_LONG)
    driven.begin(listed({"id": "x", "writes": ["x.txt"]}))
    copy = tmp_path / "copy"
    shutil.copytree(CHECKOUT / "scripts", copy / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    if manifest is not None:
        (copy / ".claude-plugin").mkdir()
        (copy / ".claude-plugin" / "plugin.json").write_text(manifest)
    ran = subprocess.run(
        [sys.executable, str(copy / "scripts"), "drive", "r-1", *driven._terms(())],
        cwd=driven.project.path,
        env=driven.env,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert driven.states() == {"x": "pending"}
    assert driven.paused().startswith("the plugin's guard is not active in the headless client")
    assert driven.session.record.of("main") == []  # nothing was asked of it

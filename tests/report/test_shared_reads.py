"""What several agents of a run read is counted from the client's own transcripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from report import sessions
from report.runs import desk_in
from run.plans import plan

from fanout.report import html, run_facts, run_text, shared_reads, transcripts

LONG = "A rule of the house that everybody has to know.\n" * 200  # 2,400 tokens


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Three agents; all read the conventions, two of them a.py, each its own file, and one what is not there any more."""
    desk = desk_in(tmp_path)
    Project(desk.root).write({"docs/rules.md": LONG, "a.py": "a = 1\n" * 100, "b.py": "b\n"})
    desk.start(plan({name: {"writes": [f"{name}.txt"]} for name in ("01", "02", "03")}))
    folder = tmp_path / "config" / "projects" / transcripts.slug(str(desk.root))
    monkeypatch.setattr(sessions, "PROJECT", str(desk.root))
    made = sessions.Made(folder, desk.session).typed(0)
    for name, read in (("01", ["a.py", "b.py"]), ("02", ["a.py", "a.py"]), ("03", ["gone.py"])):
        desk.launch(name, agent=f"a{name}")
        desk.do(f"a{name}", f"{name}.txt")
        desk.end(f"a{name}", f"DONE|{name}|done")
        made.agent(name, 1, 9, *((at, "Read", path) for at, path in enumerate(["docs/rules.md", *read], 2)))
    made.call("03", 5, "Read", "a.py", ok=False)
    made.write()
    return desk


def found(desk: Desk) -> list[dict[str, object]]:
    facts = run_facts.of_run(desk.db, desk.run)
    return shared_reads.of_run(facts, str(desk.root), desk.root.parent / "config")


def test_each_file_with_its_readers_and_what_a_reading_costs(desk: Desk) -> None:
    assert found(desk) == [
        {"path": "docs/rules.md", "tasks": ["01", "02", "03"], "tokens": len(LONG) // 4},
        {"path": "a.py", "tasks": ["01", "02"], "tokens": 150},
    ]


def test_the_report_and_the_page_say_it(desk: Desk) -> None:
    facts = {**run_facts.of_run(desk.db, desk.run, graph=True), "shared_reads": found(desk)}
    said = (
        "Read by several agents: 2 files, about 4,950 tokens more than once each: docs/rules.md (3 agents), a.py (2 "
        "agents). "
        "What all of them need can stand in one context file; the user has it written by typing /context-discovery."
    )
    assert said in run_text.report(facts)
    tokens = [{"task": "01", "input": 1, "output": 1, "cache_read": 1, "cache_write": 1}]
    assert said in html.render({**facts, "tokens": tokens, "accepted": {}}, "1.0")


def test_little_is_not_worth_a_line_and_without_transcripts_nothing_is_known(desk: Desk, tmp_path: Path) -> None:
    assert shared_reads.sentence([one for one in found(desk) if one["path"] == "a.py"]) == ""
    facts = run_facts.of_run(desk.db, desk.run)
    assert shared_reads.of_run(facts, str(desk.root), tmp_path / "nowhere") == []
    assert "Read by several" not in run_text.report(facts)


def test_the_command_prints_it(desk: Desk) -> None:
    env = {"CLAUDE_CONFIG_DIR": str(desk.root.parent / "config")}
    ran = Project(desk.root).fanout("report", env=env)
    assert "docs/rules.md (3 agents)" in ran.out, ran.err
    data = Project(desk.root).fanout("report", "--json", env=env).data
    assert [one["path"] for one in data["shared_reads"]] == ["docs/rules.md", "a.py"]

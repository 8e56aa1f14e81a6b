"""What `fanout report` prints by default: each fact once, in the list's order, and where the rest stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk
from project import Project
from report.runs import desk_in, eventful
from run.plans import plan

from fanout.report import run_facts, run_text, short_report
from fanout.run.flow import over_message
from fanout.run.store.db import Write
from fanout.run.tasks import readiness

SIX = {str(number): {"writes": [f"m{number}.py"], "title": f"Module m{number}"} for number in range(1, 7)}


def facts(desk: Desk) -> dict[str, Any]:
    return run_facts.of_run(desk.db, desk.run)


def done(desk: Desk, names: str, said: str = "made") -> None:
    for name in names:
        desk.launch(name)
        desk.do(f"agent-{name}", f"m{name}.py")
        assert desk.end(f"agent-{name}", f"DONE|{name}|{said}") == {}
    desk.notify(f"agent-{names[-1]}")


def turned(desk: Desk, order: str) -> None:
    """The tasks come to their turn in this order, which is not the list's."""
    with Write(desk.db):
        for rank, name in enumerate(order):
            desk.db.execute("UPDATE task SET rank = ? WHERE id = ?", (rank, name))


@pytest.fixture
def six(tmp_path: Path) -> Desk:
    desk = desk_in(tmp_path)
    made = plan(SIX)
    made["document"]["tasks"] = [{"id": name, "title": SIX[name]["title"]} for name in SIX]
    desk.start(made)
    return desk


def test_tasks_are_named_as_the_list_has_them(six: Desk) -> None:
    turned(six, "135246")
    done(six, "135246")
    lines = short_report.render(facts(six), str).splitlines()
    assert [line.split()[2] for line in lines if line.startswith("- ✅")] == list("123456")
    full = run_text.report(facts(six), str).splitlines()
    assert [line.split()[2] for line in full if line.startswith("- ✅")] == list("123456")
    view = readiness.View(six.db, six.run)
    view.tests = "make test"
    assert "No command checked 1, 2, 3, 4, 5, 6: offer the user `make test`" in over_message.text(view, "")


def test_what_no_command_checked_is_named_by_its_ids_only_where_others_were(six: Desk) -> None:
    turned(six, "654321")
    done(six, "654321")
    found = facts(six)
    assert "No command checked any of them: what was looked at is" in short_report.render(found)
    found["tasks"][0]["by_looks"] = False  # the 6 of the list
    assert "No command checked 1, 2, 3, 4, 5: what was looked at is" in short_report.render(found)


@pytest.mark.parametrize(
    ("title", "outcome", "result"),
    [
        ("CSV import in inv/excel.py", "CSV import in inv/excel.py", "done"),
        ("CSV import in inv/excel.py", "csv import, inv/excel.py.", "done"),
        ("CSV import", "no CSV import", "no CSV import"),
        ("Table", "tables, with tests", "tables, with tests"),
        ("3 tests", "2 tests", "2 tests"),
        ("", "made", "made"),
        ("CSV import", "CSV import with 3 tests", "CSV import with 3 tests"),
        ("CSV import in inv/excel.py", "import of CSV in inv/csv.py", "import of CSV in inv/csv.py"),
    ],
)
def test_a_result_does_not_repeat_the_title(title: str, outcome: str, result: str) -> None:
    task = {"id": "3", "title": title, "agent": "general-purpose", "outcome": outcome, "took": 8.0, "details": ""}
    known = {**task, "waits": "", "state": "done", "unchecked": False}
    head = f"3 {title}".rstrip() + " (general-purpose)\n  Result: "
    assert short_report._said(known) == f"{head}{result} (8.0 s)"
    assert short_report._said({**known, "unchecked": True}).startswith(f"{head}done, not checked")
    failed = short_report._said({**known, "state": "failed"})
    assert failed == f"{head}{outcome} (8.0 s)", "why a task failed is said whole"


def test_it_has_each_fact_that_the_whole_one_has_of_what_went_wrong(tmp_path: Path) -> None:
    found = facts(eventful(desk_in(tmp_path)))
    text = short_report.render(found)
    titles = [line for line in text.splitlines() if line.startswith("#")]
    assert titles == [
        "## Parallel Execution Results",
        "### Completed Tasks",
        "### Not completed",
        "### Stopped by the guard",
        run_text.SENT_BACK,
        "### Overall Status",
    ]
    assert "\n- ✅ 01 Task 01 (code-reviewer)\n  Result: 45/45 tests pass (" in text
    assert "\n  Result: the API key is missing (" in text
    assert "\n- · 06 Task 06 (general-purpose)\n  Result: needs 03, which is blocked\n" in text
    assert "\n- 04: e.py belongs to task 05 (declared in the plan" in text
    assert "\n- 02: b.py was to be written and is not there." in text
    assert "### Overall Status\n**In progress**\ndemo-1 " in text and found["measured"]["sentence"] in text


def test_of_many_denials_the_first_are_named_and_where_the_rest_is(tmp_path: Path) -> None:
    found = facts(eventful(desk_in(tmp_path)))
    found["denials"] = [{**found["denials"][0], "task": f"{number:02}"} for number in range(8)]
    text = short_report.render(found)
    assert "\n- 04: e.py belongs" in text and "\n- 05: e.py" not in text
    assert "\n- ... and 3 more: `fanout report demo-1 --all`\n" in text
    assert run_text.report(found).count(": e.py belongs to task 05") == 8
    found["denials"] = found["denials"][:5]
    assert "more: `fanout report" not in short_report.render(found)


def test_six_tasks_cost_a_conversation_less_than_a_thousand_characters(six: Desk) -> None:
    done(six, "123456", "the module and its tests are written")
    project = Project(six.root)
    short, whole = project.fanout("report").out, project.fanout("report", "--all").out
    assert len(short) < 1000 < len(whole)
    assert "(general-purpose)\n  Result: the module and its tests are written" in whole
    assert short.count("No command checked") == whole.count("No command checked") == 1


def test_the_prediction_is_a_sentence() -> None:
    found: dict[str, Any] = {
        "mode": "rolling",
        "tasks": [{"state": "done", "estimated": True}],
        "predicted": {"makespan_minutes": 15, "sequential_minutes": 33},
        "measured": {"work_seconds": 1980, "makespan_seconds": 900, "speedup": 2.2, "is_compared": True},
    }
    said = "Predicted: 33.0 min of work, 15.0 min from the first start to the last end: 2.2 times faster."
    assert short_report._predicted(found) == said
    found["measured"]["is_compared"] = False
    assert short_report._predicted(found) == said.replace(": 2.2 times faster", "")
    assert short_report._predicted(found | {"tasks": [{"state": "failed", "estimated": True}]}) == ""

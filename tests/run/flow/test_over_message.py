"""What is said of a run that is over: what never began and why, what no command checked, what is only missing a permission."""

from __future__ import annotations

from typing import Any

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.evidence import findings
from fanout.run.flow import over_message
from fanout.run.tasks import readiness, tasks


def over(
    desk: Desk, given: dict[str, dict[str, Any]], on_failure: str = "best-effort", tests: str = ""
) -> readiness.View:
    """The view of such a run after its end; of each task `outcome` and `attempts` may be given."""
    desk.start(
        plan(
            {name: {k: v for k, v in task.items() if k != "outcome"} for name, task in given.items()},
            on_failure=on_failure,
        )
    )
    for name, task in given.items():
        values = task.get("outcome", "it did"), desk.run, name
        desk.db.execute("UPDATE task SET outcome = ?, attempts = 1 WHERE run = ? AND id = ?", values)
    desk.db.execute("UPDATE run SET state = 'ended'")
    view = readiness.View(desk.db, desk.run)
    view.tests = tests
    return view


CHECKED = {"record": {"accept": [{"command": "make"}]}, "state": "done"}
SAID_ONLY = {"record": {"accept": [{"text": "it is fine"}]}, "state": "done"}
UNCHECKED: dict[str, tuple[dict[str, dict[str, Any]], str]] = {
    "all are checked": ({"01": CHECKED}, ""),
    "one is not": ({"01": CHECKED, "02": {"state": "done"}}, "02"),
    "words check nothing": ({"01": SAID_ONLY, "02": {"state": "done"}}, "01, 02"),
    "what is not done": ({"01": {"state": "failed"}, "02": {"state": "skipped"}}, ""),
    "what is text": ({"01": {"state": "done", "writes": ["docs/a.md"]}, "02": {"state": "done"}}, "02"),
    "something failed": ({"01": {"state": "failed"}, "02": {"state": "done"}}, ""),
    "what only reads": (
        {"01": {"state": "done", "agent": "Explore"}, "02": {"state": "done", "record": {"read_only": True}}},
        "",
    ),
}


@pytest.mark.parametrize("tests", ["make test", ""])
@pytest.mark.parametrize("case", UNCHECKED)
def test_what_no_command_checked_is_named_with_one_that_could(desk: Desk, case: str, tests: str) -> None:
    given, names = UNCHECKED[case]
    view = over(desk, given, tests=tests)
    way = ": offer the user `make test`, the project's tests." if tests else "."
    assert over_message._untested(view) == (f" No command checked {names}{way}" if names else "")


def test_what_was_done_before_the_run_is_not_its_to_check(desk: Desk) -> None:
    view = over(desk, {"01": {"state": "done"}, "02": {"state": "done"}}, tests="make test")
    desk.db.execute("UPDATE task SET attempts = 0, outcome = '' WHERE id = '01'")
    again = readiness.View(desk.db, desk.run)
    again.tests = view.tests
    assert tasks.was_done_before(again.tasks["01"])
    assert over_message._untested(again).startswith(" No command checked 02: ")


ENDS: dict[str, tuple[dict[str, dict[str, Any]], str]] = {
    "over": ({"01": {"state": "done"}, "02": {"state": "failed", "outcome": "it broke"}}, "The run stands still."),
    "all is done": ({"01": {"state": "done"}}, "The run is over."),
    "one wants a permission": (
        {"01": {"state": "blocked", "outcome": "permission denied for Write of a.py"}},
        "The run stands still, a permission is missing (01): once the user allows it, ",
    ),
    "it is done all the same": (
        {"01": {"state": "done", "outcome": "permission denied for Write of a.py"}},
        "The run is over.",
    ),
}


def test_a_run_that_has_enough_is_over_though_one_failed(desk: Desk) -> None:
    over(desk, {"01": {"state": "done"}, "02": {"state": "failed", "outcome": "it broke"}})
    desk.db.execute("UPDATE run SET joined = 'any'")
    assert over_message._ended(readiness.View(desk.db, desk.run)) == "The run is over."


@pytest.mark.parametrize("case", ENDS)
def test_how_it_ended(desk: Desk, case: str) -> None:
    given, said = ENDS[case]
    assert over_message._ended(over(desk, given)).startswith(said)


@pytest.mark.parametrize(("count", "it"), [(1, "it"), (2, "them")])
def test_what_is_started_again_once_it_is_allowed(desk: Desk, count: int, it: str) -> None:
    refused = {"state": "failed", "outcome": "permission denied for Bash npm test"}
    said = over_message._ended(over(desk, {f"0{place + 1}": refused for place in range(count)}))
    names = " ".join(f"demo-1/0{place + 1}" for place in range(count))
    assert said.endswith(f"`fanout retry {names}` starts {it} again.") and "npm" in said


STARTED: dict[str, tuple[str, dict[str, dict[str, Any]], str]] = {
    "all did": ("best-effort", {"01": {"state": "done"}}, ""),
    "what it needs failed": (
        "best-effort",
        {"1": {"state": "failed"}, "2": {"needs": ["1"]}},
        " Not started, what it needs failed: task 2.",
    ),
    "of two": (
        "best-effort",
        {"01": {"state": "blocked"}, "02": {"needs": ["01"]}, "03": {"needs": ["01"]}},
        " Not started, what they need was blocked: 02, 03.",
    ),
    "for two reasons": (
        "best-effort",
        {"01": {"state": "failed"}, "02": {"state": "cancelled"}, "03": {"needs": ["01", "02"]}},
        " Not started, what it needs failed or was cancelled: 03.",
    ),
    "it only stands behind that": (
        "best-effort",
        {"01": {"state": "failed"}, "02": {"needs": ["01"], "steps": ["01"]}},
        " Not started, it stands behind that in the list: 02. No more than the list's order is known: `fanout first "
        "demo-1/02` starts it all the same.",
    ),
    "two stand behind that": (
        "best-effort",
        {
            "01": {"state": "failed"},
            "02": {"needs": ["01"], "steps": ["01"]},
            "03": {"needs": ["01"], "steps": ["01"]},
        },
        " Not started, they stand behind that in the list: 02, 03. No more than the list's order is known: `fanout first "
        "demo-1/02` starts one all the same.",
    ),
    "the run stops at a failure": (
        "fail-fast",
        {"01": {"state": "failed"}, "02": {}},
        " Not started, the run stops after a failure (fail-fast): 02.",
    ),
}


@pytest.mark.parametrize("case", STARTED)
def test_what_never_began_and_why(desk: Desk, case: str) -> None:
    policy, given, said = STARTED[case]
    assert over_message._not_started(over(desk, given, policy)) == said


def test_a_cancelled_run_says_what_stays_and_how_it_is_begun_anew(desk: Desk) -> None:
    over(desk, {"01": {"state": "done"}, "02": {}})
    desk.db.execute("UPDATE run SET state = 'cancelled'")
    said = over_message.text(readiness.View(desk.db, desk.run), "")
    assert said.startswith("The run was cancelled; nothing more of it starts, what is done stays. ")


@pytest.mark.parametrize("found", [True, False])
def test_the_whole_ends_with_where_the_details_are(desk: Desk, found: bool) -> None:
    reads = {"read_only": True} if found else {}
    view = over(desk, {"01": {"state": "done"}, "02": {"state": "done", "record": reads}})
    if found:
        findings.keep(str(desk.root), desk.run, "02", "a hole\nDONE|02|one")
    view.tests = "make test"
    said = over_message.text(view, "")
    tell = over_message.TELL_FOUND if found else over_message.TELL
    where = "; what the reviews found stands in .fanout/results/demo-1/" if found else ""
    assert said.startswith("The run is over.") and said.endswith(
        f"{tell}`fanout report demo-1` has the details{where}."
    )
    run, runs = (
        ": offer the user `make test`, the project's tests.",
        "; `make test` runs the project's tests.",
    )
    assert over_message.untold(said) == said.replace(tell, "").replace(run, runs) and run in said


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ([], ""),
        (["01"], "; what 01 found stands in .fanout/results/demo-1/"),
        (["01", "02"], "; what the reviews found stands in .fanout/results/demo-1/"),
    ],
)
def test_where_the_reviews_stand_is_said_of_those_that_left_something(desk: Desk, left: list[str], said: str) -> None:
    reads = {"state": "done", "record": {"read_only": True}}
    view = over(desk, {"01": reads, "02": reads, "03": {"state": "done"}})
    for name in left:
        findings.keep(str(desk.root), desk.run, name, f"a hole\nDONE|{name}|one")
    assert over_message.text(view, "").endswith(f"`fanout report demo-1` has the details{said}.")


def test_no_check_is_missed_of_a_task_that_writes_nothing(desk: Desk) -> None:
    over_ = over(
        desk, {"01": {"state": "done", "record": {"writes_nothing": True}}, "02": {"state": "done"}}, tests="make"
    )
    assert over_message._untested(over_) == " No command checked 02: offer the user `make`, the project's tests."

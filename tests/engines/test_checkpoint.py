"""The checks of the run's end run at chosen points too: what breaks them is found near its merge, and mended by its task."""

from __future__ import annotations

import pytest
from engines.bench import Begin, Bench

from fanout.engines import checkpoint, merged_checks
from fanout.run.flow import brief, run_end
from fanout.run.store import journal
from fanout.run.tasks import tasks

CHECK = "! grep -q bad *.txt"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "EVERY", 4)


def whole(bench: Begin, count: int = 9, check: str = CHECK) -> Bench:
    end = {"record": {"accept": [{"command": check, "when": "end"}]}}
    return bench({f"t{n}": {"writes": [f"{n}.txt"], **(end if n == 0 else {})} for n in range(count)})


def merge(work: Bench, *numbers: int, bad: int = -1) -> None:
    """Together, in one batch."""
    begun = [(n, work.begin(f"t{n}")) for n in numbers]
    for n, one in begun:
        work.leave(one, {f"{n}.txt": "bad\n" if n == bad else "good\n"})
    work.merge()


def points(work: Bench) -> list[tuple[bool, str | None]]:
    return [(one.facts["is_red"], one.facts["mends"]) for one in journal.events(work.db, work.name, "checkpoint")]


def states(work: Bench) -> list[str]:
    return [f"t{n}" for n in range(9) if work.state(f"t{n}") == "pending"]


def test_not_before_enough_is_merged(bench: Begin) -> None:
    work = whole(bench)
    merge(work, 0, 1, 2, bad=1)
    assert points(work) == []
    assert states(work) == [f"t{n}" for n in range(3, 9)]


def test_green_is_on_record_and_the_next_point_is_as_far_again(bench: Begin) -> None:
    work = whole(bench)
    merge(work, 0, 1)
    merge(work, 2, 3, 4)
    assert points(work) == [(False, None)]
    merge(work, 5, 6, 7)
    assert len(points(work)) == 1
    merge(work, 8)
    assert points(work) == [(False, None)] * 2


@pytest.mark.parametrize("bad", range(4))
def test_who_breaks_it_in_the_batch_is_not_merged(bench: Begin, bad: int) -> None:
    work = whole(bench)
    merge(work, 0, 1, 2, 3, bad=bad)
    assert states(work) == [f"t{n}" for n in range(9) if n == bad or n > 3]
    assert [task for task in ("t0", "t1", "t2", "t3") if task not in work.merged()] == [f"t{bad}"]


@pytest.mark.parametrize("bad", range(3))
def test_who_broke_it_since_the_last_point_goes_on_from_the_tip(bench: Begin, bad: int) -> None:
    work = whole(bench)
    for n in range(3):
        merge(work, n, bad=bad)
    merge(work, 3)
    assert states(work) == [f"t{n}" for n in range(9) if n == bad or n > 3]
    assert points(work) == [(True, f"t{bad}")]
    again = work.begin(f"t{bad}")
    assert again.base == work.git("rev-parse", "fanout/demo-1")
    assert work.at(f"{bad}.txt") == "bad\n"
    told = brief.write(work.db, work.root, work.name, f"t{bad}")
    assert f"merged, and with it a check for the run's end fails: `{CHECK}` exited 1" in told
    work.leave(again, {f"{bad}.txt": "good\n"})
    work.merge()
    assert (work.state(f"t{bad}"), work.at(f"{bad}.txt")) == ("done", "good\n")
    assert points(work) == [(True, f"t{bad}"), (False, None)]


def test_others_are_merged_meanwhile_and_who_mends_nothing_is_sent_back(bench: Begin) -> None:
    work = whole(bench)
    merge(work, 0, 1, 2, bad=1)
    merge(work, 3)
    merge(work, 4, 5, 6, 7, 8)
    assert states(work) == ["t1"]
    assert points(work) == [(True, "t1")]
    for _ in range(checkpoint.MOST_REDONE - 1):
        work.do("t1", {"1.txt": "bad\nstill\n"})
        work.merge()
        assert work.state("t1") == "pending"
    work.do("t1", {"1.txt": "bad\nstill\n"})
    work.merge()
    assert work.state("t1") == "failed"


def test_a_commit_of_somebody_else_blames_nobody(bench: Begin) -> None:
    work = whole(bench)
    merge(work, 0, 1)
    made = work.project.path / "by-hand"
    work.git("worktree", "add", "-q", str(made), "fanout/demo-1")
    (made / "9.txt").write_text("bad\n")
    work.git("-C", str(made), "add", "9.txt")
    work.git("-C", str(made), "commit", "-qm", "by hand")
    work.git("worktree", "remove", str(made))
    merge(work, 2, 3)
    assert states(work) == [f"t{n}" for n in range(4, 9)]
    assert points(work) == [(True, None)]
    merge(work, 4, 5, 6, 7, 8)
    assert points(work) == [(True, None)]


def test_without_checks_for_the_end_there_is_no_point(bench: Begin) -> None:
    work = whole(bench, check="")
    merge(work, *range(9))
    assert points(work) == []
    assert tasks.count(work.db, work.name) == {"done": 9}


def test_the_end_of_the_run_has_the_last_word(bench: Begin) -> None:
    work = whole(bench, 3)
    merge(work, 0, 1, 2, bad=2)
    assert points(work) == []
    home = merged_checks.home(work.root, work.run)
    run_end.conclude(work.db, work.root, work.name, merged=home)
    assert work.state("t0") == "failed"

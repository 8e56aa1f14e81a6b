"""Workers on other machines tell that the API is too busy: the run slows down once, and for its own attempts alone."""

from __future__ import annotations

from queue import SimpleQueue

import pytest
from engines.bench import Begin

from fanout.engines.dask import Dask
from fanout.engines.terms import Terms
from fanout.run.store import journal


@pytest.mark.parametrize(
    ("told", "slowed"),
    [
        (["demo-1/a/1"], 1),
        (["demo-1/a/1", "demo-1/b/1", "demo-1/a/1"], 1),
        (["demo-1/over/1"], 0),
        (["demo-1/over/1", "demo-1/b/1"], 1),
        (["other-1/a/1", "demo-1/a/2", "", "no key"], 0),
    ],
)
def test_a_run_slows_down_once_for_all_of_its_attempts(bench: Begin, told: list[str], slowed: int) -> None:
    work = bench({"a": {}, "b": {}, "over": {}})
    work.leave(work.begin("over"), {}, said=None)
    work.begin("a"), work.begin("b")
    engine = Dask(work.root, Terms("acceptEdits", cluster="tcp://127.0.0.1:8786"))
    engine.busy = SimpleQueue()
    for key in told:
        engine.busy.put(key)
    engine.heed(work.db, work.run)
    assert len(journal.events(work.db, work.name, "slowed")) == slowed
    assert engine.busy.empty()

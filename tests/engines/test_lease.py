"""One driver a run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from engines.bench import Begin, Bench

from fanout.engines import lease
from fanout.errors import FanoutError
from fanout.run.agents import client_process
from fanout.run.store.db import Write, now
from fanout.run.tasks import runs


def driven_by(work: Bench, driver: str) -> None:
    with Write(work.db):
        assert runs.drive(work.db, work.name, driver, work.run.driver)


@pytest.mark.parametrize(("is_alive", "start"), [(True, ""), (True, "another"), (False, "")])
def test_a_driver_that_lives_keeps_it(bench: Begin, is_alive: bool, start: str) -> None:
    """A dead process's number may be another's by now: its start tells."""
    work = bench({"a": {}})
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        driven_by(work, f"{lease.host()} {process.pid} {start or client_process.start_of(process.pid)}")
        if not is_alive:
            process.communicate(b"\n")
        if is_alive and not start:
            with pytest.raises(FanoutError, match=rf"run demo-1 is driven already, by process {process.pid} on "):
                lease.take(work.db, work.name)
        else:
            assert lease.take(work.db, work.name).split()[1] == str(os.getpid())
        process.kill()


@pytest.mark.parametrize(("silent", "is_held"), [(1.0, True), (lease.SILENT_SECONDS + 1, False)])
def test_a_driver_elsewhere_is_known_by_its_signs_of_life(
    bench: Begin, monkeypatch: pytest.MonkeyPatch, silent: float, is_held: bool
) -> None:
    work = bench({"a": {}})
    driven_by(work, "elsewhere 1 2")
    monkeypatch.setattr(lease, "now", lambda: now() + silent)
    assert lease.is_held(work.run) == is_held


def test_it_is_taken_given_back_and_noticed_when_lost(bench: Begin) -> None:
    work = bench({"a": {}})
    name = lease.take(work.db, work.name)
    assert lease.take(work.db, work.name) == name  # its own
    assert lease.beat(work.db, work.name, name)
    driven_by(work, "elsewhere 1 2")
    assert not lease.beat(work.db, work.name, name)
    lease.give_back(work.db, work.name, name)
    assert work.run.driver == "elsewhere 1 2"

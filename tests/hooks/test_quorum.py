"""Fifty clients race for twenty paths and are killed at random moments."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from pathlib import Path

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.store.db import connect

CLIENTS = 50
PATHS = [f"shared/{n:02}.txt" for n in range(20)]
SECONDS = 6.0


def client(root: str, number: int, out: str) -> None:
    """Writes random paths for ever, each time noting before and after that it holds the path."""
    os.environ["CLAUDE_PID"] = str(os.getpid())
    desk = Desk(Path(root), f"session-{number}")
    choose = random.Random(number)
    with open(out, "a", buffering=1) as log:
        while True:
            path = choose.choice(PATHS)
            if desk.write(f"agent-{number}", path) == {}:
                log.write(f"{path}\n")


@pytest.mark.slow
def test_never_two_owners_and_nothing_of_the_dead_blocks(desk: Desk, tmp_path: Path) -> None:
    desk.start(plan({"01": {}}, cap=99))
    (desk.root / "shared").mkdir()
    context = multiprocessing.get_context("fork")
    logs = [str(tmp_path / f"log-{number}") for number in range(CLIENTS)]
    clients = [context.Process(target=client, args=(str(desk.root), number, logs[number])) for number in range(CLIENTS)]
    choose = random.Random(1)
    try:
        for process in clients:
            process.start()
        left = list(clients)
        deadline = time.monotonic() + SECONDS
        while left:
            time.sleep(choose.random() * 0.05)
            if time.monotonic() > deadline or choose.random() < 0.3:
                killed = left.pop(choose.randrange(len(left)))
                killed.kill()
                killed.join()
    finally:  # also where something failed: one that goes on holds whatever the tests opened before
        for process in clients:
            if process.pid is not None:
                process.kill()
                process.join()
    db = connect(str(desk.root))
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    owners: dict[str, set[int]] = {}
    for row in db.execute("SELECT claim.anchor, claim.agent FROM claim"):
        owners.setdefault(row["anchor"], set()).add(row["agent"])
    pids = {row["id"]: row["client"] for row in db.execute("SELECT id, client FROM agent")}
    granted = {path for log in logs if os.path.exists(log) for path in Path(log).read_text().split()}
    assert granted <= set(PATHS) and granted, "somebody wrote"
    spans = db.execute(
        "SELECT a.path FROM written AS a JOIN written AS b ON a.path = b.path AND a.agent < b.agent"
        " JOIN agent AS x ON x.id = a.agent JOIN agent AS y ON y.id = b.agent"
        " WHERE a.first <= b.last AND b.first <= a.last"
    ).fetchall()
    assert spans == [], "two agents wrote a path at the same time"
    assert all(pids[agent] for agents in owners.values() for agent in agents)
    os.environ["CLAUDE_PID"] = str(os.getpid())
    try:
        last = Desk(desk.root, "after")
        answers = {path: last.write("survivor", path, "Edit") for path in PATHS}
    finally:
        del os.environ["CLAUDE_PID"]
    assert not any(answers.values()), "a claim of a dead agent blocks"

"""kill -9 of a worker, its supervisor, the scheduler and the driver of a run on a cluster, and a hub that is away: nothing is
lost or merged twice."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from client import kills
from client.dask_cluster import Cluster, Farm
from client.drive import Driven, listed
from client.kills import kill, of
from client.test_local_engine_killed import TABLE, ends_with_one_more_attempt
from scale import SCALE, WHOLE, few

from fanout.engines import hub

TASKS = (
    {"id": "a", "writes": ["a.txt"]},
    {"id": "b", "writes": ["b.txt"]},
    {"id": "c", "writes": ["c.txt"], "depends_on": ["a"]},
)


def of_worker(driven: Driven) -> int:
    """The worker that has the attempt at `a`: its supervisor's parent."""
    (pid,) = [pid for pid in of(driven, "supervise") if b"-a-1" in Path("/proc", str(pid), "environ").read_bytes()]
    return int(Path("/proc", str(pid), "stat").read_text().rsplit(")", 1)[1].split()[1])


@pytest.mark.parametrize("whom", few(["worker", "scheduler", "supervisor", "driver"], 1))
def test_a_kill_costs_what_was_under_way_and_no_more(farm: Farm, whom: str) -> None:
    driven, cluster = farm(TABLE)
    driven.begin(listed(*TASKS))
    scheduler = cluster.scheduler()
    for _ in range(2):
        cluster.worker(scheduler.address)
    driver = driven.begin_drive("--allow", "Bash", "--cluster", scheduler.address)
    driven.wait_for(
        lambda: driven.states()["b"] == "done" and of(driven, "sleep") and driven.worker._marks["half"].is_set()
    )
    if whom == "worker":
        kill(of_worker(driven))
    elif whom == "supervisor":
        kill(of(driven, "supervise")[0])
    elif whom == "driver":
        driver.kill()
        driver.communicate()
        driver = driven.begin_drive()
    else:
        scheduler.kill()
        _, err = driver.communicate(timeout=120)
        assert f"the scheduler at {scheduler.address} is gone" in err
        driven.wait_for(lambda: not driven.processes())  # its workers end with it, and their clients with them
        again = cluster.scheduler(int(scheduler.address.rsplit(":", 1)[1]))
        cluster.worker(again.address)
        driver = driven.begin_drive()
    ends_with_one_more_attempt(driven, driver)


def unsent(cluster: Cluster) -> list[str]:
    """What workers hold for a hub that does not take it."""
    clones = [path.parent for path in cluster.path.glob("folder*/*/.git")]
    found = [subprocess.check_output(["git", "-C", str(one), "for-each-ref", hub.UNSENT], text=True) for one in clones]
    return "".join(found).splitlines()


@pytest.mark.skipif(not WHOLE, reason="at the whole scale; tests/engines/test_hub_away.py has it without a cluster")
def test_what_an_attempt_left_outlives_its_hub(farm: Farm) -> None:
    driven, cluster = farm(TABLE)
    driven.begin(listed(*TASKS))
    driver = driven.begin_drive("--allow", "Bash", "--cluster", cluster.alone())
    driven.wait_for(lambda: driven.states()["b"] == "done" and driven.worker._marks["half"].is_set())
    place = driven.project.path / ".fanout" / hub.BARE
    away = place.rename(place.with_suffix(".away"))
    driven.worker.mark("go")
    driven.wait_for(lambda: unsent(cluster))
    away.rename(place)
    out, err = driver.communicate(timeout=240)
    assert driver.returncode == 0, out + err
    assert [row[:2] for row in driven.attempts()] == [("a", 1), ("b", 1), ("c", 1)]
    assert sorted(driven.merged()) == ["a", "b", "c"]
    assert unsent(cluster) == []


@pytest.mark.parametrize("seed", few(range(2 * SCALE), 0))
@pytest.mark.slow
def test_at_any_moment_any_of_them_may_be_killed(farm: Farm, seed: int) -> None:
    game = kills.on_a_cluster(*farm(kills.TABLE), seed)
    assert not game.wrong, game


def test_cancel_ends_what_runs_on_every_machine(farm: Farm) -> None:
    driven, cluster = farm(TABLE)
    driven.begin(listed(*TASKS))
    driver = driven.begin_drive("--allow", "Bash", "--cluster", cluster.alone())
    driven.wait_for(lambda: of(driven, "sleep") and driven.worker._marks["half"].is_set())
    driver.kill()
    driver.communicate()
    said = driven.fanout_here("cancel", "r-1")
    assert "Nothing of it runs any more" in said.stdout, said.stderr
    driven.wait_for(lambda: not driven.processes())
    assert driven.states()["a"] == "pending"


@pytest.mark.slow
def test_cancel_comes_to_its_end_without_the_scheduler_too(farm: Farm) -> None:
    driven, cluster = farm(TABLE)
    driven.begin(listed(*TASKS))
    scheduler = cluster.scheduler()
    cluster.worker(scheduler.address)
    driver = driven.begin_drive("--allow", "Bash", "--cluster", scheduler.address)
    driven.wait_for(lambda: of(driven, "sleep") and driven.worker._marks["half"].is_set())
    driver.kill()
    driver.communicate()
    scheduler.kill()
    said = driven.fanout_here("cancel", "r-1")
    assert said.returncode == 0, said.stderr
    assert f"no scheduler answers at {scheduler.address}" in said.stdout
    assert "Nothing of it runs any more" not in said.stdout
    driven.wait_for(lambda: not driven.processes())
    assert "running" not in driven.states().values()
    assert not (driven.project.path / ".fanout" / "live").exists()

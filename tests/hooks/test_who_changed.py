"""Who changed a file, over orders and times of events: nobody is blamed for what he did not do, nothing is passed over.

Two to five agents and the main conversations of one or two sessions write their own files through Edit, Write, shell
lines and MCP tools, some after the user was asked, some refused; commands that name no file run beside them and now and
then write into a sibling's. Some work in a worktree, HEAD moves, the user types /clear. Every change is on record here
with who made it, and each sentence that anybody is told is checked against that record. The hooks are the real ones, on
a real journal and real files; the clock is the world's own.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.schedules.actors import cast
from hooks.schedules.judge import Judge
from hooks.schedules.world import World
from scale import SCALE

SCHEDULES, PARTS = 300 * SCALE, 12


def judged(folder: Path, seed: int) -> Judge:
    world = World(folder, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fanout.run.store.db.time", world)
        cast(world)
        world.play()
    found = Judge(world)
    world.close()
    return found


@pytest.mark.sampled(PARTS)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_false_accusation_and_no_excused_overwrite(tmp_path: Path, part: int) -> None:
    for seed in range(part * SCHEDULES // PARTS, (part + 1) * SCHEDULES // PARTS):
        wrong = judged(tmp_path / str(seed), seed).wrong
        assert not wrong, f"schedule {seed}: {wrong}"


@pytest.mark.parametrize("seed", [1540, 15644, 17562])
def test_schedules_that_went_wrong_once(tmp_path: Path, seed: int) -> None:
    assert judged(tmp_path / "once", seed).wrong == []

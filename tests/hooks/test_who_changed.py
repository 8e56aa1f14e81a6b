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

SCHEDULES, PARTS = 60 * SCALE, 12


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


# A schedule of each kind that went wrong once.
ONCE = {
    "one of two main conversations": 1540,
    "one of two main conversations, after /clear": 17562,
    "what is gone is said once": 15644,
    "a line's new file is removed before its end": 7901,
    "an MCP call's new file is removed, the owner's Write waits": 6740,
    "an Edit is undone after a look that spoke of the file, told late": 16318,
    "a Write is undone while an Edit waits": 12813,
    "an Edit is seen, undone and told, and its end is told late": 22219,
    "an MCP call makes its folder": 7154,
    "the user refused a first write": 18854,
    "a file is emptied while its owner's MCP call, which fills it, waits": 1075,
    "a file is emptied, and its owner's Write that waits is refused": 10730,
}


@pytest.mark.parametrize("seed", ONCE.values(), ids=ONCE)
def test_schedules_that_went_wrong_once(tmp_path: Path, seed: int) -> None:
    assert judged(tmp_path / "once", seed).wrong == []


@pytest.mark.parametrize(("seed", "unseen"), [(4662, 1), (2972, 0)])
def test_what_nobody_could_see_is_counted(tmp_path: Path, seed: int, unseen: int) -> None:
    """The user's save is put back before the next look; an empty file is removed, and its owner writes it anew."""
    found = judged(tmp_path / "unseen", seed)
    assert (found.wrong, found.counts.get("unseen", 0)) == ([], unseen)

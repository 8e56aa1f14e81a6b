"""The index against comparing every pair, and what it says about each pair."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from itertools import combinations
from pathlib import Path

import pytest
from scale import SCALE

from fanout.plan.overlap import overlap, overlaps
from fanout.plan.overlap_index import READ_WRITE, WRITE_WRITE, find_pairs, hazard_pairs
from fanout.plan.pattern import Pattern, parse

Sets = list[list[str]]


def parsed(sets: Sets) -> list[list[Pattern]]:
    return [[parse(text) for text in texts] for texts in sets]


def naive(writes: list[list[Pattern]], reads: list[list[Pattern]], fold: bool) -> list[tuple[int, int, str]]:
    def touch(left: list[Pattern], right: list[Pattern]) -> bool:
        return any(overlaps(a, b, case_insensitive=fold) for a in left for b in right)

    found = []
    for i, j in combinations(range(len(writes)), 2):
        if touch(writes[i], writes[j]):
            found.append((i, j, WRITE_WRITE))
        elif touch(writes[i], reads[j]) or touch(reads[i], writes[j]):
            found.append((i, j, READ_WRITE))
    return found


CASES = [
    # writes, reads, (i, j, kind, witness)
    ([["src/a.ts"], ["src/a.ts"]], [], [(0, 1, WRITE_WRITE, "src/a.ts")]),
    ([["./src/a.ts"], ["src//a.ts"]], [], [(0, 1, WRITE_WRITE, "src/a.ts")]),
    ([["src/a.ts"], ["src/b.ts"]], [], []),
    ([["src"], ["src/a/b.ts"]], [], [(0, 1, WRITE_WRITE, "src/a/b.ts")]),
    ([["src/a/b.ts"], ["src/"]], [], [(0, 1, WRITE_WRITE, "src/a/b.ts")]),
    ([["src/*.ts"], ["src/a.ts"]], [], [(0, 1, WRITE_WRITE, "src/a.ts")]),
    ([["src/a.ts"], []], [[], ["src/**"]], [(0, 1, READ_WRITE, "src/a.ts")]),
    ([[], ["src/a.ts"]], [["src/**"], []], [(0, 1, READ_WRITE, "src/a.ts")]),
    ([[], []], [["src/**"], ["src/**"]], []),
    # write-write wins, whatever comes first
    ([["a.ts", "b.ts"], ["b.ts"]], [["b.ts"], ["a.ts"]], [(0, 1, WRITE_WRITE, "b.ts")]),
    ([["a.ts"], ["b.ts"], ["a.ts"]], [["b.ts"]], [(0, 1, READ_WRITE, "b.ts"), (0, 2, WRITE_WRITE, "a.ts")]),
    # one task is no hazard to itself
    ([["src/**", "src/a.ts"]], [["src/a.ts"]], []),
    # reads of fewer or more tasks than writes
    ([["a.ts"], ["b.ts"]], [[], [], ["a.ts"]], [(0, 2, READ_WRITE, "a.ts")]),
    ([], [], []),
    # what peers do not see: other spellings of one place
    ([["src/a.ts"], ["./src/a.ts"], ["src/*.ts"], ["src/"]], [], 6),
]


@pytest.mark.parametrize(("writes", "reads", "want"), CASES)
def test_pairs(writes: Sets, reads: Sets, want: object) -> None:
    found = list(hazard_pairs(parsed(writes), parsed(reads)))
    assert (len(found) if isinstance(want, int) else found) == want


def test_case_is_ignored_only_when_asked() -> None:
    writes = parsed([["src/App.ts"], ["SRC/app.ts"], ["stra\u00dfe"], ["STRASSE/x"], ["?"], ["\u00df"]])
    assert [(i, j) for i, j, _, _ in hazard_pairs(writes)] == [(4, 5)]
    assert [(i, j) for i, j, _, _ in hazard_pairs(writes, case_insensitive=True)] == [(0, 1), (2, 3), (4, 5)]


NAMES = ["a", "b", "C", "a.ts", "b.ts", "x.d"]
PARTS = [*NAMES, *NAMES, "*", "*.ts", "**", "[ab]", "?", "*a*", "{a,b}", "{a/b,C}", "{a.ts,x/}"]
BIG = "{a,b/a}{,/}{a.ts,b}{,/x}{a,b}{,.ts}{a,b}"


def random_sets(dice: random.Random, tasks: int) -> Sets:
    def one() -> str:
        if dice.random() < 0.02:
            return f"{dice.choice(NAMES)}/{BIG}"
        return "/".join(dice.choice(PARTS) for _ in range(dice.choice((1, 2, 2, 3, 3, 4)))) + dice.choice(("", "", "/"))

    return [[one() for _ in range(dice.choice((0, 1, 1, 2)))] for _ in range(tasks)]


@pytest.mark.parametrize("seed", range(25 * SCALE))
def test_the_index_equals_the_naive_answer(seed: int) -> None:
    dice = random.Random(seed)
    writes, reads = parsed(random_sets(dice, 40)), parsed(random_sets(dice, 40))
    fold = seed % 2 == 1
    pairs = find_pairs(writes, reads, case_insensitive=fold)
    assert [(pair.first, pair.second, pair.kind) for pair in pairs] == naive(writes, reads, fold)
    assert list(pairs.tasks()) == [(pair.first, pair.second) for pair in pairs]
    assert len(pairs) == len(list(pairs))
    for pair in pairs:
        path = pair.witness(fold)
        assert pair.a.matches(path, fold) and pair.b.matches(path, fold)
        assert overlap(pair.a, pair.b, case_insensitive=fold) is not None
        mine = writes[pair.first] if pair.kind == WRITE_WRITE else writes[pair.first] + reads[pair.first]
        other = writes[pair.second] if pair.kind == WRITE_WRITE else writes[pair.second] + reads[pair.second]
        assert pair.a.normal in {pattern.normal for pattern in mine}
        assert pair.b.normal in {pattern.normal for pattern in other}


def test_the_same_input_gives_the_same_pairs_in_any_process() -> None:
    """String hashes differ from process to process; the answer must not."""
    code = (
        "import random, sys; sys.path[:0] = sys.argv[1:]\n"
        "import test_overlap_index as it\n"
        "dice = random.Random(5)\n"
        "print(list(it.hazard_pairs(it.parsed(it.random_sets(dice, 60)), it.parsed(it.random_sets(dice, 60)))))"
    )
    here = Path(__file__).resolve().parent
    command = [sys.executable, "-c", code, str(here), str(here.parent), str(here.parent.parent / "scripts")]
    answers = {
        subprocess.run(
            command, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True, timeout=60
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(answers) == 1
    assert len(answers.pop()) > 1000


def test_ten_thousand_tasks_cost_what_their_overlaps_cost() -> None:
    """30,000 patterns without a hazard: comparing all pairs would take many minutes."""
    writes = parsed([[f"src/area{n}/a.ts", f"src/area{n}/sub/**", f"lib/part{n}/*.ts"] for n in range(10_000)])
    started = time.process_time()
    assert len(find_pairs(writes)) == 0
    assert time.process_time() - started < 10

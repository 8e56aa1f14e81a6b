"""Real lists played through the real hooks: is what two tasks write into one file ever lost?

    python benchmarks/real_lists_guarded.py CLONES [--seeds 3] [--only NAME] [--write]

--write: to benchmarks/results/real_lists_guarded.txt.

CLONES and the corpus are those of real_lists.py: lists, and the files that the commits of each task really changed. Each list
is planned at normal risk and begun as `fanout start` does, five agents at once; what each agent launches, reads, writes and
ends goes through the hooks (tests/hooks/desk.py). An agent reads a file, works on, and writes what it read with a line of its
own below. Tasks take half to one and a half of a minute of simulated time, and write their files one after the other in that
time. Who is denied waits for the end of the file's owner, reads again and writes. Without the hooks the same agents write at
once. A line that is not in the file at the end of the run is lost. The client's own refusal of an Edit whose file has changed
since it was read is left out on both sides: a command or an MCP writer has none.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parent
sys.path[:0] = [str(TOP.parent / "tests"), str(TOP.parent / "scripts")]

from hooks.desk import Desk, denial
from project import benchmark

real_lists = benchmark("real_lists")  # and its parts

import real_lists_mine
import real_lists_truth
from real_lists_git import Clone, tree
from real_lists_mine import Mined
from real_lists_truth import Truth

from fanout.cli.shared.starting import as_data
from fanout.errors import FanoutError
from fanout.plan import planner
from fanout.plan.plan import Plan
from fanout.run.agents import agents
from fanout.run.flow import ending
from fanout.run.store.db import Write
from fanout.run.tasks import readiness

RESULT = TOP / "results" / "real_lists_guarded.txt"
AGAIN = 0.05  # minutes until an agent looks whether the owner has ended
MOST_TRIES = 400


class Play:
    """One run of a list; `hooks` or none."""

    def __init__(self, folder: Path, plan: Plan, truth: Truth, there: frozenset[str], seed: int, hooks: bool) -> None:
        self.root = folder / "project"
        self.root.mkdir(parents=True)
        self.desk, self.hooks, self.chance = Desk(self.root), hooks, random.Random(seed)
        self.files = dict(zip(truth.ids, (sorted(one) for one in truth.files), strict=True))
        for path in {path for paths in self.files.values() for path in paths} & there:
            self.put(path, "as it was\n")
        self.desk.start({**as_data(plan, str(self.root), "list", "rolling")})
        self.queue: list[
            tuple[float, int, str, int, str, int]
        ] = []  # when, number, task, which file, what it read, tries
        self.left: dict[str, float] = {}  # the minutes of each task at work
        self.denied, self.number = 0, 0

    def run(self) -> Counter[str]:
        now = 0.0
        self._launch(now)
        while self.queue:
            now, _, task, place, seen, tries = heapq.heappop(self.queue)
            self._step(now, task, place, seen, tries)
        done = sum(task.state == "done" for task in readiness.View(self.desk.db, self.desk.run).tasks.values())
        return Counter(self._lost(), denied=self.denied, done=done)

    def put(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def text(self, path: str) -> str:
        file = self.root / path
        return file.read_text() if file.is_file() else ""

    def _launch(self, now: float) -> None:
        for task in readiness.to_launch(readiness.View(self.desk.db, self.desk.run)):
            if denial(self.desk.launch(task.id)):
                continue
            self.left[task.id] = self.chance.uniform(0.5, 1.5)
            self._go_on(now, task.id, 0)

    def _go_on(self, now: float, task: str, place: int) -> None:
        """Reads the task's next file now, and writes it after its share of the time; behind the last it ends."""
        paths = self.files.get(task, [])
        seen = self.text(paths[place]) if place < len(paths) else ""
        self._at(now + self.left[task] / (len(paths) + 1), task, place, seen, 0)

    def _at(self, when: float, task: str, place: int, seen: str, tries: int) -> None:
        self.number += 1
        heapq.heappush(self.queue, (when, self.number, task, place, seen, tries))

    def _step(self, now: float, task: str, place: int, seen: str, tries: int) -> None:
        paths = self.files.get(task, [])
        if place >= len(paths):
            self._end(now, task)
            return
        text = f"{seen}of {task}\n"
        if not self.hooks:
            self.put(paths[place], text)
        elif reason := denial(self.desk.do(f"agent-{task}", paths[place], text)):
            self.denied += 1
            if tries >= MOST_TRIES:
                raise RuntimeError(f"{task} may not write {paths[place]}: {reason}")
            self._at(now + AGAIN, task, place, self.text(paths[place]), tries + 1)
            return
        self._go_on(now, task, place + 1)

    def _end(self, now: float, task: str) -> None:
        """Done, as its files are no part of what is asked here: what the list declares may differ from them."""
        agent = agents.of_task(self.desk.db, self.desk.run, task)
        assert agent is not None
        with Write(self.desk.db):
            ending.conclude(self.desk.db, agent, "done", "made")
        self._launch(now)

    def _lost(self) -> dict[str, int]:
        shared = Counter(path for paths in self.files.values() for path in paths)
        lines = [(task, path) for task, paths in self.files.items() for path in paths if shared[path] > 1]
        lost = [path for task, path in lines if f"of {task}\n" not in self.text(path).splitlines(keepends=True)]
        return {"shared": len(lines), "lost": len(lost), "runs": 1, "with a loss": int(bool(lost))}


def plays(clones: Path, only: str, seeds: int) -> Iterator[tuple[str, Counter[str]]]:
    corpus = json.loads(real_lists.CORPUS.read_text())
    for name in sorted(corpus):
        folder = clones / name.replace("/", "+", 1)
        if only not in name or not folder.exists():
            continue
        clone = Clone(real_lists._git_folder(folder))
        commits = {one.name: (number, one) for number, one in enumerate(clone.commits())}
        for record in corpus[name]:
            yield from _of_list(clone, Mined(**record), commits, seeds)
        clone.close()


def _of_list(
    clone: Clone, mined: Mined, commits: dict[str, tuple[int, object]], seeds: int
) -> Iterator[tuple[str, Counter[str]]]:
    reading = real_lists.opened(real_lists_mine.read(clone, mined.commit, mined.path))
    truth = real_lists_truth.of(clone, mined, [task.id for task in reading.document.tasks], commits)  # type: ignore[arg-type]
    there = tree(clone.folder, mined.before)
    try:
        plan = planner.make(real_lists.settled(reading, "normal", there), "quick")
    except FanoutError:
        return
    for seed in range(seeds):
        for hooks in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                os.environ["FANOUT_DATA_DIR"] = f"{folder}/data"
                yield "with" if hooks else "without", Play(Path(folder), plan, truth, there, seed, hooks).run()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="", help="repositories with this in their name")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(arguments)
    sums: dict[str, Counter[str]] = {"without": Counter(), "with": Counter()}
    for way, found in plays(asked.clones, asked.only, asked.seeds):
        sums[way].update(found)
    lines = [f"$ python benchmarks/real_lists_guarded.py CLONES --seeds {asked.seeds}", ""]
    for way, one in sums.items():
        lines += [
            f"{way} the hooks: {one['runs']} runs of real lists, {one['done']} tasks done, {one['denied']} denials;",
            f"  {one['shared']} writes into files that several tasks of a list change: {one['lost']} lost, "
            f"in {one['with a loss']} runs",
        ]
    print("\n".join(lines))
    if asked.write:
        RESULT.write_text("\n".join(lines) + "\n")
    return bool(sums["with"]["lost"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Plans of real lists against what the work on them really was.

    python benchmarks/real_lists.py CLONES              the table
    python benchmarks/real_lists.py CLONES --each       a line for every list too
    python benchmarks/real_lists.py CLONES --write      ... and to benchmarks/results/real_lists.txt
    python benchmarks/real_lists.py CLONES --mine       makes benchmarks/real_lists.json anew from every clone

CLONES holds a local clone of each repository as owner+name, bare or not; with --clone the missing ones of the corpus are
cloned from https://github.com. The corpus, benchmarks/real_lists.json, has names only: repository, list, commit, and for
each task the commits that name it and no other task (real_lists_mine.py). From those come the files that a task really
changed and what it really needed of an earlier one (real_lists_truth.py). Of each list, with every task open and five
agents, for the tasks that are known so:

    speed     how many times faster than one after another         guarded   the same where a second writer waits
    apart     pairs that really share a file, kept apart            in order  pairs where one really needs the other
    free      pairs that are free, and kept apart all the same      mistakes, collisions   in a simulated run, without guard

`low`, `normal`, `high` are the risks of `fanout plan`, `truth` a plan that knows it all, `stated` the same with what the
list states, which always holds. Medians over the lists; `by
repository` is the median of the repositories' medians. `kept back` are the repositories whose name's digest is even: no
rule was made by looking at those.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

TOP = Path(__file__).resolve().parent
sys.path[:0] = [str(TOP / "real_lists_parts"), str(TOP.parent / "scripts")]

import real_lists_mine
import real_lists_run
import real_lists_truth
from real_lists_git import Clone, Commit, tree
from real_lists_mine import Mined
from real_lists_run import Figures

from fanout.errors import FanoutError
from fanout.plan import planner
from fanout.plan.order import base_paths, called_files, relax
from fanout.plan.plan import Plan
from fanout.plan.reading import Reading

CORPUS = TOP / "real_lists.json"
RESULT = TOP / "results" / "real_lists.txt"
PAYS = 1.5
TRUTH, STATED = "truth", "stated"


@dataclass(frozen=True)
class Judged:
    """One list: its figures by way of planning."""

    repository: str
    path: str
    format: str
    ways: dict[str, Figures]
    refused: str = ""
    dropped: tuple[int, int] = (
        0,
        0,
    )  # pairs whose order as read does not hold at normal risk, and how many of those are used


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", type=Path)
    for flag in ("each", "write", "mine", "clone"):
        parser.add_argument(f"--{flag}", action="store_true")
    parser.add_argument("--only", default="", help="repositories with this in their name")
    asked = parser.parse_args(arguments)
    if asked.mine:
        CORPUS.write_text(json.dumps(mined(asked.clones), indent=1) + "\n")
    corpus = json.loads(CORPUS.read_text())
    judged = [one for name in sorted(corpus) if asked.only in name for one in judge(asked, name, corpus[name])]
    lines = [*(line for one in judged if asked.each for line in each(one)), *table(judged)]
    print("\n".join(lines))
    if asked.write:
        RESULT.write_text(
            f"$ python benchmarks/real_lists.py CLONES{' --each' * asked.each}\n\n" + "\n".join(lines) + "\n"
        )
    return 0


def mined(clones: Path) -> dict[str, list[dict[str, object]]]:
    """The corpus of every clone in the folder."""
    corpus: dict[str, list[dict[str, object]]] = {}
    for folder in sorted(clones.iterdir()):
        clone = Clone(_git_folder(folder))
        try:
            found = [asdict(one) for one in real_lists_mine.mine(clone)]
        except FanoutError as error:
            print(f"{folder.name}: left out, {error}", file=sys.stderr)
            continue
        finally:
            clone.close()
        if found:
            corpus[folder.name.replace("+", "/", 1)] = found
        print(folder.name, len(found), file=sys.stderr)
    return corpus


def _git_folder(folder: Path) -> Path:
    return folder / ".git" if (folder / ".git").is_dir() else folder


def judge(asked: argparse.Namespace, name: str, lists: list[dict[str, object]]) -> Iterator[Judged]:
    """The lists of a repository; one that is not cloned is left out, and said so."""
    folder = asked.clones / name.replace("/", "+", 1)
    if not folder.exists() and asked.clone:
        subprocess.run(["git", "clone", "--bare", f"https://github.com/{name}", str(folder)], check=True)
    if not folder.exists():
        print(f"{name}: not cloned, left out", file=sys.stderr)
        return
    clone = Clone(_git_folder(folder))
    commits = {one.name: (number, one) for number, one in enumerate(clone.commits())}
    for record in lists:
        yield _judged(clone, name, Mined(**record), commits)  # type: ignore[arg-type]
    clone.close()


def _judged(clone: Clone, name: str, mined: Mined, commits: dict[str, tuple[int, Commit]]) -> Judged:
    reading = opened(real_lists_mine.read(clone, mined.commit, mined.path))
    order = [task.id for task in reading.document.tasks]
    truth = real_lists_truth.of(clone, mined, order, commits)
    ways = {}
    refused = ""
    plans: dict[str, Plan] = {}
    for risk in relax.RISKS:
        try:
            plans[risk] = planner.make(settled(reading, risk, tree(clone.folder, mined.before)), "quick")
            ways[risk] = real_lists_run.planned(plans[risk], truth)
        except FanoutError as error:
            refused = str(error).splitlines()[0]
    ways[STATED] = real_lists_run.ceiling(truth, real_lists_run.stated(reading, truth))
    ways[TRUTH] = real_lists_run.ceiling(truth)
    dropped = real_lists_run.dropped(plans["low"], plans["normal"], truth) if not refused else (0, 0)
    return Judged(name, mined.path, mined.format, ways, refused, dropped)


def settled(reading: Reading, risk: relax.Risk, tracked: frozenset[str]) -> Reading:
    placed = called_files.resolve(base_paths.resolve(reading, tracked), tracked)
    return relax.settle(placed, risk, tracked)


def opened(reading: Reading) -> Reading:
    """The reading with every task open, for five agents."""
    notes = {name: replace(note, status="pending") for name, note in reading.notes.items()}
    document = reading.document.model_copy(update={"max_parallel": real_lists_run.SLOTS})
    return replace(reading, document=document, notes=notes)


def each(one: Judged) -> Iterator[str]:
    yield f"{one.repository} {one.path}: {one.format}{', refused: ' + one.refused if one.refused else ''}"
    for way, it in one.ways.items():
        yield (
            f"  {way:7} {it.tasks} tasks, speed {it.speed:.2f} ({it.guarded_speed:.2f} guarded), "
            f"apart {it.apart}/{it.conflicts}, in order {it.ordered}/{it.used}, free {it.free_apart}/{it.free}, "
            f"mistakes {it.mistakes:.1f}, collisions {it.collisions:.1f}"
        )


def table(judged: list[Judged]) -> list[str]:
    read = [one for one in judged if not one.refused]
    lines = [
        f"{len(judged)} lists of {len({one.repository for one in judged})} repositories, "
        f"{sum(one.ways[TRUTH].tasks for one in judged)} tasks with commits of their own; {len(judged) - len(read)} refused"
    ]
    fast = [one for one in read if one.ways[TRUTH].speed > PAYS]
    told = sum(one.ways["normal"].no_go for one in fast)
    lines.append(f"No-go as known at normal risk, of the {len(fast)} whose truth is above {PAYS}: {told}")
    pairs, used = (sum(one.dropped[part] for one in read) for part in (0, 1))
    lines.append(
        f"Pairs that the list orders and normal risk does not: {pairs}; the later one used what the earlier made: {used}"
    )
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in read:
        groups[one.format].append(one)
    rows = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    for name, group in [*rows, ("every list", read), ("kept back", [one for one in read if kept_back(one.repository)])]:
        if group:
            lines += ["", f"{name}: {len(group)} lists of {len({one.repository for one in group})} repositories", HEAD]
            lines += [
                _row(way, [one.ways[way] for one in group], _by_repository(group, way))
                for way in (*relax.RISKS, STATED, TRUTH)
            ]
    return lines


HEAD = (
    f"  {'':8}{'speed':>7}{'by repository':>15}{'guarded':>9}{'apart':>14}{'in order':>14}{'free apart':>12}"
    f"{'mistakes':>10}{'collisions':>12}{'waits':>7}"
)


def _row(way: str, figures: list[Figures], by_repository: float) -> str:
    def median(name: str) -> float:
        return statistics.median(getattr(one, name) for one in figures)

    def mean(name: str) -> float:
        return statistics.fmean(getattr(one, name) for one in figures)

    def share(part: str, whole: str) -> str:
        total = sum(getattr(one, whole) for one in figures)
        return f"{100 * sum(getattr(one, part) for one in figures) / total:.0f} % of {total}" if total else "-"

    free = share("free_apart", "free").split(" of")[0]
    return (
        f"  {way:8}{median('speed'):7.2f}{by_repository:15.2f}{median('guarded_speed'):9.2f}"
        f"{share('apart', 'conflicts'):>14}{share('ordered', 'used'):>14}{free:>12}"
        f"{mean('mistakes'):10.2f}{mean('collisions'):12.2f}{mean('waits'):7.2f}"
    )


def _by_repository(group: list[Judged], way: str) -> float:
    speeds: dict[str, list[float]] = defaultdict(list)
    for one in group:
        speeds[one.repository].append(one.ways[way].speed)
    return statistics.median(statistics.median(found) for found in speeds.values())


def kept_back(repository: str) -> bool:
    return hashlib.sha256(repository.encode()).digest()[0] % 2 == 0


if __name__ == "__main__":
    os.environ.setdefault("GIT_OPTIONAL_LOCKS", "0")
    sys.exit(main(sys.argv[1:]))

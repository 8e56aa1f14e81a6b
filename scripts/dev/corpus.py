"""Judges the readers on a folder of task lists that nobody here wrote.

    scripts/dev/corpus DIR            a table: by format what was read, and what was not
    scripts/dev/corpus DIR --each     a line for every list too
    scripts/dev/corpus DIR --json     the same as JSON, every list by its path

A list is a file, or a folder of the formats that keep one task a file. For each: is it refused; which of its unread
lines look like tasks; how many tasks name no file; which waits are stated and which inferred; and with every task open
and five agents, how much faster than one after another at each risk (plan/order), without a look at the project's tree.

A corpus that others can make again has a folder owner+name@commit for each repository; benchmarks/results/lists.txt names one.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fanout.errors import FanoutError
from fanout.plan import planner
from fanout.plan.order import called_files, relax
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source
from fanout.source.disk import DISK
from fanout.source.resolve import resolve

ENDINGS = (".md", ".json", ".jsonl", ".yaml", ".yml", ".txt")
ONE_A_FILE = ("openagentscontrol", "ccpm", "stm", "gsd", "backlog", "claude-tasks")
LARGEST_BYTES = 8 * 1024 * 1024
AT_ONCE = 5
NONE = "no format"
NUMBERS = ("tasks", "unread", "no_files", "stated", "inferred")


@dataclass(slots=True)
class Verdict:
    """What became of one list. `refused` is the error; the numbers are of a list that was read."""

    path: str
    format: str
    refused: str = ""
    tasks: int = 0
    done: int = 0
    unread: int = 0
    no_files: int = 0
    stated: int = 0
    inferred: int = 0
    speedup: float = 0.0  # at low risk: the order as it was read
    normal: float = 0.0
    high: float = 0.0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--each", action="store_true", help="a line for every list")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(arguments)
    if not asked.folder.is_dir():
        print(f"corpus: there is no folder {asked.folder}.", file=sys.stderr)
        return 1
    verdicts = [judge(path, asked.folder) for path in lists(str(asked.folder.resolve()))]
    if asked.json:
        print(json.dumps({"schema_version": 1, "data": [asdict(verdict) for verdict in verdicts]}, indent=1))
    else:
        print("\n".join([*(each(verdict) for verdict in verdicts if asked.each), *table(verdicts)]))
    return 0


def lists(top: str) -> Iterator[str]:
    """The lists below a folder, as paths: whole folders of the formats that have a file for each task first."""
    for folder, names, files in os.walk(top):
        names[:] = sorted(name for name in names if name not in (".git", "node_modules"))
        found = _folder_format(folder)
        if found:
            names.clear()
            yield folder
            continue
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name.endswith(ENDINGS) and os.path.getsize(path) <= LARGEST_BYTES:
                yield path


def _folder_format(folder: str) -> str:
    source = Source(folder, folder, "", folder, files=DISK)
    scores = {name: registry.FORMATS[name].detect(source) for name in ONE_A_FILE}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= registry.SURE and not _below(folder, best) else ""


def _below(folder: str, name: str) -> bool:
    """Whether a folder inside is the same list: the innermost one is taken, so that nothing beside it is swallowed."""
    inside = [os.path.join(folder, one) for one in DISK.names(folder)]
    found = (Source(path, path, "", path, files=DISK) for path in inside if DISK.is_folder(path))
    return any(registry.FORMATS[name].detect(source) >= registry.SURE for source in found)


def judge(path: str, top: Path) -> Verdict:
    """One list, read and planned."""
    shown = os.path.relpath(path, top.resolve())
    name = NONE
    try:
        source = resolve(path, str(top.resolve()))
        name = registry.choose(source).name
        reading = registry.FORMATS[name].read(source)
        return _numbers(shown, reading)
    except FanoutError as error:
        return Verdict(shown, name, str(error).splitlines()[0].replace(f"{top.resolve()}/", "")[:200])


def _numbers(shown: str, reading: Reading) -> Verdict:
    notes = list(reading.notes.values())
    tasks = reading.document.tasks
    inferred = sum(len(note.order) for note in notes)
    verdict = Verdict(shown, reading.format, tasks=len(tasks))
    verdict.done = sum(note.status in ("completed", "skipped") for note in notes)
    verdict.unread = sum(not item.told and not item.why for item in reading.unread)
    verdict.no_files = sum(not task.writes and not task.read_only for task in tasks)
    verdict.inferred = inferred
    verdict.stated = sum(len(task.depends_on) for task in tasks) - inferred
    if tasks:
        opened = _all_open(reading)
        verdict.speedup, verdict.normal, verdict.high = (_speedup(opened, risk) for risk in relax.RISKS)
    return verdict


def _speedup(reading: Reading, risk: relax.Risk) -> float:
    return round(planner.make(relax.settle(called_files.resolve(reading, frozenset()), risk), "quick").speedup(), 2)


def _all_open(reading: Reading) -> Reading:
    """The reading with every task open, for five agents."""
    notes = {name: replace(note, status="pending") for name, note in reading.notes.items()}
    return replace(reading, document=reading.document.model_copy(update={"max_parallel": AT_ONCE}), notes=notes)


def each(verdict: Verdict) -> str:
    if verdict.refused:
        return f"{verdict.path}: {verdict.format}: refused: {verdict.refused}"
    return (
        f"{verdict.path}: {verdict.format}: {verdict.tasks} tasks, {verdict.done} done, {verdict.unread} unread, "
        f"{verdict.no_files} without files, waits {verdict.stated} stated {verdict.inferred} inferred, "
        f"times faster: low {verdict.speedup:.2f} normal {verdict.normal:.2f} high {verdict.high:.2f}"
    )


def table(verdicts: list[Verdict]) -> list[str]:
    """One line a format, the most frequent first."""
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[verdict.format].append(verdict)
    columns = ("lists", "refused", "tasks", "unread", "no files", "stated", "inferred", *relax.RISKS)
    head = f"{'format':18}{''.join(f'{name:>10}' for name in columns)}"
    lines = [head]
    rows = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    for name, group in [*rows, ("every list", [verdict for verdict in verdicts if verdict.format != NONE])]:
        read = [verdict for verdict in group if not verdict.refused]
        total = {key: sum(getattr(verdict, key) for verdict in read) for key in NUMBERS}
        speeds = [_median(read, name) for name in ("speedup", "normal", "high")]
        cells = [len(group), len(group) - len(read), *total.values(), *speeds]
        lines.append(f"{name:18}{''.join(f'{cell:>10}' for cell in cells)}")
    return lines


def _median(read: list[Verdict], name: str) -> str:
    return f"{statistics.median([getattr(verdict, name) for verdict in read if verdict.tasks] or [0.0]):.2f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

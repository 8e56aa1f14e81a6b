"""Files read out of descriptions of features, and which features conflict, against the patches of a public benchmark.

    git clone --bare https://github.com/cooperbench/CooperBench CLONE
    python benchmarks/cooperbench.py CLONE             the table
    python benchmarks/cooperbench.py CLONE --each      a line for every task of the benchmark too
    python benchmarks/cooperbench.py CLONE --write     ... and to benchmarks/results/cooperbench.txt

Nothing of it is kept here. Each of its tasks has several features of one repository: a description and a patch. Their
descriptions are read as one plan (`### Task 1`, `### Task 2`, ...), once as they are and once without their lists of files.

    recall, precision   of the files that a feature's patch changes, those that were read; of the files read, those that its
                        patches change, the one of its tests too
    apart               pairs whose patches change a common file, that the plan keeps apart; with those that must run alone
    by files            the same, by a file that was read of both
    clash               pairs that git could not merge, as the benchmark's own report counts them, kept apart (at least)
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

TOP = Path(__file__).resolve().parent
sys.path.insert(0, str(TOP.parent / "scripts"))

from fanout.plan import planner
from fanout.plan.order import relax
from fanout.plan.read import registry
from fanout.plan.reading import Source

RESULT = TOP / "results" / "cooperbench.txt"
FEATURE = re.compile(r"dataset/([^/]+/task[^/]+)/feature(\d+)/(feature\.md|feature\.patch|tests\.patch)\Z")
REPORT = "dataset/gold_conflict_report.json"
CHANGED = re.compile(r"^diff --git a/(.+?) b/\1$", re.MULTILINE)
LISTED = re.compile(
    r"^(?:#+[ \t]*|\**)(?:\d+\.[ \t]*)?Files?[ \t]+(?:Modified|Changed|to Modify|Affected)\b.*?(?=^\s*(?:#|\*\*)\w|\Z)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
TITLE = re.compile(r"\*\*(?:Feature )?Title\*\*:?[ \t]*(.+)|^#+[ \t]*(.+)", re.MULTILINE)


@dataclass
class Feature:
    description: str = ""
    changed: frozenset[str] = frozenset()
    tests: frozenset[str] = frozenset()


@dataclass
class Figures:
    features: int = 0
    changed: int = 0
    read: int = 0
    right: int = 0
    shared: int = 0  # pairs with a common file
    apart: int = 0
    apart_by_files: int = 0
    clashes: int = 0
    clashes_apart: int = 0
    lines: list[str] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path)
    for flag in ("each", "write"):
        parser.add_argument(f"--{flag}", action="store_true")
    asked = parser.parse_args(arguments)
    folder = asked.clone / ".git" if (asked.clone / ".git").is_dir() else asked.clone
    tasks, clashes = opened(folder)
    lines = [f"{len(tasks)} tasks, {sum(map(len, tasks.values()))} features, {pairs(tasks)} pairs", HEAD]
    for name, with_lists in (("as they are", True), ("without lists of files", False)):
        figures = Figures()
        for task, features in tasks.items():
            judge(task, features, clashes.get(task, 0), with_lists, figures)
        lines += [row(name, figures), *(figures.lines if asked.each else ())]
    print("\n".join(lines))
    if asked.write:
        RESULT.write_text(
            f"$ python benchmarks/cooperbench.py CLONE{' --each' * asked.each}\n\n" + "\n".join(lines) + "\n"
        )
    return 0


def pairs(tasks: dict[str, dict[int, Feature]]) -> int:
    return sum(len(features) * (len(features) - 1) // 2 for features in tasks.values())


def opened(folder: Path) -> tuple[dict[str, dict[int, Feature]], dict[str, int]]:
    """The features by task and number, and for each task how many pairs clash."""
    tasks: dict[str, dict[int, Feature]] = {}
    for path in git(folder, "ls-tree", "-r", "--name-only", "HEAD", "dataset").splitlines():
        match = FEATURE.match(path)
        if match is None:
            continue
        feature = tasks.setdefault(match[1], {}).setdefault(int(match[2]), Feature())
        text = git(folder, "show", f"HEAD:{path}")
        if match[3] == "feature.md":
            feature.description = text
        elif match[3] == "feature.patch":
            feature.changed = frozenset(CHANGED.findall(text))
        else:
            feature.tests = frozenset(CHANGED.findall(text))
    report = json.loads(git(folder, "show", f"HEAD:{REPORT}"))["per_task"]
    return tasks, {task: one["conflicts"] for task, one in report.items()}


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "--git-dir", str(folder), *words], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def judge(task: str, features: dict[int, Feature], clashes: int, with_lists: bool, figures: Figures) -> None:
    reading = registry.read(Source("-", "", plan_of(features, with_lists), "/nowhere"), "superpowers")
    made = planner.make(relax.settle(reading, "normal"), "quick")
    writes = {number: set(one.writes) for number, one in zip(sorted(features), reading.document.tasks, strict=True)}
    apart = set(kept_apart(made, sorted(features)))
    before = (figures.changed, figures.read, figures.right, figures.apart)
    for number, feature in features.items():
        figures.features += 1
        figures.changed += len(feature.changed)
        figures.read += len(writes[number] - (feature.tests - feature.changed))
        figures.right += len(feature.changed & writes[number])
    shared_apart = 0
    for one, other in combinations(sorted(features), 2):
        if features[one].changed & features[other].changed:
            figures.shared += 1
            shared_apart += (one, other) in apart
            figures.apart_by_files += bool(writes[one] & writes[other])
    figures.apart += shared_apart
    figures.clashes += clashes
    figures.clashes_apart += min(clashes, shared_apart)
    changed, read, right, _ = (now - was for now, was in zip(after(figures), before, strict=True))
    figures.lines.append(
        f"  {task}: {right} of {changed} files read, {read - right} too many, {shared_apart} pairs apart"
    )


def after(figures: Figures) -> tuple[int, int, int, int]:
    return figures.changed, figures.read, figures.right, figures.apart


def plan_of(features: dict[int, Feature], with_lists: bool) -> str:
    parts = ["# Features Implementation Plan\n"]
    for number, feature in sorted(features.items()):
        text = feature.description if with_lists else LISTED.sub("", feature.description)
        title = TITLE.search(text)
        name = next(filter(None, title.groups()), "") if title else f"Feature {number}"
        parts.append(f"### Task {number}: {name}\n\n{deeper(text)}\n")
    return "\n".join(parts)


def deeper(text: str) -> str:
    """The description with its own headings below the task's, and every fence of it closed."""
    if len(re.findall(r"^```", text, re.MULTILINE)) % 2:
        text += "\n```\n"
    return re.sub(r"^(#+) ", lambda match: f"{'#' * min(6, len(match[1]) + 3)} ", text, flags=re.MULTILINE)


def kept_apart(plan: planner.Plan, numbers: list[int]) -> Iterator[tuple[int, int]]:
    hazards = {(one.a, one.b) for one in [*plan.hazards, *plan.held]}
    for a, b in combinations(range(len(numbers)), 2):
        if (a, b) in hazards or (b, a) in hazards or plan.below[a] >> b & 1 or plan.below[b] >> a & 1:
            yield numbers[a], numbers[b]


HEAD = f"{'':26}{'recall':>8}{'precision':>11}{'apart':>15}{'by files':>10}{'clash apart':>15}"


def row(name: str, it: Figures) -> str:
    def share(part: int, whole: int) -> str:
        return f"{100 * part / whole:.0f} %" if whole else "-"

    return (
        f"{name:26}{it.right / it.changed:8.2f}{it.right / it.read if it.read else 0:11.2f}"
        f"{share(it.apart, it.shared) + f' of {it.shared}':>15}{share(it.apart_by_files, it.shared):>10}"
        f"{share(it.clashes_apart, it.clashes) + f' of {it.clashes}':>15}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`scripts/dev/mutants`: makes small changes in the safety core and says which of them no test notices."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from dev.mutation import operators, points, survivors, trying
from dev.mutation.covering import Covering, measured

TOP = Path(__file__).resolve().parents[3]
ENOUGH = 90  # of a hundred changes that are not equivalent


def main() -> int:
    given = _arguments()
    operators.check()
    known = survivors.Survivors()
    problems = known.problems(TOP)
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 2
    found = points.of_modules(TOP, given.path)
    if not found:
        print(f"no place to change in: {', '.join(given.path)}", file=sys.stderr)
        return 2
    drawn = points.sample(found, given.seed, given.count)
    print(f"{len(drawn)} of {len(found)} changes, seed {given.seed}", flush=True)
    covering = measured(TOP, Path(os.environ["FANOUT_CACHE_DIR"]), given.measure, given.jobs)
    report = Report(known, len(drawn))
    _try_all(drawn, covering, given, report)
    return report.end(given.strict)


def _arguments() -> argparse.Namespace:
    """What they mean is in scripts/dev/mutants."""
    parser = argparse.ArgumentParser(prog="scripts/dev/mutants", add_help=False)
    parser.add_argument("path", nargs="*")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", default=str(datetime.date.today()))
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--measure", action="store_true")
    return parser.parse_args()


def _try_all(drawn: list[points.Point], covering: Covering, given: argparse.Namespace, report: Report) -> None:
    copies: SimpleQueue[trying.Copy] = SimpleQueue()
    for _ in range(given.jobs):
        copies.put(trying.Copy(TOP))

    def attempt(point: points.Point) -> trying.Outcome:
        copy = copies.get()
        try:
            return copy.attempt(point, covering, given.seconds)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(given.jobs) as pool:
        for outcome in pool.map(attempt, drawn):
            report.say(outcome)
    while not copies.empty():
        copies.get().end()


class Report:
    """Counts, and prints each change as it has been tried."""

    def __init__(self, known: survivors.Survivors, total: int) -> None:
        self.known = known
        self.total = total
        self.tried = self.noticed = self.equivalent = self.listed = self.new = 0

    def say(self, outcome: trying.Outcome) -> None:
        self.tried += 1
        entry = self.known.of(outcome.point, outcome.change) if outcome.change else None
        word = outcome.result
        if outcome.change is None or outcome.result == trying.NOTICED:
            self.noticed += outcome.change is not None
        elif entry is None:
            self.new += 1
        else:
            word = "equivalent" if entry["equivalent"] else "listed"
            self.equivalent += bool(entry["equivalent"])
            self.listed += not entry["equivalent"]
        print(
            f"{self.tried}/{self.total} {word}: {outcome.point.where} {outcome.point.definition} ({outcome.by}; "
            f"{outcome.seconds:.0f} s)",
            flush=True,
        )
        if outcome.result == trying.UNNOTICED and outcome.change:
            print(f"    - {outcome.change.before}\n    + {outcome.change.after}", flush=True)
            if entry is not None:
                print(f"    {entry['why']}", flush=True)
        elif entry is not None and outcome.change:
            print("    it is listed as unnoticed, and a test notices it: take it out of survivors.toml", flush=True)

    def end(self, strict: bool) -> int:
        """0 when enough was noticed, and with `strict` nothing went by that is not listed."""
        counted = self.noticed + self.listed + self.new
        share = 100 * self.noticed / counted if counted else 100.0
        print(
            f"noticed {self.noticed} of {counted} ({share:.0f} %); not noticed {self.new}, listed with a reason "
            f"{self.listed}; equivalent {self.equivalent}"
        )
        if strict and self.new:
            print(
                "Write a test for what no test notices, or list it in scripts/dev/mutation/survivors.toml with the reason."
            )
            return 1
        return 0 if share >= ENOUGH else 1


sys.exit(main())

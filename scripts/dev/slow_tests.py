"""Writes tests/slow.txt: the tests that `scripts/dev/test --fast` leaves out because they are measured to be slow.

    ./scripts/dev/test -n 2 --durations 0 -vv -m "not client" tests | python scripts/dev/slow_tests.py

Reads the durations that pytest prints, of a run on a machine with nothing else to do. A test function is slow when the
median of its cases takes more than 0.1 seconds.
"""

from __future__ import annotations

import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

LIST = Path(__file__).resolve().parents[2] / "tests" / "slow.txt"
LIMIT_SECONDS = 0.1
DURATION = re.compile(r"(?P<seconds>[\d.]+)s (?:setup|call|teardown) +(?P<case>\S+::.*)")


def slow(lines: Iterable[str]) -> list[str]:
    """The functions, as `tests/x/test_y.py::test_z`, whose cases take long."""
    cases: defaultdict[str, float] = defaultdict(float)
    for line in lines:
        if match := DURATION.match(line.strip()):
            cases[match["case"]] += float(match["seconds"])
    functions: defaultdict[str, list[float]] = defaultdict(list)
    for case, seconds in cases.items():
        functions[case.split("[")[0].rstrip()].append(seconds)
    return sorted(name for name, taken in functions.items() if statistics.median(taken) > LIMIT_SECONDS)


def main() -> int:
    if len(sys.argv) > 1 or sys.stdin.isatty():
        print(__doc__)
        return 0 if sys.argv[1:] in (["-h"], ["--help"]) else 2
    names = slow(sys.stdin)
    if not names:
        print("no durations in the input: run pytest with --durations 0 -vv, see --help", file=sys.stderr)
        return 2
    LIST.write_text("\n".join(names) + "\n", encoding="utf-8")
    print(f"{len(names)} test functions in {LIST.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The command line of a benchmark that plays many seeds and counts what went wrong: how many, from which one on, and whether
the figures are kept."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable

Measured = tuple[Counter[str], list[str]]


def main(
    what: str,
    usual: int,
    measure: Callable[[int, int], Measured],
    shown: Callable[[int, int, Counter[str], list[str]], str],
    keep: Callable[[str], object],
) -> int:
    """Plays so many `what` and prints what `shown` makes of it; 1 when something was wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument(f"--{what}", type=int, default=usual, dest="count")
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    counts, wrong = measure(given.first, given.count)
    text = shown(given.first, given.count, counts, wrong)
    print(text, end="")
    if given.write:
        keep(text)
    return 1 if wrong else 0

"""The inferred order of a reading at the chosen risk, and what each risk would plan."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import cast

from fanout.plan import planner
from fanout.plan.order import (
    absent_files,
    base_paths,
    called_files,
    companions,
    named_files,
    named_kinds,
    relax,
    word_pairs,
)
from fanout.plan.order.relax import RISKS, Risk
from fanout.plan.plan import Plan
from fanout.plan.reading import Reading
from fanout.source import tracked

MOST_TASKS = 1000  # of longer lists the other risks are not planned


def settled(reading: Reading, risk: str, is_apart: bool = False) -> Reading:
    """The reading as it is planned; `is_apart`: see ProjectFacts."""
    known = tracked.files(reading.base)

    def exists(path: str) -> bool:
        return os.path.lexists(os.path.join(reading.base, path))

    paths = base_paths.resolve(word_pairs.resolve(reading, known, exists), known)
    there = absent_files.resolve(paths, known, exists)
    placed = called_files.resolve(named_files.resolve(there, known, exists), known)
    placed = companions.resolve(named_kinds.resolve(placed, known), known)
    return relax.settle(placed, cast(Risk, risk), known, is_apart)


def compared(plan: Plan, reading: Reading, risk: str) -> Plan:
    """The plan with what the other risks would come to; `reading` is as it was read."""
    if not any(note.order for note in reading.notes.values()) or len(plan.tasks) > MOST_TASKS:
        return replace(plan, risk=risk)
    others = {one: plan if one == risk else planner.make(settled(reading, one), "quick") for one in RISKS}
    return replace(plan, risk=risk, risks={one: round(made.speedup(), 2) for one, made in others.items()})

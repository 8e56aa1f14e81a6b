"""The side file of a list: where it is, and the reading with it."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace

from fanout.cli.shared import predictions, project
from fanout.errors import SourceError
from fanout.plan.reading import Reading, Remark, Source
from fanout.plan.refine import apply, calibration, side_file, side_file_errors
from fanout.plan.refine.side_file import SideFile
from fanout.run.store import state_dir
from fanout.source import file_history

BESIDE = ".fanout.json"


def place(source: Source) -> str:
    """The side file's path: `<list>.fanout.json` where that is there, else one in the run's data."""
    beside = f"{source.path}{BESIDE}"
    if source.path and os.path.isfile(beside):
        return beside
    name = os.path.relpath(source.path, source.root).replace(os.sep, "/") if source.path else source.given
    plain = re.sub(r"[^\w.-]+", "-", name).strip("-.")[-60:]
    digest = hashlib.sha256(f"{name}#{source.part}".encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return os.path.join(project.root(), state_dir.FOLDER, state_dir.REFINED, f"{plain}-{digest}.json")


def load(path: str) -> SideFile | None:
    """The side file, None when there is none. Raises SourceError when it can't be read."""
    try:
        with open(path, encoding="utf-8") as file:
            return side_file.parse(file.read(), os.path.basename(path))
    except FileNotFoundError:
        return None


def applied(reading: Reading, source: Source) -> Reading:
    """The reading with its side file. One that is wrong is a warning, and is not used: it refuses no list."""
    if not source.path:
        return reading
    path = place(source)
    try:
        side = load(path)
        wrong = side_file_errors.problems(reading, side, os.path.basename(path)) if side else []
    except SourceError as error:
        side, wrong = None, error.problems
    if wrong:
        message = f"the side file {os.path.basename(path)} is not used: {wrong[0]}"
        remark = Remark("refined-wrong", message.rstrip("."), "", "`fanout refine SOURCE --check` names everything.")
        return replace(reading, warnings=[*reading.warnings, remark])
    if side is None:
        return reading
    believed = calibration.policy(predictions.samples(project.root()))
    return apply.applied(reading, side, believed, file_history.hot(file_history.commits(reading.base)))

"""What `fanout doctor --cluster` finds: (name, whether it is fine, what was found, the fix), one a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fanout.cli.shared import dask_extra
from fanout.engines import cluster_place, work_trees
from fanout.errors import FanoutError
from fanout.report.cells import counted
from fanout.version import version

if TYPE_CHECKING:
    from fanout.engines.cluster import Cluster
    from fanout.engines.cluster_place import Place

Row = tuple[str, bool, str, str]


def rows(place: Place) -> list[Row]:
    """Of a cluster: may it be used, does it answer, and has each of its machines what attempts need."""
    try:
        cluster_place.checked(place)
        dask_extra.require()
        from fanout.engines.cluster import Cluster

        there = Cluster(place)
    except FanoutError as error:
        return [("cluster", False, error.message.rstrip("."), error.fix or "")]
    try:
        return [_scheduler(there), *_workers(there)]
    finally:
        there.close()


def _scheduler(there: Cluster) -> Row:
    how = "encrypted" if there.place.is_encrypted else "of this machine alone"
    found = f"{there.place.address}, {how}; {counted(len(there.workers()), 'worker')}, {counted(there.slots(), 'slot')}"
    if there.slots():
        return "cluster", True, found, ""
    fix = "Workers have slots when they are started by `fanout worker`, or with `--resources slot=N`."
    return "cluster", False, found, fix


def _workers(there: Cluster) -> list[Row]:
    looks = there.look()
    return [_worker(address, looks[address]) for address in sorted(looks)]


def _worker(address: str, seen: dict[str, Any] | str) -> Row:
    """Everything that is wrong with one, or what it has."""
    if isinstance(seen, str):
        fix = "Start it by `fanout worker` of this version."
        return f"worker {address}", False, f"it can't look: {seen}", fix
    wrong = [text[1:] for text in seen.values() if str(text).startswith("!")]
    if seen["fanout"] != version():
        wrong.append(f"fanout there is {seen['fanout']}, here {version()}")
    number = tuple(int(part) for part in re.findall(r"\d+", seen["git"])[:2])
    if not seen["git"].startswith("!") and number < work_trees.FIRST_GIT:
        wrong.append(f"{seen['git']} is older than {'.'.join(map(str, work_trees.FIRST_GIT))}")
    name = f"worker {seen['host']}"
    if wrong:
        return name, False, "; ".join(wrong), f"Put that right on {seen['host']} and start its `fanout worker` again."
    return name, True, f"{seen['client']}, {seen['git']}, fanout {seen['fanout']}, clones in {seen['folder']}", ""

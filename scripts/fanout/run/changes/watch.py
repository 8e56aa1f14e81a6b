"""The files a task declares, as they were when it began: what it changed is told by comparison, whoever wrote it.

They are kept in the table watched, which is written here alone.
"""

from __future__ import annotations

import os

from fanout.run.changes import latest, matching_files, objects
from fanout.run.store import meta, paths, planned, select, ticks
from fanout.run.store.records import Watched

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

MOST_KEPT = 5000
MOST_SEEN = 50_000
CUT = ""  # in place of a path: there were more files than MOST_SEEN, so a file that is not on record may be older


def begin(db: sqlite3.Connection, root: str, agent: int, run: str, task: str) -> None:
    """Notes every existing file that the task declares as a write, and keeps the bytes of the first MOST_KEPT.

    Runs inside the gate's transaction.
    """
    rows: list[tuple[int, str, int, int, str]] = []
    names = declared_files(db, root, run, task)
    for name in names:
        full = os.path.join(root, name)
        try:
            stat = os.lstat(full)
        except OSError:
            continue
        kept = objects.keep(root, full) if len(rows) < MOST_KEPT else objects.NOT_KEPT
        rows.append((agent, name, stat.st_size, stat.st_mtime_ns, kept))
    if len(names) >= MOST_SEEN:
        rows.append((agent, CUT, 0, 0, objects.NOT_KEPT))
    db.executemany("INSERT OR REPLACE INTO watched (agent, path, size, mtime, object) VALUES (?, ?, ?, ?, ?)", rows)
    now = ticks.present(db)
    if now.complete_since is not None:  # a command runs that was begun when these files were nobody's
        latest.put(db, [latest.observe(root, row[1], agent, now.next) for row in rows if row[1] != CUT])


def changed(db: sqlite3.Connection, root: str, agent: int, run: str, task: str) -> list[str]:
    """The declared paths whose files differ from how the agent found them: created, changed or deleted. Sorted."""
    before = {seen.path: seen for seen in of_agent(db, agent)}
    is_cut = before.pop(CUT, None) is not None
    names = [name for name, seen in before.items() if _differs(root, seen)]
    if not is_cut:
        names += [name for name in declared_files(db, root, run, task) if name not in before]
    return sorted(names)


def of_agent(db: sqlite3.Connection, agent: int) -> list[Watched]:
    """What an agent found as it began."""
    return select.every(db, Watched, "WHERE agent = ?", agent)


def names_of(db: sqlite3.Connection, agent: int, most: int) -> list[str]:
    """The paths of the files that an agent found as it began, at most so many."""
    rows = db.execute("SELECT path FROM watched WHERE agent = ? AND path <> ? LIMIT ?", (agent, CUT, most))
    return [row[0] for row in rows]


def declared_files(db: sqlite3.Connection, root: str, run: str, task: str, most: int = MOST_SEEN) -> list[str]:
    """The existing files and links that match what the task declares as its writes, at most `most`. Sorted."""
    declared = [(one.anchor, one.pattern, one.regex) for one in planned.writes_of(db, run, task)]
    return matching_files.matching(paths.Naming(root, meta.folds_case(db)), declared, most)


def _differs(root: str, seen: Watched) -> bool:
    full = os.path.join(root, seen.path)
    kept = seen.object
    try:
        stat = os.lstat(full)
        if kept == objects.NOT_KEPT:
            return (stat.st_size, stat.st_mtime_ns) != (seen.size, seen.mtime)
        if (stat.st_size, stat.st_mtime_ns) == (seen.size, seen.mtime) and objects.kind(kept) != objects.LINK:
            return objects.is_executable(stat.st_mode) != (objects.kind(kept) == objects.EXECUTABLE)
        return objects.name_of(full) != kept
    except OSError:
        return True

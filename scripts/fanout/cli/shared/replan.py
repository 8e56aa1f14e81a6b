"""The rolling order planned again with what is done, what runs, and how long things really take."""

from __future__ import annotations

import sqlite3
import statistics

from fanout.plan import schedule
from fanout.plan.schedule import Problem
from fanout.run.flow import runs
from fanout.run.store import journal
from fanout.run.store.db import Write, now
from fanout.run.tasks import tasks

FEWEST = 3
OVER = ("done", "failed", "blocked", "skipped", "cancelled")


def replan(db: sqlite3.Connection, run: str) -> bool:
    """Gives the pending tasks of an active rolling run their new places. False when there was nothing to do."""
    row = runs.get(db, run)
    every = tasks.all_of(db, run)
    waiting = [task for task in every if task["state"] == "pending"]
    if row["state"] != "active" or row["mode"] != "rolling" or len(waiting) < FEWEST:
        return False
    answer = schedule.solve(_problem(db, row, every), effort="quick")
    place = {every[index]["id"]: rank for rank, index in enumerate(answer.order)}
    if [task["id"] for task in waiting] == sorted((task["id"] for task in waiting), key=place.__getitem__):
        return False
    with Write(db):
        for task in waiting:
            db.execute(
                "UPDATE task SET rank = ? WHERE run = ? AND id = ? AND state = 'pending'",
                (place[task["id"]], run, task["id"]),
            )
        journal.note(db, "replanned", run, makespan_minutes=answer.makespan)
    return True


def _problem(db: sqlite3.Connection, run: sqlite3.Row, every: list[sqlite3.Row]) -> Problem:
    index = {task["id"]: place for place, task in enumerate(every)}
    pace = factor(every)
    needs: list[list[int]] = [[] for _ in every]
    for row in db.execute("SELECT task, needs FROM need WHERE run = ?", (run["id"],)):
        needs[index[row["task"]]].append(index[row["needs"]])
    conflicts = [
        (index[row["task"]], index[row["other"]])
        for row in db.execute("SELECT task, other FROM hazard WHERE run = ? AND task < other", (run["id"],))
    ]
    running = {
        index[task["id"]]: max(0.0, task["estimate"] * pace - (now() - task["started"]) / 60)
        for task in every
        if task["state"] == "running"
    }
    return Problem(
        durations=[task["estimate"] * pace for task in every],
        needs=needs,
        conflicts=conflicts,
        slots=max(1, min(run["cap"], run["pace"])),
        done={index[task["id"]] for task in every if task["state"] in OVER},
        running=running,
    )


def factor(every: list[sqlite3.Row]) -> float:
    """Real minutes for each estimated one: the median over the tasks of this run that are done, 1.0 for none."""
    ratios = [
        (task["ended"] - task["started"]) / 60 / task["estimate"]
        for task in every
        if task["state"] == "done" and task["started"] and task["ended"] and task["estimate"] > 0
    ]
    return statistics.median(ratios) if ratios else 1.0

"""The rolling order planned again with what is done, what runs, and how long things really take."""

from __future__ import annotations

import sqlite3
import statistics

from fanout.plan import schedule
from fanout.plan.schedule import Problem
from fanout.run.store import journal, planned
from fanout.run.store.db import Write, now
from fanout.run.store.records import Run, Task
from fanout.run.tasks import put_first, runs, tasks

FEWEST = 3


def replan(db: sqlite3.Connection, run: str) -> bool:
    """Gives the pending tasks of an active rolling run their new places. False when there was nothing to do."""
    chosen = runs.get(db, run)
    every = tasks.all_of(db, run)
    waiting = [task.id for task in every if task.state == "pending"]
    if chosen.state != "active" or chosen.mode != "rolling" or len(waiting) < FEWEST:
        return False
    answer = schedule.solve(_problem(db, chosen, every), effort="quick")
    order = put_first.at_front(db, run, [every[index].id for index in answer.order])
    place = {name: rank for rank, name in enumerate(order)}
    if waiting == sorted(waiting, key=place.__getitem__):
        return False
    with Write(db):
        tasks.rank(db, run, {name: place[name] for name in waiting})
        journal.note(db, "replanned", run, makespan_minutes=answer.makespan)
    return True


def _problem(db: sqlite3.Connection, run: Run, every: list[Task]) -> Problem:
    index = {task.id: place for place, task in enumerate(every)}
    pace = factor(every)
    needs: list[list[int]] = [[] for _ in every]
    for name, need in planned.needs(db, run.id):
        needs[index[name]].append(index[need])
    return Problem(
        durations=[task.estimate * pace for task in every],
        needs=needs,
        conflicts=[(index[h.task], index[h.other]) for h in planned.hazards(db, run.id) if h.task < h.other],
        slots=max(1, min(run.cap, run.pace)),
        done={index[task.id] for task in every if task.state in tasks.OVER},
        running={
            index[task.id]: max(0.0, task.estimate * pace - (now() - (task.started or now())) / 60)
            for task in every
            if task.state == "running"
        },
    )


def factor(every: list[Task]) -> float:
    """Real minutes for each estimated one: the median over the tasks of this run that are done, 1.0 for none."""
    ratios = [
        (task.ended - task.started) / 60 / task.estimate
        for task in every
        if task.state == "done" and task.started and task.ended and task.estimate > 0
    ]
    return statistics.median(ratios) if ratios else 1.0

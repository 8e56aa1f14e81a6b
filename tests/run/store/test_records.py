"""Records and the schema agree, in both directions."""

from __future__ import annotations

import inspect
import sqlite3
from pathlib import Path

import pytest

from fanout.run.store import db, records

RECORDS = {
    name: kind
    for name, kind in inspect.getmembers(records, inspect.isclass)
    if issubclass(kind, records.Record) and kind is not records.Record
}


@pytest.fixture
def journal(tmp_path: Path) -> sqlite3.Connection:
    return db.connect(str(tmp_path), create=True)


def columns(journal: sqlite3.Connection, table: str) -> list[str]:
    return [row["name"] for row in journal.execute(f"PRAGMA table_info({table})")]


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_has_the_columns_of_its_table(journal: sqlite3.Connection, name: str) -> None:
    slots = set(RECORDS[name].__slots__)
    there = set(columns(journal, name.lower()))
    assert slots == (there - {"agent"} | {"owner"} if name == "Claim" else there)


@pytest.mark.parametrize("name", RECORDS)
def test_every_column_is_typed(name: str) -> None:
    assert list(RECORDS[name].__annotations__) == list(RECORDS[name].__slots__)


def test_a_missing_text_is_empty_and_a_flag_is_one(journal: sqlite3.Connection) -> None:
    journal.execute(
        "INSERT INTO agent (kind, session, state, opened, seen, read_only) VALUES ('main', 's', 'open', 5, 6, 1)"
    )
    agent = records.Agent(journal.execute(f"SELECT {records.Agent.COLUMNS} FROM agent").fetchone())
    assert (agent.run, agent.task, agent.tool_use, agent.agent_id, agent.worktree) == ("", "", "", "", "")
    assert (agent.parent, agent.client, agent.started, agent.ended) == (None, None, None, None)
    assert agent.read_only is True and agent.is_live and agent.began == 5.0


def test_a_claim_comes_with_its_owner(journal: sqlite3.Connection) -> None:
    journal.execute("INSERT INTO agent (id, kind, session, state, opened, seen) VALUES (7, 'main', 's', 'open', 5, 6)")
    journal.execute("INSERT INTO claim VALUES ('src', 'src/**', 7, 'src/.+', 'granted', 9)")
    row = journal.execute(f"SELECT {records.Claim.COLUMNS} FROM claim JOIN agent ON agent.id = claim.agent").fetchone()
    claim = records.Claim(row)
    assert (claim.anchor, claim.pattern, claim.regex, claim.kind, claim.since) == (
        "src",
        "src/**",
        "src/.+",
        "granted",
        9,
    )
    assert (claim.owner.id, claim.owner.kind) == (7, "main")

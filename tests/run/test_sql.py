"""SQL stands in the modules that own a table; what is written to a table is written in one of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from project import CHECKOUT

from dev import house
from fanout.run.store import db_schema

PACKAGE = CHECKOUT / "scripts" / "fanout"
OWNERS = {
    "run/agents/agents.py": {"agent"},
    "run/agents/attempts.py": {"attempt"},
    "run/agents/calls.py": {"call", "look"},
    "run/agents/claims.py": {"claim"},
    "run/agents/held.py": {"held"},
    "run/agents/waiting.py": {"waiting"},
    "run/changes/changes.py": {"changed"},
    "run/changes/latest.py": {"latest"},
    "run/changes/watch.py": {"watched"},
    "run/changes/written.py": {"written"},
    "run/store/journal.py": {"event", "said"},
    "run/store/meta.py": {"meta"},
    "run/store/notice.py": {"notice"},
    "run/store/planned.py": {"need", "hazard", "declared"},
    "run/tasks/asked.py": {"asked"},
    "run/tasks/runs.py": {"run", "listed"},
    "run/tasks/tasks.py": {"task"},
}
STORE = "run/store/"  # opens the journal, knows its schema
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|BEGIN|COMMIT|ROLLBACK|WHERE)\s")
CHANGE = re.compile(r"\b(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) (\w+)")
CALLS = ("execute", "executemany", "executescript")


def tree(name: str) -> ast.Module:
    return ast.parse((PACKAGE / name).read_text(encoding="utf-8"))


def statements(module: ast.Module) -> Iterator[str]:
    """The texts that begin as a statement of SQL, or as the tail of one, does."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
            yield node.value


def uses(module: ast.Module) -> list[str]:
    """Where a module speaks SQL: its statements, calls of a connection, imports of what selects."""
    found = [f"the text {text[:60]!r}" for text in statements(module)]
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
            receiver = ast.unparse(node.func.value)
            if receiver in ("db", "connection") or receiver.endswith((".db", ".connection")):
                found.append(f"{receiver}.{node.func.attr}")
        if isinstance(node, ast.ImportFrom) and any(alias.name == "select" for alias in node.names):
            found.append("import of select")
    return found


def test_nobody_else_speaks_sql() -> None:
    names = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")}
    assert names >= set(OWNERS), "a module of this list is gone"
    others = sorted(name for name in names - set(OWNERS) if not name.startswith(STORE))
    wrong = {name: found for name in others if (found := uses(tree(name)))}
    assert not wrong, "ask the module that owns the table, or give it the function that is missing"


@pytest.mark.parametrize("name", OWNERS)
def test_an_owner_writes_its_own_tables_alone(name: str) -> None:
    assert set(CHANGE.findall((PACKAGE / name).read_text(encoding="utf-8"))) == OWNERS[name]


def test_the_numbers_of_the_house_know_the_owners() -> None:
    assert set(house.WRITERS) == {name for name in OWNERS if not name.startswith(STORE)}


def test_every_table_has_one_owner() -> None:
    made: set[str] = set()
    for text in db_schema.STEPS.values():
        made = (made - set(re.findall(r"DROP TABLE (\w+)", text))) | set(re.findall(r"CREATE TABLE (\w+)", text))
    owned = [table for tables in OWNERS.values() for table in tables]
    assert sorted(owned) == sorted(made)


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ('db.execute("SELECT 1 FROM run")', 2),
        ("call.db.execute(query)", 1),
        ("rows = connection.executemany(query, [])", 1),
        ("from fanout.run.store import select", 1),
        ('tail = f"WHERE id = {x}"', 1),
        ('"""Where a run stands."""\nsaid = "SELECTED"', 0),
        ("pool.execute(job)", 0),
    ],
)
def test_what_counts_as_sql(code: str, count: int) -> None:
    assert len(uses(ast.parse(code))) == count

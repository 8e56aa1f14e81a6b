"""What an agent is to be told with its next guarded call, once."""

from __future__ import annotations

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3


def leave(db: sqlite3.Connection, agent: int, text: str) -> None:
    """Inside a transaction."""
    db.execute("INSERT INTO notice (agent, text) VALUES (?, ?)", (agent, text))


def there_is(db: sqlite3.Connection, agent: int) -> bool:
    return db.execute("SELECT 1 FROM notice WHERE agent = ?", (agent,)).fetchone() is not None


def take(db: sqlite3.Connection, agent: int) -> list[str]:
    """All of them, oldest first; then they are gone. Inside a transaction."""
    rows = db.execute("SELECT id, text FROM notice WHERE agent = ? ORDER BY id", (agent,)).fetchall()
    if rows:
        db.execute("DELETE FROM notice WHERE agent = ?", (agent,))
    return [row["text"] for row in rows]

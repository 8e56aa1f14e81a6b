"""Reading a hook's input: every field may be missing, of a wrong type, or hostile."""

from __future__ import annotations

LONGEST_PATH = 4096


def text(data: dict[str, object], key: str) -> str:
    """A text field, "" when it is missing or no text."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def record(data: dict[str, object], key: str) -> dict[str, object]:
    """An object field, {} when it is missing or no object."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}

"""One JSON object of a source, its fields taken with their types checked."""

from __future__ import annotations

from fanout.errors import Problem


class Fields:
    """Typed access to a decoded object. What has the wrong type goes to `problems` and counts as absent."""

    def __init__(self, data: dict[str, object], record: str, problems: list[Problem]) -> None:
        self.data = data
        self.record = record
        self.problems = problems

    def text(self, name: str, default: str = "") -> str:
        """Text, or a number as text; null is absence."""
        value = self.data.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        self.wrong(name, value, "this must be text")
        return default

    def texts(self, name: str) -> list[str]:
        """A list of texts; one text alone is a list of one; numbers become text."""
        value = self.data.get(name)
        if value is None or value == "":
            return []
        items = value if isinstance(value, list) else [value]
        found: list[str] = []
        for item in items:
            if isinstance(item, str):
                found.append(item)
            elif isinstance(item, (int, float)) and not isinstance(item, bool):
                found.append(str(item))
            else:
                self.wrong(name, item, "this must be a list of texts")
        return found

    def flag(self, name: str) -> bool | None:
        """True or False, also written as text; None when absent."""
        value = self.data.get(name)
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if value is None or isinstance(value, bool):
            return value
        self.wrong(name, value, "this must be true or false")
        return None

    def number(self, name: str) -> float | None:
        value = self.data.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        if value is not None:
            self.wrong(name, value, "this must be a number")
        return None

    def objects(self, name: str) -> list[dict[str, object]]:
        """A list of objects."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(name, value, "this must be a list")
            return []
        found: list[dict[str, object]] = []
        for item in value:
            if isinstance(item, dict):
                found.append(item)
            else:
                self.wrong(name, item, "this must be a list of objects")
        return found

    def wrong(self, name: str, value: object, message: str, fix: str = "") -> None:
        shown = type(value).__name__ if isinstance(value, (dict, list)) else repr(value)
        self.problems.append(Problem(self.record, name, shown[:60], message, fix or f'Correct "{name}" there.'))

"""One JSON object of a source, its fields taken with their types checked."""

from __future__ import annotations

from fanout.errors import Problem


class Fields:
    """Typed access to a decoded object. What has the wrong type goes to `problems` and counts as absent.

    `shape` names the object's JSON Schema (see plan/schema/catalogue.py): it has the words for what is wrong. It is
    only asked when something is, since it takes longer to load than most lists to read.
    """

    def __init__(self, data: dict[str, object], record: str, problems: list[Problem], shape: str) -> None:
        self.data = data
        self.record = record
        self.problems = problems
        self.shape = shape
        self._explained: set[str] | None = None

    def text(self, name: str, default: str = "") -> str:
        """Text, or a number as text; null is absence."""
        value = self.data.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        self.wrong(name)
        return default

    def texts(self, name: str) -> list[str]:
        """A list of texts; one text alone is a list of one; numbers become text."""
        value = self.data.get(name)
        if value is None or value == "":
            return []
        items = value if isinstance(value, list) else [value]
        texts: list[str] = []
        for item in items:
            if isinstance(item, str):
                texts.append(item)
            elif isinstance(item, (int, float)) and not isinstance(item, bool):
                texts.append(str(item))
            else:
                self.wrong(name)
        return texts

    def flag(self, name: str) -> bool | None:
        """True or False, also written as text; None when absent."""
        value = self.data.get(name)
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if value is None or isinstance(value, bool):
            return value
        self.wrong(name)
        return None

    def number(self, name: str) -> float | None:
        value = self.data.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        if value is not None:
            self.wrong(name)
        return None

    def objects(self, name: str) -> list[dict[str, object]]:
        """A list of objects."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(name)
            return []
        objects = [item for item in value if isinstance(item, dict)]
        if len(objects) < len(value):
            self.wrong(name)
        return objects

    def wrong(self, name: str) -> None:
        """The field `name` can't be used: the problems of the whole object are told, each once."""
        if self._explained is None:
            from fanout.plan.schema import explain

            told = explain.problems(self.shape, self.record, self.data)
            self.problems += told
            self._explained = {problem.field.partition("[")[0].partition(".")[0] for problem in told}
        if name not in self._explained:
            self._explained.add(name)
            self.problems.append(Problem(self.record, name, "", "this has the wrong type", f'Correct "{name}" there.'))

"""What goes wrong, in three kinds: the user's source, the user's request, and our own failure.

Exit codes of the command line: 0 fine, 1 the source or the state is wrong, 2 usage, 3 our own failure.
"""

from __future__ import annotations

EXIT_WRONG = 1
EXIT_USAGE = 2
EXIT_OURS = 3


class FanoutError(Exception):
    """One clear message for the user, and what to type next. Exit code 1."""

    exit_code = EXIT_WRONG

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".rstrip() if self.fix else self.message


class NoList(FanoutError):
    """The file `path` holds no tasks that can be read; an agent writes a list of it to `made`."""

    def __init__(self, message: str, fix: str, path: str, made: str) -> None:
        super().__init__(message, fix)
        self.path = path
        self.made = made


class NothingToMark(FanoutError):
    """The list has no place for a task's status, as a numbered line without a box."""


class Problem:
    """One thing that is wrong in a source: which record, which field, what was found, what would be right."""

    __slots__ = ("field", "fix", "found", "message", "record")

    def __init__(self, record: str, field: str, found: str, message: str, fix: str = "") -> None:
        self.record = record
        self.field = field
        self.found = found
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        place = " ".join(part for part in (self.record, self.field) if part)
        found = f" (found {self.found})" if self.found else ""
        fix = f" {self.fix}" if self.fix else ""
        return f"{place}: {self.message}{found}.{fix}" if place else f"{self.message}{found}.{fix}"

    def as_dict(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ("record", "field", "found", "message", "fix")}


class SourceError(FanoutError):
    """The user's source can't be planned. Holds every problem found, so that one edit can fix them all."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class NewerSchema(FanoutError):
    """The database was written by a newer fanout than this one."""


class Damaged(FanoutError):
    """The database can't be read."""


class Busy(FanoutError):
    """The database stayed locked past the deadline."""

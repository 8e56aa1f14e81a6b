"""What is missing for a task to be done: what was found, for everybody, and what its agent does about it, for that one."""

from __future__ import annotations

from fanout.run.evidence import telling_lines

NOT_HERE = "can't be run here"  # of a check whose program is not there


class Gap(str):
    """As the agent is told it: what was found, and what to do. False when nothing is missing."""

    __slots__ = ("found",)
    found: str

    def __new__(cls, found: str = "", to_do: str = "") -> Gap:
        gap = str.__new__(cls, f"{found} {to_do}".rstrip() if "\n" not in found else f"{found}\n{to_do}".rstrip())
        gap.found = found
        return gap


def found(missing: str) -> str:
    """What is missing, without the words for the agent."""
    return missing.found if isinstance(missing, Gap) else missing


def as_outcome(missing: str) -> str:
    """What is said of a task that failed for it, though its agent said that it is done."""
    line = in_a_line(missing)
    is_check = line.startswith("`") and NOT_HERE not in line
    return f"its check failed: {line}" if is_check else f"said done, but {line}"


def in_a_line(missing: str) -> str:
    """`found`, of what a command printed only the line that tells most."""
    first, *rest = [line.strip() for line in found(missing).splitlines() if line.strip()]
    if not rest:
        return first.rstrip(":.")
    return f"{first} {telling_lines.in_a_line(rest)}"

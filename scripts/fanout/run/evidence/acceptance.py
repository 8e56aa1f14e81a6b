"""The acceptance commands of a task: run one at a time, only as the plan had them when the user started the run."""

from __future__ import annotations

import os
import re
import time

from fanout.run.evidence import command, telling_lines
from fanout.run.evidence.gaps import NOT_HERE, Gap
from fanout.run.store import run_files, state_dir

MINUTES = 4.0
HOOK_SECONDS = 540.0
"""What a hook may spend here: the client gives it ten minutes, and an agent whose hook is cut off is never judged."""
LOOK_SECONDS = 0.1

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


def hook_until() -> float:
    """Until when a hook that has just begun may run commands."""
    return time.monotonic() + HOOK_SECONDS


class NoTime(Exception):
    """The time that there was is over, and nothing is judged: ask again."""


class NotYours(Exception):
    """A command fails for what the task did not do. The message tells the agent so, at no cost: ask again.

    `is_final`: it was asked often enough; the task can't be judged now, and not before those are done that are to make what
    `command` needs: `makers`, with the files of each.
    """

    def __init__(
        self, text: str, is_final: bool = False, makers: dict[str, list[str]] | None = None, command: str = ""
    ) -> None:
        super().__init__(text)
        self.is_final = is_final
        self.makers = makers or {}
        self.command = command


NOT_FOUND = 127  # what a shell exits with
NOT_YOURS = "That is no fault of your work, and not yours to install: end with BLOCKED, and say that the check can't be run here."
_NO_MODULE = re.compile(r"^\S*: No module named (\S+)$", re.MULTILINE)
_NO_PROGRAM = re.compile(r"^[^\n]*?([^\s:]+): (?:command )?not found$", re.MULTILINE)


class Failure:
    """A command that did not exit 0: `code` is None when it ran out of time, `kept` the file with the whole output.

    `is_cut_off`: it had less time than the plan gives it.
    """

    __slots__ = ("code", "is_cut_off", "item", "kept", "output", "until")

    def __init__(self, item: dict[str, Any], code: int | None, output: bytes, kept: str, until: float | None) -> None:
        self.item = item
        self.code = code
        self.is_cut_off = False
        self.output = output
        self.kept = kept
        self.until = until

    def again(self, folder: str, env: dict[str, str]) -> tuple[int | None, bytes]:
        """Runs the command in another folder, for as long as there still is; the output is kept too."""
        code, output = command.run(self.item["command"], folder, min(_seconds(self.item), _left(self.until)), env)
        with open(self.kept, "ab") as out:
            out.write(_noted(f"{self.item['command']}  # in a copy: {folder}", code, output))
        return code, output


def failure(
    root: str,
    base: str,
    run: str,
    task: str,
    record: dict[str, Any],
    when: str = "task",
    until: float | None = None,
    excuse: Callable[[Failure], str | None] | None = None,
    env: dict[str, str] | None = None,
) -> str:
    """The first command that does not exit 0, with what tells most of what it printed; "" when all do.

    `when` is "task" for those due when the agent says done, "end" for those that wait for the whole run. `until`: how
    long it may take, on the clock `time.monotonic`; raises NoTime when that goes by because of other tasks, or at the end
    of a run. Every output is kept in the file that the answer names. Commands run in `base`, as command.run runs them.
    `excuse` says what a failure comes to: a text, "" when it is no failure of the task, None for what it says itself.
    """
    commands = [item for item in record.get("accept") or [] if item.get("command") and item.get("when", "task") == when]
    if not commands:
        return ""
    kept = run_files.accepted(root, run, task)
    os.makedirs(os.path.dirname(kept), exist_ok=True)
    with _Turn(root, _patience(commands, until)) as turn:
        for item in commands:
            failed = _failure(item, base, kept, until, env)
            if failed is not None and failed.is_cut_off and (turn.waited or when == "end"):
                raise NoTime
            said = _said(failed, base, excuse, record.get("writes") or []) if failed is not None else ""
            if said:
                return said
    return ""


def _failure(
    item: dict[str, Any], base: str, kept: str, until: float | None, env: dict[str, str] | None
) -> Failure | None:
    """Runs one command, and keeps its output. None when it exits 0."""
    seconds, left = _seconds(item), _left(until)
    code, output = command.run(item["command"], base, min(seconds, left), env)
    with open(kept, "ab") as out:
        out.write(_noted(item["command"], code, output))
    if code == 0:
        return None
    failed = Failure(item, code, output, kept, until)
    failed.is_cut_off = code is None and left < seconds
    return failed


def _said(failed: Failure, base: str, excuse: Callable[[Failure], str | None] | None, own: list[str]) -> str:
    """What a failure comes to, "" when it is excused. `own`: what the task writes."""
    if failed.is_cut_off:
        return _too_long(failed.item["command"])
    if lacking := lacks(failed.item["command"], failed.code, failed.output, own):
        return Gap(f"`{failed.item['command']}` {NOT_HERE} ({lacking}).", NOT_YOURS)
    excused = excuse(failed) if excuse and failed.code is not None else None
    return (
        _failed(failed.item, failed.code, failed.output, run_files.shown(base, failed.kept))
        if excused is None
        else excused
    )


def lacks(command: str, code: int | None, output: bytes, own: Iterable[str] = ()) -> str:
    """What a command said of a program or a module of Python that is not there, "" when it ran. What a script that the task
    writes itself (`own`, paths or patterns) does not find is a fault of that script."""
    text = output.decode("utf-8", "replace")
    module = _NO_MODULE.search(text)
    if module and f"-m {module[1]}" in command:
        return module[0].strip()
    program = _NO_PROGRAM.search(text) if code == NOT_FOUND else None
    if program is None or "/" in program[1] or any(_is_in(program[0], path) for path in own):
        return ""
    return program[0].strip()


def _is_in(said: str, path: str) -> bool:
    """Whether a shell says it of a line in the file: "t/disk.sh: 7: ./lib/disk.sh: Task: not found"."""
    import fnmatch

    places = [part.removeprefix("./") for part in said.strip().split(": ")]
    return any(fnmatch.fnmatchcase(place, path) for place in places)


def _failed(item: dict[str, Any], code: int | None, output: bytes, kept: str) -> str:
    why = f"ran out of time ({_seconds(item) / 60:g} min)" if code is None else f"exited {code}"
    if not (shown := telling_lines.of(output)):
        return Gap(f"`{item['command']}` {why}, and printed nothing.", "Fix it.")
    return Gap(f"`{item['command']}` {why}:\n{shown}", f"Fix it (whole output: {kept}).")


def _noted(line: str, code: int | None, output: bytes) -> bytes:
    """A command and its output, for the file."""
    end = b"" if output.endswith(b"\n") or not output else b"\n"
    return f"$ {line}\n".encode() + output + end + f"[exit {code}]\n".encode()


def _seconds(item: dict[str, Any]) -> float:
    return float(item.get("timeout_minutes") or MINUTES) * 60


def _left(until: float | None) -> float:
    return float("inf") if until is None else until - time.monotonic()


def _patience(commands: list[dict[str, Any]], until: float | None) -> float:
    """How long to wait for the turn: what the commands themselves leave, at least half of the time."""
    left = _left(until)
    return max(left - sum(map(_seconds, commands)), left / 2)


def _too_long(line: str) -> str:
    return Gap(
        f"`{line}` takes longer than the {HOOK_SECONDS / 60:g} minutes that there are when an agent ends; with "
        f'`"when": "end"` in the plan it runs after everything.',
        "If your work is right, that is not yours to fix: end with BLOCKED and say so.",
    )


class _Turn:
    """One acceptance at a time in a project: siblings' test runs would disturb each other."""

    __slots__ = ("file", "path", "patience", "waited")

    def __init__(self, root: str, patience: float) -> None:
        self.path = os.path.join(state_dir.folder_of(root), "accept.lock")
        self.patience = patience
        self.waited = False

    def __enter__(self) -> _Turn:
        """Raises NoTime when the turn does not come in time."""
        self.file = open(self.path, "wb")
        try:
            import fcntl
        except ImportError:  # Windows: without turns
            return self
        given_up = time.monotonic() + self.patience
        while True:
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return self
            except OSError:
                self.waited = True
                if time.monotonic() >= given_up:
                    self.file.close()
                    raise NoTime from None
                time.sleep(LOOK_SECONDS)

    def __exit__(self, *exc: object) -> None:
        self.file.close()

"""The acceptance commands of a task: run one at a time, only as the plan had them when the user started the run."""

from __future__ import annotations

import os

from fanout.run import files, place

MINUTES = 4.0
SHOWN = 600


def failure(root: str, base: str, run: str, task: str, record: dict[str, object], when: str = "task") -> str:
    """The first command that does not exit 0, with the end of what it printed; "" when all do.

    `when` is "task" for those due when the agent says done, "end" for those that wait for the whole run.
    Every output is kept in the file that the answer names. Commands run in `base`, through sh, without input.
    """
    criteria = record.get("accept")
    commands = [
        item
        for item in (criteria if isinstance(criteria, list) else [])
        if item.get("command") and item.get("when", "task") == when
    ]
    if not commands:
        return ""
    kept = files.accepted(root, run, task)
    os.makedirs(os.path.dirname(kept), exist_ok=True)
    with _Turn(root), open(kept, "ab") as out:
        for item in commands:
            command = item["command"]
            code, output = _run(command, base, float(item.get("timeout_minutes") or MINUTES) * 60)
            end = b"" if output.endswith(b"\n") or not output else b"\n"
            out.write(f"$ {command}\n".encode() + output + end + f"[exit {code}]\n".encode())
            if code != 0:
                tail = _tail(output.decode("utf-8", "replace").strip())
                why = "ran out of time" if code is None else f"exited {code}"
                return f"`{command}` {why}:\n{tail}\nMend it (whole output: {files.shown(root, kept)})."
    return ""


def _tail(text: str) -> str:
    """The last lines, whole, as far as there is room."""
    if len(text) <= SHOWN:
        return text
    cut = text[-SHOWN:]
    return cut.partition("\n")[2] or cut


def _run(command: str, cwd: str, seconds: float) -> tuple[int | None, bytes]:
    """Exit code (None when it ran out of time, its whole process group is then killed) and output."""
    import signal
    import subprocess

    process = subprocess.Popen(
        ["sh", "-c", command],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        output, _ = process.communicate()
        return None, output


class _Turn:
    """One acceptance at a time in a project: siblings' test runs would disturb each other."""

    __slots__ = ("file", "path")

    def __init__(self, root: str) -> None:
        self.path = os.path.join(place.folder_of(root), "accept.lock")

    def __enter__(self) -> None:
        self.file = open(self.path, "w")
        try:
            import fcntl

            fcntl.flock(self.file, fcntl.LOCK_EX)
        except ImportError:  # Windows: without turns
            pass

    def __exit__(self, *exc: object) -> None:
        self.file.close()

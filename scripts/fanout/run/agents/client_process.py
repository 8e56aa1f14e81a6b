"""The client process behind an agent: is it still there?

Nothing here sends a signal where that could end something: on Windows `os.kill(pid, 0)` does.
"""

from __future__ import annotations

import os

ON_WINDOWS = os.name == "nt"
UTC = {"LC_ALL": "C", "TZ": "UTC0"}  # the same words for the same time, whoever asks


def current() -> tuple[int | None, str]:
    """The client's process id and start time, from the environment of a hook; (None, "") when it does not say."""
    text = os.environ.get("CLAUDE_PID", "")
    if not text.isdigit():
        return None, ""
    pid = int(text)
    return pid, start_of(pid)


def start_of(pid: int) -> str:
    """When the process started, in the system's own words, without blanks; "" when it is gone or the system does not tell."""
    if ON_WINDOWS:
        from fanout.run.agents import windows_process

        return windows_process.start_of(pid)
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rsplit(b")", 1)[1].split()[19].decode()
    except (OSError, IndexError):
        return "" if os.path.exists("/proc/self/stat") else "-".join(told("lstart=", pid).split())


def is_gone(pid: int | None, start: str | None) -> bool:
    """True only on evidence: no such process, or another one that reuses its number."""
    if pid is None:
        return False
    if not _exists(pid):
        return True
    began = start_of(pid) if start else ""
    return bool(start and began and start != began)


def _exists(pid: int) -> bool:
    """False only when the system says that there is no such process."""
    if ON_WINDOWS:
        from fanout.run.agents import windows_process

        return windows_process.exists(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def told(column: str, pid: int) -> str:
    """One column of what `ps` tells of a process, "" where there is no such process or no such `ps`."""
    import subprocess

    command = ["ps", "-ww", "-o", column, "-p", str(pid)]
    try:
        done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, **UTC}, timeout=5)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def is_attended() -> bool:
    """Whether somebody sits before the client that this process is one of."""
    # test_permissions::test_a_session_that_nobody_attends
    return os.environ.get("CLAUDE_CODE_SESSION_ATTENDED") != "0"

"""A program that is asked and answers: started without the module subprocess, which takes as long to load as git to answer."""

from __future__ import annotations

import os
import time

LONGEST_READ = 65536


def is_possible() -> bool:
    """Windows starts processes another way."""
    return hasattr(os, "posix_spawn")


def answer(command: list[str], env: dict[str, str], seconds: float) -> tuple[int, bytes] | None:
    """Exit code and output of a program that is given no input; None when there is none or it takes longer."""
    from _signal import SIGPIPE  # type: ignore[import-not-found]  # signal itself imports enum

    program = _found(command[0], env.get("PATH", os.defpath))
    read, write = os.pipe()
    actions: list[tuple[int, ...] | tuple[int, int, str, int, int]] = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, write, 1),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    try:
        process = os.posix_spawn(program, command, env, file_actions=actions, setsigdef=[SIGPIPE])
    except (OSError, ValueError):
        os.close(read)
        return None
    finally:
        os.close(write)
    output = _read(read, time.monotonic() + seconds)
    if output is None:
        os.kill(process, 9)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return None if output is None else (code, output)


def _found(name: str, path: str) -> str:
    """Where the shell would find the program; its name when it would not."""
    places = (os.path.join(folder, name) for folder in path.split(os.pathsep) if folder)
    return next((place for place in places if os.path.isfile(place) and os.access(place, os.X_OK)), name)


def _read(file: int, until: float) -> bytes | None:
    """All that comes; None when it has not ended by then. Closes the file."""
    import select

    poll = select.poll()
    poll.register(file, select.POLLIN | select.POLLHUP)
    parts: list[bytes] = []
    try:
        while poll.poll(max(0.0, until - time.monotonic()) * 1000):
            part = os.read(file, LONGEST_READ)
            if not part:
                return b"".join(parts)
            parts.append(part)
        return None
    finally:
        os.close(file)

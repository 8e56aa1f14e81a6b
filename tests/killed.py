"""Work that a process is in the middle of when it is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any


def killed_at(
    step: int, work: Callable[[Callable[..., None]], None], changes: Sequence[tuple[ModuleType, str]]
) -> bool:
    """Does the work in a process that is killed just before this step; False when the work came to its end.

    Each call of the functions `changes` is a step, and each call of what `work` is given, as for a connection's statements.
    """
    child = os.fork()
    if child == 0:
        left = step

        def count(*_: object) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            for module, name in changes:
                setattr(module, name, _counted(getattr(module, name), count))
            work(count)
            os._exit(0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _counted(call: Callable[..., Any], count: Callable[..., None]) -> Callable[..., Any]:
    def counting(*args: Any, **options: Any) -> Any:
        count()
        return call(*args, **options)

    return counting

"""Processes as Windows tells of them: by a handle that may only ask, never by a signal."""

from __future__ import annotations

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Any

MAY_ASK = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
NO_SUCH_PROCESS = 87  # ERROR_INVALID_PARAMETER
STILL_ACTIVE = 259


def exists(pid: int) -> bool:
    """False only when Windows says that there is no such process, or that it has ended."""
    found = _asked(pid)
    return found is None or found[0]


def start_of(pid: int) -> str:
    """When it was created, in units of 100 ns; "" when it is gone or Windows does not tell."""
    found = _asked(pid)
    return found[1] if found is not None and found[0] else ""


def _asked(pid: int) -> tuple[bool, str] | None:
    """Whether it runs, and since when; None where that is not told."""
    import ctypes

    kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined, unused-ignore]
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(MAY_ASK, False, ctypes.c_uint32(pid))
    if not handle:
        error: int = ctypes.get_last_error()  # type: ignore[attr-defined, unused-ignore]
        return (False, "") if error == NO_SUCH_PROCESS else None
    try:
        return _described(kernel, ctypes.c_void_p(handle))
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))


def _described(kernel: Any, handle: Any) -> tuple[bool, str] | None:
    import ctypes

    code = ctypes.c_uint32()
    if not kernel.GetExitCodeProcess(handle, ctypes.byref(code)):
        return None
    times = [ctypes.c_uint64() for _ in range(4)]  # created, ended, in the kernel, outside of it
    if not kernel.GetProcessTimes(handle, *map(ctypes.byref, times)):
        return code.value == STILL_ACTIVE, ""
    return code.value == STILL_ACTIVE, str(times[0].value)

"""Commands that print numbers of processes which are not all the caller's, and filters that narrow what they print."""

from __future__ import annotations

from fanout.shell.globs import listings
from fanout.shell.runtime.noting import lists

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

OF_ONE_FAMILY = ("-p", "--pid", "--ppid", "-P", "--parent", "-g", "--pgroup", "-s", "--session", "--sid", "-F", "p")


def processes(call: Call) -> None:
    """pgrep, pidof, ps: without an option that names the process, its parent or its group by number."""
    chosen = call.name != "pidof" and any(
        arg in OF_ONE_FAMILY or arg.startswith(("--ppid=", "--pid=", "-P", "-p")) for arg in call.args
    )
    if not chosen:
        lists(call, "processes", call.args)


def sockets(call: Call) -> None:
    """lsof, ss, netstat: who uses a port or a file."""
    if not (call.name == "lsof" and any(arg == "-p" or arg.startswith("-p") for arg in call.args)):
        lists(call, "processes", call.args)


def narrowed(call: Call) -> None:
    """grep, awk and sed after a listing: what they look for says which of it is meant."""
    text = call.shell.stdin.text if call.shell.stdin is not None else None
    if text and "\6l" in text:
        known = call.shell.effects.listings
        for number in listings(text):
            if number < len(known):
                known[number].words.extend(call.args)

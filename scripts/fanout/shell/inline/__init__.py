"""Programs in other languages that a command line spells out (`python -c`, a here-document): what they would write."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call


def program(call: Call, text: str, arguments: list[str], language: str) -> None:
    if language == "python":
        from fanout.shell.inline.python import follow

        follow(call, text, arguments)
    else:
        from fanout.shell.inline.others import scan

        scan(call, text, arguments, language)
    call.emit(None)

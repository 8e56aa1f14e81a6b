"""Is a check's command the user's already? It stands in backticks in a list that they named, as that was when its run began;
or fanout has found it as the project's own and said to ask for it, and the user has typed something since.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call


def is_so(call: Call, command: str) -> bool:
    """Of a command that `fanout amend --accept` names."""
    if not call.root or not command.strip():
        return False
    from fanout.hooks.launching import start_line
    from fanout.run.store import meta
    from fanout.run.store.db import by_system
    from fanout.run.tasks import readiness, runs

    whole = f"`{command.strip()}`"
    for run in runs.active(call.db):
        is_named = run.source != "-" and start_line.is_named(call.transcript, run.source)
        if is_named and any(whole in text for text in _texts(runs.document(call.db, run))):
            return True
        if meta.get(call.db, readiness.TESTS + run.id) == command.strip():
            return start_line.typed_since(call.transcript, by_system(run.started))
    return False


def _texts(document: object) -> list[str]:
    """Each text of a list's document, however deep."""
    if isinstance(document, str):
        return [document]
    parts = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    return [text for part in parts for text in _texts(part)]

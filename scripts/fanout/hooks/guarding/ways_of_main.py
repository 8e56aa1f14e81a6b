"""What a denial of git tells the main conversation beside the reason: how the user's word is carried out all the same."""

from __future__ import annotations

import shlex

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call

MOST_KEPT = 500
MOST_PLACES = 4
COMMITS = ("stage, unstage or commit", "git commit would")


def beside(call: Call, reason: str, longest: int, at_stake: list[str], places: list[str]) -> str:
    """The reason with the way. What is `at_stake` is kept now where `places` are to be emptied."""
    if places:
        from fanout.run.commits import kept

        kept.keep(call.root, at_stake, MOST_KEPT)
        shown = " ".join(map(shlex.quote, places[:MOST_PLACES]))
        return (
            f"{reason[: longest - 170]}. If the user asked for exactly that: `fanout discard {shown}`, which keeps "
            f"the bytes (--dry-run: what it would take). They are kept now, too: .fanout/kept."
        )
    if any(words in reason for words in COMMITS):
        from fanout.run.tasks import runs

        run = next((run.id for run in runs.active(call.db) if run.session in ("", call.session)), "")
        if run:
            return f"{reason[: longest - 110]}. What tasks have done: `fanout commit --all {run}`, a commit for each."
    return reason

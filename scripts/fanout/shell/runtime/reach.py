"""What of a line's effects beside the files others may feel, by its words alone: who holds what, the journal knows."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.effects import Effects, Runtime


def shared(effects: Effects) -> list[Runtime]:
    """Those that end what is not the line's own: all there is, and named things that it did not start before."""
    started: set[str] = set()
    found = []
    for effect in effects.runtime:
        if effect.reach == "starts":
            started.update(effect.things)
        elif effect.reach in ("all", "named"):
            is_own = bool(effect.things) and started.issuperset(effect.things)
            if not is_own and started.isdisjoint(effect.within):
                found.append(effect)
    return found

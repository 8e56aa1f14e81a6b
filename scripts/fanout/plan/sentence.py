"""Lists in sentences."""

from __future__ import annotations

from collections.abc import Sequence

NAMES_SHOWN = 5


def listed(names: Sequence[str], most: int = NAMES_SHOWN) -> str:
    """`01`, `01 and 02`, `01, 02 and 03`; of many the first ones and how many more."""
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


def minutes(value: float) -> str:
    """`30 s`, `12 min`, `2 h`."""
    if value < 1:
        return f"{value * 60:.0f} s"
    return f"{value / 60:.3g} h" if value >= 120 else f"{value:.3g} min"

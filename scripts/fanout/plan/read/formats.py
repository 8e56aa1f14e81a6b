"""Every format by name, and the choice of one for a source."""

from __future__ import annotations

from fanout.errors import FanoutError
from fanout.plan.read import native, oac
from fanout.plan.reading import Format, Reading, Source

FORMATS: dict[str, Format] = {
    native.NAME: native.FORMAT,
    oac.NAME: oac.FORMAT,
}


def read(source: Source, forced: str | None = None) -> Reading:
    """The source as the format `forced`, or as the one that knows it best. Raises FanoutError when none does."""
    return choose(source, forced).read(source)


def choose(source: Source, forced: str | None = None) -> Format:
    """The format to read `source` with."""
    if forced is not None:
        if forced not in FORMATS:
            raise FanoutError(f"there is no format {forced!r}.", f"Formats: {', '.join(FORMATS)}.")
        return FORMATS[forced]
    scores = [(format_.detect(source), -order, format_) for order, format_ in enumerate(FORMATS.values())]
    best = max(scores, key=lambda score: score[:2])
    if best[0] <= 0:
        name = source.path or "standard input"
        raise FanoutError(f"{name} is in no format known here.", f"Formats: {', '.join(FORMATS)}; or use --format.")
    return best[2]

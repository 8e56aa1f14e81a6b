"""Draws the icons of both plugins, .claude-plugin/icon.png: one dot that fans out into four.

Plain Python: shapes as distances, a pixel's cover from its distance to the edge.
"""

from __future__ import annotations

import math
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
SIZE = 512
Colour = tuple[int, int, int]
Shape = Callable[[float, float], float]

INDIGO: Colour = (49, 46, 129)
TEAL: Colour = (17, 94, 89)
LIGHT: Colour = (238, 242, 255)
AMBER: Colour = (251, 191, 36)

ROOT = (120.0, 256.0)
LEAVES = [(392.0, y) for y in (96.0, 203.0, 309.0, 416.0)]


def disc(x: float, y: float, radius: float) -> Shape:
    return lambda px, py: math.hypot(px - x, py - y) - radius


def line(x: float, y: float, to_x: float, to_y: float, width: float) -> Shape:
    dx, dy = to_x - x, to_y - y
    length = dx * dx + dy * dy

    def distance(px: float, py: float) -> float:
        along = max(0.0, min(1.0, ((px - x) * dx + (py - y) * dy) / length))
        return math.hypot(px - x - along * dx, py - y - along * dy) - width / 2

    return distance


def tile(radius: float) -> Shape:
    half = SIZE / 2

    def distance(px: float, py: float) -> float:
        dx, dy = abs(px - half) - (half - radius), abs(py - half) - (half - radius)
        return math.hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - radius

    return distance


def shapes(leaf: Colour) -> list[tuple[Shape, Colour]]:
    """What is drawn on the tile, from back to front."""
    found: list[tuple[Shape, Colour]] = [(line(*ROOT, *end, 16), LIGHT) for end in LEAVES]
    found += [(disc(*end, 40), leaf) for end in LEAVES]
    return [*found, (disc(*ROOT, 56), LIGHT)]


def pixels(ground: Colour, leaf: Colour) -> bytes:
    """The rows of the picture, each behind its filter byte, as RGBA."""
    drawn = shapes(leaf)
    edge = tile(96)
    out = bytearray()
    for row in range(SIZE):
        out.append(0)
        for column in range(SIZE):
            x, y = column + 0.5, row + 0.5
            red, green, blue = (float(part) for part in ground)
            for shape, (r, g, b) in drawn:
                cover = min(1.0, max(0.0, 0.5 - shape(x, y)))
                if cover:
                    red, green, blue = (
                        old + (new - old) * cover for old, new in zip((red, green, blue), (r, g, b), strict=True)
                    )
            alpha = min(1.0, max(0.0, 0.5 - edge(x, y)))
            out += bytes((round(red), round(green), round(blue), round(255 * alpha)))
    return bytes(out)


def png(rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def main() -> int:
    for folder, ground, leaf in ((TOP, INDIGO, AMBER), (TOP / "plugins" / "debug", TEAL, AMBER)):
        target = folder / ".claude-plugin" / "icon.png"
        target.write_bytes(png(pixels(ground, leaf)))
        print(target.relative_to(TOP))
    return 0


if __name__ == "__main__":
    sys.exit(main())

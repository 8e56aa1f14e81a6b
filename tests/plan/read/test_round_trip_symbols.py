"""Made-up lists that say how far their tasks are with symbols: bullets below phases, cells of a table; read and written back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan.read import made_lists
from plan.read.made_lists import DEEPER, QUIET, TITLES, Made, Token, fence
from scale import SCALE

SYMBOLS = {
    "✅": "completed",
    "☑": "completed",
    "✔️": "completed",
    "🔄": "in_progress",
    "🚧": "in_progress",
    "⏳": "in_progress",
    "⏭️": "skipped",
    "⬜": "pending",
    "☐": "pending",
    "🔲": "pending",
    "📋": "pending",
}
SIGNS = st.sampled_from(list(SYMBOLS))


def bullets(draw: st.DrawFn) -> Made:
    """Phases with marked bullets; at times one without a mark, and words, boxes and fences below."""
    made = Made("ROADMAP.md")
    made.add("# Shop\n\n- ✅ no task\n")
    deep, bullet = draw(DEEPER), draw(st.sampled_from("-*"))
    number = 0
    for phase in range(1, draw(st.integers(1, 3)) + 1):
        made.add(f"\n## Phase {phase}: {draw(QUIET)}\n")
        for _ in range(draw(st.integers(2, 4)) + (phase == 1)):
            number += 1
            _bullet(draw, made, f"{number:02d}", bullet, plain=number % 4 == 0 and draw(st.booleans()))
            if draw(st.booleans()):
                made.add(f"{deep}{bullet} {draw(QUIET)}")
            fence(draw, made, deep, f"{bullet} ⬜ in a fence")
    made.add(f"\n## Notes\n\n{bullet} ⬜ no task\n")
    return made


def _bullet(draw: st.DrawFn, made: Made, name: str, bullet: str, plain: bool) -> None:
    title = draw(TITLES)
    if plain:
        made.add(f"{bullet} ", Token(name, "", "+"), title)
        made.task(name, title, "pending")
    else:
        sign = draw(SIGNS)
        made.add(f"{bullet} ", Token(name, sign, "+"), f" {title}")
        made.task(name, title, SYMBOLS[sign])


def cells(draw: st.DrawFn) -> Made:
    """A table of work with a symbol for its status, with or without words behind it."""
    made = Made("ROADMAP.md")
    made.add("# Shop\n\n| Feature | Status | Notes |\n|---|:---:|---|")
    for number in range(1, draw(st.integers(2, 5)) + 1):
        title = draw(TITLES).replace("|", "/").replace("\\", "/")
        sign = draw(SIGNS)
        made.add(f"| {title} | ", Token(f"{number:02d}", sign, "+"), " | ⬜ of no task |")
        made.task(f"{number:02d}", title, SYMBOLS[sign])
    made.add("")
    fence(draw, made, "", "| in a fence | ⬜ | - |")
    return made


def settled(made: Made) -> Made:
    """Each symbol with what it becomes: the first one of the page that says done, else the usual one."""
    text = "".join(piece if isinstance(piece, str) else piece.now for piece in made.pages[made.named])
    done = {sign: text.find(sign) for sign, status in SYMBOLS.items() if status == "completed" and sign in text}
    new = min(done, key=lambda sign: done[sign]) if done else "✅"

    def then(token: Token) -> Token:
        if SYMBOLS.get(token.now) == "completed":
            return replace(token, then=token.now)
        return replace(token, then=new if token.now else f"{new} ")

    made.pages[made.named] = [piece if isinstance(piece, str) else then(piece) for piece in made.pages[made.named]]
    return made


SHAPES: dict[str, Callable[[st.DrawFn], Made]] = {"bullets": bullets, "cells": cells}


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=25 * SCALE, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_symbols_are_read_as_they_were_meant_and_one_changes(
    shape: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = data.draw(st.composite(lambda draw: settled(SHAPES[shape](draw)).framed(draw))())
    made_lists.holds(made, "markdown", data, tmp_path_factory.mktemp("list"))

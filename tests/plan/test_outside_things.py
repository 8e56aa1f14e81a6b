"""What tasks use outside their files, read of their words and commands, and what a plan makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from plan.made import reading

from fanout.plan import outside_things, planner
from fanout.plan.model import Task


def used(text: str, **more: Any) -> list[str]:
    return list(outside_things.used(Task(id="a", title=text, **more)))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("PORT=3000 npm start", ["port:3000"]),
        ("see localhost:8080 and port 81", ["port:8080", "port:81"]),
        ("run supabase db reset", ["database"]),
        ("adb shell am start", ["emulator"]),
        ("gradlew connectedAndroidTest", ["emulator"]),
        ("docker run -d --name shop-db postgres", ["container:shop-db"]),
        ("docker run postgres && echo --name x", []),
        ("next build && npx serve", ["build folder"]),
        ("npm run build", ["build folder"]),
        ("npm test", []),
        ("pnpm add zod", ["installed packages"]),
        ("kubectl apply -f x.yaml", ["cluster"]),
        ("build the next page", []),
    ],
)
def test_what_is_named(text: str, wanted: list[str]) -> None:
    assert used(text) == wanted


def test_what_is_declared_is_no_question() -> None:
    assert used("PORT=3000", resources=[{"name": "port:3000"}]) == []
    assert used("x", accept=[{"text": "it builds", "command": "npm run build"}]) == ["build folder"]


@pytest.mark.parametrize(
    ("one", "other", "held"),
    [
        ("supabase db reset", "supabase db push", ["both perhaps use database"]),
        ("supabase db reset", "adb shell x", []),
        ("next build", "pnpm build", ["both perhaps use build folder"]),
        ("nothing", "supabase db push", []),
    ],
)
def test_two_are_kept_apart_where_that_costs_nothing(one: str, other: str, held: list[str]) -> None:
    titles = {"a": one, "b": other, "c": "left", "d": "over"}
    tasks = [{"id": name, "title": title, "writes": [f"{name}.py"]} for name, title in titles.items()]
    given = reading(*tasks, max_parallel=2)
    plan = planner.make(given, "quick")
    assert [hazard.witness for hazard in plan.held] == held
    assert plan.answer.makespan == 2.0

"""Graphs in Mermaid: every line is one that GitHub's parser knows, whatever the titles say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.plans import many, planned, task

from fanout.report import mermaid, plan_markdown

STRING = r'"(?:[^\W_]|[ .,_/+=\-:()]|…|#\d+;)+"'
LINES = [
    r"flowchart LR",
    rf"  n\d+\[{STRING[:-1]}<br>{STRING[1:]}\]",
    r"  n\d+ --> n\d+",
    rf"  n\d+ -\. {STRING} \.- n\d+",
    r"  classDef \w+ [\w:#,\-]+",
    r"  class n\d+(?:,n\d+)* \w+",
    r"  %% [\w :]+",
    rf"  b\d+\[{STRING}\]",
    r"  b\d+ --> b\d+",
]
LINE = re.compile("|".join(f"(?:{line})" for line in LINES))


def strange(text: str) -> list[str]:
    return [line for line in text.split("\n") if not LINE.fullmatch(line)]


NASTY = ['"]; click n0 "javascript:x"', "end", "`md`", "<img src=x onerror=1>", "a --> b", "#35;", "%% x", "中文", ""]


@pytest.mark.parametrize("title", NASTY)
def test_titles_are_no_syntax(title: str) -> None:
    plan = planned([task("a", title=title, writes="x.py"), task("b", title=title, writes="x.py"), task("c", 5, "a")])
    text = plan_markdown.graph(plan)
    assert strange(text) == []
    assert "<" not in text.replace("<br>", "") and "`" not in text


@given(st.text(max_size=80))
def test_any_label_is_one_string(label: str) -> None:
    assert re.fullmatch(STRING, mermaid.quoted(label))


def test_what_others_imply_is_left_out() -> None:
    plan = planned([task("a"), task("b", 1, "a"), task("c", 1, "a b")])
    arrows = re.findall(r"n\d --> n\d", plan_markdown.graph(plan))
    assert arrows == ["n0 --> n1", "n1 --> n2"]


def test_conflicts_say_why() -> None:
    plan = planned([task("a", writes="src/x.py"), task("b", writes="src/**")])
    assert '  n0 -. "both write src/x.py" .- n1' in plan_markdown.graph(plan).split("\n")


@pytest.mark.parametrize("count", [1, 60, 300, 1500])
def test_large_plans_stay_within_what_github_draws(count: int) -> None:
    text = plan_markdown.graph(planned(many(count)))
    assert strange(text) == []
    assert len(text) <= 50_000
    assert len(re.findall(r"-->|\.-", text)) <= 500


@pytest.mark.parametrize("title", [*NASTY, "a|b", "* x", "@someone", "$x$", "[l](javascript:x)"])
def test_markdown_shows_titles_as_they_are(title: str) -> None:
    text = plan_markdown.render(planned([task("a", title=title), task("b", 1, "a")], title=title))
    table = [line for line in text.split("\n") if line.startswith("| 1 |")]
    assert len(table) == 1 and len(re.findall(r"(?<!\\)\|", table[0])) == 6
    assert not re.search(r"(?<!\\)<|(?<!\\)\]\(|(?<![\w\\])@\w", text.split("## Graph")[0])

"""What is told by the text of an expression is what re says."""

from __future__ import annotations

import random
import re

import pytest

from fanout.plan.pattern import parse
from fanout.run.store import expressions

PATTERNS = [
    "src", "src/", "src/**", "src/a.py", "src/*.py", "src/a*.py", "src/test_*", "src/**/*.py", "**/*.py", "**", ".",
    "*.md", "*", "a/*/", "src/[id]/x", "src/{a,b}/**", "src/{a,b}.py", "my-mod/**", "a+b.txt", "src/*/x.py",
    "src/**/a/*.py", "*a*.py", "src/**/x.py", "**/x.py", "src/**/a/x.py", ".github/**", "src/?.py", "Makefile", "a b/**",
]  # fmt: skip
SEGMENTS = [
    "src", "a", "b", "a.py", "test_a", "x.py", ".py", ".", "A.PY", "a+b.txt", "a b", "my-mod", "[id]", "x", "a\nb",
    "é.py", "",
]  # fmt: skip


def names(rnd: random.Random) -> list[str]:
    near = ["", "src", "src/", "src//a.py", "/src/a.py", "src/.py", "src/a.py/", "srcs/a.py", "src/a/b/c.py", "srcX.py"]
    return near + ["/".join(rnd.choices(SEGMENTS, k=rnd.randint(1, 4))) for _ in range(400)]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_matches_the_same_names_with_and_without_re(pattern: str) -> None:
    for expression in (parse(pattern).regex, parse(pattern).folded_regex):
        for name in names(random.Random(pattern)):
            assert expressions.matches(expression, name) == bool(re.fullmatch(expression, name)), (expression, name)


OTHERS = [
    "a|b", r"a|b(?:/[\s\S]*)?", r"\d+", "a\\", r"(?!(?:b)(?:/|\Z))(?:[^/]+(?:/[\s\S]*)?)", "(?!)", "", "a.b",
    r"packages/(?:[^/]*\.py)", "[^/]*[^/]*", "[^/]*a[^/]*", "a[^/]+b", "(?:[^/]+/)*?", r"[^/]*(?:/[\s\S]*)?",
]  # fmt: skip


@pytest.mark.parametrize("expression", OTHERS)
def test_another_expression_is_left_to_re(expression: str) -> None:
    for name in [*names(random.Random(1)), "a\\", "packages/x.py", "7", "b/c", "aXb"]:
        try:
            said = re.fullmatch(expression, name) is not None
        except re.error:
            with pytest.raises(re.error):
                expressions.matches(expression, name)
            continue
        assert expressions.matches(expression, name) == said, name


@pytest.mark.parametrize(
    "pattern", ["src", "src/**", "src/a.py", "src/*.py", "src/**/*.py", "src/**/a.py", "**", "tests/test_*.py"]
)
def test_the_usual_patterns_need_no_re(pattern: str) -> None:
    assert expressions._by_text(parse(pattern).regex, "src/a.py") is not None

"""Words that are paths, and words that are none."""

from __future__ import annotations

import pytest

from fanout.plan.read.prose.path_words import as_path


@pytest.mark.parametrize(
    ("token", "path"),
    [
        ("src/a.py", "src/a.py"),
        ("src/auth", "src/auth"),
        ("src/", "src/"),
        ("src/**", "src/**"),
        ("**/*.md", "**/*.md"),
        ("*.py", "*.py"),
        ("Makefile", "Makefile"),
        ("POST /api/x", None),
        ("a faster login", None),
        ("README", None),
        ("..", None),
        (".", None),
        ("/", None),
        ("", None),
        ("x" * 300 + ".py", None),
        ("a\x00b.py", None),
        ("github.com/acme/shop", None),
        ("github.com/acme/shop/pkg/cart", None),
        ("example.com/index.html", "example.com/index.html"),
        ("{name}/SKILL.md", None),
        ("s/old/new/g", None),
        ("URLs/@/#", None),
        ("src/@types/a.d.ts", "src/@types/a.d.ts"),
        ("src/{a,b}/x.py", "src/{a,b}/x.py"),
    ],
)
def test_what_is_a_path(token: str, path: str | None) -> None:
    assert as_path(token) == path


DOT_FILES = """
    .gitkeep .env .env.production .eslintrc .eslintrc.cjs .golangci.yml .pre-commit-config.yaml .tool-versions .clang-format
    .mcp.json .github .claude/ .claude/skills .github/workflows/ci.yml src/.hidden .cursorrules
"""
NO_FILES = """
    .card .card-title .card.is-open .block.has--align--left .d.ts .test.tsx .md .mdx .parse .text .slate-*
"""


@pytest.mark.parametrize("token", DOT_FILES.split())
def test_files_that_begin_with_a_dot(token: str) -> None:
    assert as_path(token) == token


@pytest.mark.parametrize("token", NO_FILES.split())
@pytest.mark.parametrize("marked", [True, False])
def test_css_classes_members_and_endings_are_no_files(token: str, marked: bool) -> None:
    assert as_path(token, marked) is None

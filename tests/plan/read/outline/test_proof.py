"""The command that a task's line, or a line below it, names as its check is what proves the task done."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Source

LINES = [
    ('Write `a.py`; check: `python3 -c "import a"`', 'python3 -c "import a"', "Write a.py"),
    ("Write `a.py` (verify: `make test` passes)", "make test", "Write a.py"),
    ("Write `a.py`. Test: `pytest`", "pytest", "Write a.py"),
    ("Write `a.py` - done when: `grep -q def a.py` exits 0.", "grep -q def a.py", "Write a.py"),
    ("Write `a.py`\n  - Check: `npm test -- a`", "npm test -- a", "Write a.py"),
    ("Write `a.py`\n  verify: `go test ./...` is green", "go test ./...", "Write a.py"),
    ("Write `a.py`. Done when `make test` passes", "make test", "Write a.py"),
    ("Write `a.py`\n  - done when `make test` passes", "make test", "Write a.py"),
    ("Write `a.py`\n  It is done once `make test` is green.", "make test", "Write a.py"),
    ("Write `a.py`\n  - done when `make test` was seen by Ann", None, "Write a.py"),
    ("Write `a.py`. It is done once `make test` exits 0 (write that test too).", "make test", "Write a.py"),
    ("Write `a.py`, until `go test ./...` is green", "go test ./...", "Write a.py"),
    ("Write `a.py` when `make test` passes", None, "Write a.py when make test passes"),
    ("Write `a.py`. Done when `make test` was seen by Ann", None, "Write a.py. Done when make test was seen by Ann"),
    ("Write `a.py`; check: `src/b.py`", None, "Write a.py; check: src/b.py"),
    ("Write `a.py`; check: `foo`", None, "Write a.py; check: foo"),
    ("Write the check: `make test` in `a.py`", None, "Write the check: make test in a.py"),
    ("Write `a.py`; check: by hand", None, "Write a.py; check: by hand"),
]


@pytest.mark.parametrize("form", ["- [ ] 1. {}", "1. {}"])
@pytest.mark.parametrize(("line", "command", "title"), LINES)
def test_a_check_at_the_end(line: str, command: str | None, title: str, form: str) -> None:
    reading = registry.read(Source("-", "", f"# T\n{form.format(line)}\n", "/nowhere"), "markdown")
    [task] = reading.document.tasks
    assert [one.command for one in task.accept if one.command] == ([command] if command else [])
    assert task.title == title and task.writes == ["a.py"]

"""`git add` lines in a task's steps are writes."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Source

PLAN = """### Task 1: One

**Files:**
- Create: `src/a.py`

- [ ] **Step 1: Commit**

```bash
{}
```
"""


@pytest.mark.parametrize(
    ("line", "writes"),
    [
        ("git add src/a.py docs/a.md && git commit -m 'x'", ["src/a.py", "docs/a.md"]),
        ("git add \\\n  src/a.py \\\n  tests/test_a.py\ngit commit", ["src/a.py", "tests/test_a.py"]),
        ("git add -A", ["src/a.py"]),
        ("git add .", ["src/a.py"]),
        ("git add src/", ["src/a.py"]),  # a folder says nothing of which file
        ("git add -u src/*.py", ["src/a.py"]),
        ("echo git status", ["src/a.py"]),
    ],
)
def test_what_is_staged_is_written(line: str, writes: list[str]) -> None:
    reading = registry.read(Source("-", "", PLAN.format(line), "/nowhere"), "superpowers")
    assert reading.document.tasks[0].writes == writes

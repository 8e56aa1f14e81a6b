"""A task that writes texts waits for what makes the things that it is to tell of."""

from __future__ import annotations

import pytest

from fanout.plan.order import relax
from fanout.plan.read import registry
from fanout.plan.reading import Source

PLAN = """# Limiter Implementation Plan

### Task 1: Memory store

**Files:**
- Create: `src/memory.js`

**Interfaces:**
- Produces: `get(key)`

### Task 2: Middleware

**Files:**
- Create: `src/middleware.js`

**Interfaces:**
- Produces: `limit(options) -> (req, res)`

### Task 3: Redis adapter

**Files:**
- Create: `src/redis.js`

**Interfaces:**
- Produces: `class RedisStore`

### Task 4: Words

**Files:**
- Modify: `{file}`

- [ ] **Step 1: {step}**
"""


def documented(step, file="README.md"):
    reading = registry.read(Source("-", "", PLAN.format(step=step, file=file), "/nowhere"), "superpowers")
    found = relax.settle(reading, "normal", frozenset(["README.md", "package.json"]))
    return [name for name, edge in found.notes["4"].order.items() if edge.why.startswith("it documents")]


@pytest.mark.parametrize(
    ("step", "ids"),
    [
        ("Document `limit` and both stores", ["3", "2", "1"]),
        ("Document both stores", ["3", "1"]),
        ("Describe `limit(options)` in the readme", ["2"]),
        ("Explain all stores", ["3", "1"]),
        ("Document both adapters", []),
        ("Document `other`", []),
        ("Document the three stores", []),
    ],
)
def test_it_waits_for_what_it_documents(step: str, ids: list[str]) -> None:
    assert documented(step) == ids


def test_one_that_writes_code_documents_nothing() -> None:
    assert documented("Document both stores", "src/limit.js") == []

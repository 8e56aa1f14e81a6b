"""spec-kit: a heading further down that has a box's id holds its details, and is no second task."""

from __future__ import annotations

from fanout.plan.read import registry
from fanout.plan.read.formats import superpowers
from fanout.plan.reading import Origin, Source
from fanout.source.resolve import resolve


def read(text):
    return registry.read(Source("-", "", text, "/nowhere"))


BOXES = "## Phase 1: Setup\n\n- [ ] T001 Write `src/a.py`\n- [x] T002 Write `src/b.py`\n\n"


def test_a_heading_with_the_id_of_a_box_holds_its_details():
    found = read(f"{BOXES}## Details\n\n### T001: The writer\n\nIt keeps what it gets.\n")
    assert [(task.id, task.title) for task in found.document.tasks] == [
        ("T001", "Write `src/a.py`"),
        ("T002", "Write `src/b.py`"),
    ]
    assert "It keeps what it gets." in found.document.tasks[0].description
    assert found.warnings == []


def test_a_second_box_with_an_id_is_a_second_task():
    found = read(f"{BOXES}## Phase 2: More\n\n- [ ] T001 Write `src/c.py`\n")
    assert [task.id for task in found.document.tasks] == ["T001", "T002", "T001-2"]


def test_a_heading_with_a_box_of_its_own_is_a_task():
    found = read(f"{BOXES}### [ ] T001: Write it again in `src/d.py`\n\nAnew.\n")
    assert [task.id for task in found.document.tasks] == ["T001", "T002", "T001-2"]


def test_headings_alone_are_tasks():
    found = read("### T001: Write `src/a.py`\n\nSo.\n\n### T002: Write `src/b.py`\n\nSo.\n")
    assert [task.id for task in found.document.tasks] == ["T001", "T002"]


def test_of_several_letters_one_is_no_format():
    """B1, F1, T1: also where the headings say Task, and a line elsewhere names some of them."""
    heads = "".join(
        f"#### Task {name}: Write `src/{name}.py`\n\n**Priority**: P0\n\n" for name in ("F1", "B1", "T1", "T2")
    )
    found = read(f"# E\n\n{heads}## Week 1\n\n- [ ] T1, T2: write tests\n")
    assert (found.format, [task.id for task in found.document.tasks]) == ("markdown", ["F1", "B1", "T1", "T2"])
    assert [item.text for item in found.unread] == ["- [ ] T1, T2: write tests"]


FENCED = """### Task 1: The page

**Files:**
- Create: `src/page.md`

- [ ] **Step 1: Write the page**

```markdown
# Page

```sh
run
```

## Below

Words.
```

- [ ] **Step 2: Look at it**

```sh
look
```

- [ ] **Step 3: Commit**

### Task 2: The list

**Files:**
- Create: `src/list.md`

- [ ] **Step 1: Write the list**

## Afterwards

- [ ] Tell the users
"""


def test_steps_behind_a_fence_that_ends_too_early_are_the_tasks(tmp_path):
    """A fence in a fence ends the outer one, so what it shows looks like a heading of the plan."""
    found = read(FENCED)
    assert [task.id for task in found.document.tasks] == ["1", "2"]
    assert "Step 3: Commit" in found.document.tasks[0].description
    assert "Tell the users" not in found.document.tasks[1].description
    assert [item.text for item in found.unread] == ["- [ ] Tell the users"]
    path = tmp_path / "plan.md"
    path.write_text(FENCED)
    edits = superpowers.mark(Origin(resolve(str(path), str(tmp_path)), "1", "completed"))
    assert [FENCED.encode()[edit.end :].split(b"\n")[0] for edit in edits] == [
        b"] **Step 1: Write the page**",
        b"] **Step 3: Commit**",
    ]

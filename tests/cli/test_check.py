"""fanout check: the checklist, the warnings, and what its exit code says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from project import Project

SAFE = [
    {"id": n, "writes": [f"{n}.ts"], "estimate_minutes": 10, "accept": [{"command": f"node --test {n}"}]} for n in "ab"
]
SHARED = [{**task, "writes": ["x.ts"]} for task in SAFE]


def document(*tasks: dict[str, Any]) -> str:
    return json.dumps({"title": "Shop", "tasks": tasks})


@pytest.mark.parametrize(
    ("tasks", "strict", "code"), [(SAFE, False, 0), (SAFE, True, 0), (SHARED, False, 0), (SHARED, True, 1)]
)
def test_warnings_are_no_errors_unless_strict(project: Project, tasks: list[Any], strict: bool, code: int) -> None:
    ran = project.fanout("check", "-", *(["--strict"] if strict else []), input=document(*tasks))
    assert ran.code == code and ran.err == ""


def test_the_text_names_each_line_with_its_witness_then_the_warnings(project: Project) -> None:
    ran = project.fanout("check", "-", input=document(*SHARED))
    lines = ran.out.splitlines()
    assert lines[0] == "Shop: 2 tasks, 1 of 6 checks fails; the plan keeps those tasks apart"
    assert [line[:4] for line in lines[1:7]] == ["pass", "apar", "pass", "pass", "pass", "pass"]
    assert lines[2] == "apart No shared writes: a and b: both write x.ts (b waits for a)"
    assert lines[7].startswith("warning write-write: b: writes x.ts, as a does, so it waits for a. ")


TWICE = """# Features

- [ ] Update `config.ts` to add feature A
- [ ] Update `config.ts` to add feature B
- [ ] Write `docs/c.md`
"""


def test_items_of_a_list_that_change_one_file_are_named_though_the_list_orders_them(project: Project) -> None:
    """The checklist of two features in one file: no line of the list says that one needs the other."""
    project.write({"tasks.md": TWICE, "config.ts": "export {}\n"})
    [line] = [line for line in project.fanout("check", "tasks.md").out.splitlines() if "No shared writes" in line]
    assert line == "apart No shared writes: 01 and 02: both write config.ts (02 waits for 01, as the list has them)"
    assert project.fanout("check", "--json", "tasks.md").data["independent"] is False
    stated = document({"id": "a", "writes": ["x.ts"]}, {"id": "b", "writes": ["x.ts"], "depends_on": ["a"]})
    assert "pass  No shared writes" in project.fanout("check", "-", input=stated).out, "it says itself who waits"


def test_the_data(project: Project) -> None:
    found = project.fanout("check", "--json", "-", input=document(*SHARED)).data
    assert found["independent"] is False and found["errors"] == []
    checklist: Any = found["checklist"]
    assert [line["id"] for line in checklist] == ["data", "writes", "resources", "order", "failures", "results"]
    assert checklist[1] == {
        "id": "writes",
        "title": "No shared writes",
        "pass": False,
        "witness": "a and b: both write x.ts (b waits for a)",
        "tasks": ["a", "b"],
    }
    warnings: Any = found["warnings"]
    assert {"code", "message", "task", "fix"} == set(warnings[0])


def test_long_lists_are_cut_at_forty_lines(project: Project) -> None:
    tasks = [{"id": f"t{n}", "agent": f"nobody-{n}", "writes": [f"{n}"]} for n in range(60)]
    ran = project.fanout("check", "-", input=document(*tasks))
    assert len(ran.out.splitlines()) == 40 and ran.out.splitlines()[-1].endswith("more lines: --all")
    assert len(project.fanout("check", "--all", "-", input=document(*tasks)).out.splitlines()) > 60


def test_the_project_and_its_agents_are_looked_at(project: Project) -> None:
    project.write(
        {"src/types.ts": "", ".claude/agents/painter.md": "---\nname: painter\n---\n", "app/[id]/page.tsx": ""}
    )
    tasks = [
        {"id": "a", "writes": ["src/types.ts"], "agent": "painter"},
        {"id": "b", "writes": ["app/[id]/page.tsx"], "reads": ["src/types.ts"], "agent": "paintre"},
    ]
    warnings: Any = project.fanout("check", "--json", "-", input=document(*tasks)).data["warnings"]
    codes = {warning["code"]: warning for warning in warnings}
    assert "read-write" in codes and "missing-edge" not in codes
    assert codes["unknown-agent"]["fix"] == "Did you mean 'painter'?"
    assert codes["unescaped-brackets"]["task"] == "b"


def test_nothing_is_made_on_the_disk(project: Project) -> None:
    project.fanout("check", "-", input=document(*SAFE))
    assert list(project.path.iterdir()) == []


INDEXES = {
    "src/index.ts": ("export { describe } from './describe'\n", True),
    "src/index.js": ("const a = require('./a')\nmodule.exports = { a }\n", True),
    "src/index.mjs": ("export function describe(w) { return w }\n", False),
    "src/lib.rs": ("fn main() {}\n", True),  # a new module is named there, else it is not compiled
}


@pytest.mark.parametrize("index", INDEXES)
def test_an_index_that_lists_no_modules_is_no_hidden_coupling(project: Project, index: str) -> None:
    text, is_told = INDEXES[index]
    ending = index.rpartition(".")[2]
    project.write({index: text, "tasks.json": {"tasks": [{"id": n, "writes": [f"src/{n}.{ending}"]} for n in "pq"]}})
    assert (f"may change {index} without naming it" in project.fanout("check", "tasks.json").out) is is_told

# ruff: noqa: RUF001 - dashes as people type them
"""What spec-kit's lists state of the order among their phases."""

from __future__ import annotations

import pytest

from fanout.plan.order import relax
from fanout.plan.read import registry
from fanout.plan.reading import Source

HEADS = (
    *("Phase 1: Setup", "Phase 2: Foundational", "Phase 3: User Story 1 - Count", "Phase 4: User Story 2 - Light"),
    *("Phase 5: User Story 3 - View", "Phase 6: Sales", "Phase 7: Polish"),
)
LIST = "".join(f"## {head}\n\n- [ ] T00{n} [P] Add `src/m{n}.py`\n\n" for n, head in enumerate(HEADS, 1))
ALWAYS = {"T001": [], "T002": ["T001"], "T003": ["T002"]}


def needs(lines, heading="### Phase Dependencies"):
    reading = registry.read(Source("-", "", f"{LIST}{heading}\n\n{lines}\n", "/nowhere"), "spec-kit")
    found = {task.id: sorted(task.depends_on) for task in reading.document.tasks}
    assert {name: found[name] for name in ALWAYS} == ALWAYS
    return [found[name] for name in ("T004", "T005", "T006", "T007")]


STORIES = ["T003", "T004", "T005"]
FREE = [["T002"], ["T002"], STORIES, ["T006"]]


@pytest.mark.parametrize(
    ("line", "fourth"),
    [
        ("- **US2 (Phase 4)**: depends on Foundational", ["T002"]),
        ("- **US2 (Phase 4)**: depende de Foundational; se integra con US1 (T003 usa el flujo)", ["T002"]),
        ("- **US2 (Phase 4)**: Depends on Foundational — can run in parallel with US1", ["T002"]),
        ("- **US2 (Phase 4)**: Depends on Foundational - may integrate with US1", ["T002"]),
        ("- **US2 (Phase 4)**: Depends on Foundational (can parallel with US1)", ["T002"]),
        ("- **US2 (Phase 4)**: depende de US1", ["T002", "T003"]),
        ("- **US2 (Phase 4)**: dépend de US1 et Foundational", ["T002", "T003"]),
        ("- **US2 (Phase 4)**: hängt von US1 ab", ["T002", "T003"]),
        ("- **US2 (Phase 4)**: Depends on Foundational. Shares the form, so execute after US1", ["T002", "T003"]),
        ("- **US2 (Phase 4)**: Depends on Foundational + US1 (its table)", ["T002", "T003"]),
    ],
)
def test_what_a_story_depends_on_in_its_sentence(line, fourth):
    assert needs(line)[0] == fourth


@pytest.mark.parametrize(
    ("line", "sixth"),
    [
        ("- **Sales (Phase 6)**: depends on Foundational", ["T002"]),
        ("- **Sales (Phase 6)**: depende de Foundational", ["T002"]),
        ("- **Sales (Phase 6)**: Depends on US1 completion (default view)", ["T003"]),
        ("- **Sales (Phase 6)**: Depends on US1 and US3 (tables)", ["T003", "T005"]),
        ("- **Sales (Phase 6)**: Depends on US1-US2 completion", ["T003", "T004"]),
        ("- **Sales (Phase 6)**: Depends on Phases 3–5", STORIES),
        ("- **Sales (Phase 6)**: Depends on User Stories 1 and 3", ["T003", "T005"]),
        ("- **Sales (Phase 6)**: Depends on all user stories (US1 first)", STORIES),
        ("- **Sales (Phase 6)**: comes last", STORIES),
    ],
)
def test_a_phase_that_states_what_it_depends_on_waits_for_no_more(line, sixth):
    assert needs(line)[2] == sixth
    assert {*needs(line)[3], *sixth} >= {*STORIES, "T006"}  # the last one waits for all of them


ARROWS = "Setup+Foundational → US1 → US2 (MVP) → US3 → Sales"


def test_in_which_order_it_is_delivered_adds_nothing_to_what_is_stated():
    said = "- **US2**: depends on Foundational\n- **US3**: depends on Foundational\n\n### Delivery\n\n"
    assert needs(said + ARROWS) == FREE


@pytest.mark.parametrize("heading", ["### User Story Dependencies", "### Delivery"])
def test_arrows_count_where_no_sentence_says_what_it_depends_on(heading):
    assert needs(ARROWS, heading)[:2] == [["T002", "T003"], ["T002", "T004"]]


def test_arrows_among_dependencies_add_to_the_sentences():
    said = "- **US2**: depends on Foundational\n\n- US1 → US2\n"
    assert needs(said)[0] == ["T002", "T003"]


@pytest.mark.parametrize(
    ("line", "unread"),
    [
        ("T003, T004  # both stories", False),
        ("- [ ] T003 [P] Add `src/m3.py`", False),
        ("T003, T099", True),
        ("T099 Add `src/m99.py`", True),
        ("- [ ] Add `src/m9.py`", True),
    ],
)
def test_ids_in_a_fence_of_what_runs_together_are_read_already(line, unread):
    text = f"{LIST}### Parallel Opportunities\n\n```text\n{line}\n```\n"
    reading = registry.read(Source("-", "", text, "/nowhere"), "spec-kit")
    assert [(one.text, one.why) for one in reading.unread] == (
        [(line, "in a code fence or a comment")] if unread else []
    )


PHASES = (
    "## Phase 1: Setup\n\n- [ ] T001 Create the examples data/coupons.json\n- [ ] T002 [P] Describe it in docs/coupons.md\n\n"
    "## Phase 2: Foundational\n\n- [ ] T003 Coupon model in src/coupon.js\n\n"
    "## Phase 3: User Story 1 - Redeem\n\n- [ ] T004 [US1] Redeem in src/redeem.js\n\n"
    "## Phase 4: User Story 2 - List\n\n- [ ] T005 [US2] List in src/list.js\n\n"
    "## Phase 5: Polish\n\n- [ ] T006 Mention it in README.md\n\n## Dependencies & Execution Order\n\n{}\n"
)


def stated(sentence):
    reading = registry.read(Source("-", "", PHASES.format(sentence), "/nowhere"), "spec-kit")
    settled = relax.settle(reading, "normal", frozenset(["package.json", "src/shop.js"]))
    return {
        name: sorted(one for one, edge in note.order.items() if edge.why.startswith("the list says"))
        for name, note in settled.notes.items()
        if any(edge.why.startswith("the list says") for edge in note.order.values())
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "- Setup first, then Foundational, then the stories, then Polish",
        "Setup first, then Foundational, then the user stories, and then Polish last.",
        "First Phase 1, then Phase 2, then all the stories, then Phase 5.",
    ],
)
def test_a_sentence_that_puts_phases_one_behind_the_other_holds(sentence):
    assert stated(sentence) == {"T003": ["T001", "T002"], "T004": ["T003"], "T005": ["T003"], "T006": ["T004", "T005"]}


@pytest.mark.parametrize(
    "sentence",
    [
        "- Write the tests first, then the model",
        "- Run Setup and check it, then Foundational",
        "- Foundational first, then Setup",
        "- Setup, Foundational, stories",
        "- Within each story: models, then services",
    ],
)
def test_no_other_sentence_does(sentence):
    assert stated(sentence) == {}


@pytest.mark.parametrize(
    ("line", "fourth"),
    [
        ("Phase 2 blocks all stories. US2 needs T003's layout.", ["T002", "T003"]),
        ("- US2 uses what T003 makes", ["T002", "T003"]),
        ("- Phase 4 (User Story 2) builds on T001 and T003.", ["T001", "T002", "T003"]),
        ("- US2 needs T005's layout", ["T002"]),
        ("- US2 does not need T003's layout", ["T002"]),
        ("- US2 needs a store (as T003 does)", ["T002"]),
        ("- US2 is ready; T006 needs T003", ["T002"]),
    ],
)
def test_a_story_that_needs_tasks_waits_for_them(line: str, fourth: list[str]) -> None:
    assert needs(line)[0] == fourth

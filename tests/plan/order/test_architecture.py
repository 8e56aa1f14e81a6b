"""Which files build on which, by their places alone."""

from __future__ import annotations

import pytest

from fanout.plan.order import relax
from fanout.plan.read import registry
from fanout.plan.reading import Source


def waits(first: str, then: str) -> bool:
    """Whether the second of two phases keeps waiting for the first, each one task that names one file."""
    text = f"## Phase 1: A\n- [ ] T001 Create `{first}`\n## Phase 2: B\n- [ ] T002 Create `{then}`\n"
    reading = relax.settle(registry.read(Source("-", "", text, "/nowhere"), "spec-kit"), "normal")
    return reading.document.tasks[1].depends_on == ["T001"]


@pytest.mark.parametrize(
    ("first", "then", "wanted"),
    [
        ("src/models/cart.py", "src/services/mail.py", True),  # a layer above
        ("src/services/mail.py", "src/models/cart.py", False),  # below
        ("src/services/mail.py", "src/services/cart.py", False),  # beside
        ("apps/a/src/models/cart.py", "apps/b/src/services/mail.py", False),  # another package
        ("src/sprint/sprint.entity.ts", "src/sprint/sprint.service.ts", True),
        ("pkg/a/src/a/errors.py", "pkg/a/src/a/tables.py", True),  # what all of a package use
        ("pkg/a/src/a/tables.py", "pkg/a/src/a/errors.py", False),
        ("pkg/a/src/a/errors.py", "pkg/b/src/b/tables.py", False),
        ("src/loans/constants.js", "src/loans/model.js", True),  # a model uses constants, and not the other way round
        ("src/loans/model.js", "src/loans/constants.js", False),
        ("src/loans/errors.js", "src/loans/model.js", False),
        ("src/loans/enums.ts", "src/loans/constants.ts", False),
        ("src/tools/list.ts", "src/tools/index.ts", True),  # an index, and what stands beside it
        ("src/tools/index.ts", "src/tools/list.ts", False),
        ("src/tools/list.ts", "src/other/index.ts", False),
        ("src/parse/reader.py", "tests/unit/parse/test_words.py", True),  # a test of that folder
        ("src/reader.py", "tests/test_reader.py", True),  # a test of that file
        ("src/reader.py", "tests/test_words.py", False),
        ("packages/a/src/a/cart_reader.py", "tests/unit/test_cart_reader.py", True),  # named alike, in another package
        ("packages/a/src/a/reader.py", "tests/unit/test_reader.py", False),  # a name that many have
        ("tests/test_reader.py", "src/reader.py", False),  # a test that comes first
        ("src/theme.css", "src/cart.css", False),
        ("src/models/cart_spec.py", "src/services/mail.py", True),  # of Python no test
        ("web/a/cart.ts", "web/b/floor_spec.ts", False),  # of TypeScript it is one
        ("src/schemas/credential_config.py", "src/schemas/storage_profile.py", False),  # a profile, no storage
        ("src/schemas/profile.py", "src/profile_storage.py", True),
        ("deploy/staging/", "tests/unit/schemas/", False),  # a folder is a test of nothing
        ("shop/__init__.py", "tests/shop/__init__.py", False),
        ("tests/conftest.py", "tests/unit/conftest.py", False),
        ("web/src/hooks/useAuth.ts", "web/src/routes/login.tsx", True),  # a page that is shown uses the hooks
        ("api/src/hooks/audit.ts", "api/src/routes/login.ts", False),
        ("web/src/routes/login.tsx", "web/src/routes/index.tsx", False),  # a page by its folder's name
        ("web/src/parts/login.tsx", "web/src/parts/index.tsx", True),
        ("components/Feed.tsx", "app/(tabs)/index.tsx", True),  # what a router shows uses the components
        ("src/components/Feed.tsx", "src/app/cart/page.tsx", True),
        ("hooks/useFeed.ts", "app/cart/[id].tsx", True),
        ("app/(tabs)/index.tsx", "components/Feed.tsx", False),
        ("app/(tabs)/index.tsx", "app/(tabs)/search.tsx", False),
        ("app/components/Feed.tsx", "app/components/Card.tsx", False),
    ],
)
def test_who_builds_on_whom(first: str, then: str, wanted: bool) -> None:
    assert waits(first, then) is wanted


@pytest.mark.parametrize(
    ("phase", "wanted"),
    [
        ("Phase 2: Foundational (Blocking Prerequisites)", ["T001"]),
        ("Phase 2: Core infrastructure", ["T001"]),
        ("Phase 2: User Story 1", []),
    ],
)
def test_a_phase_that_blocks_the_others_by_its_name_is_waited_for(phase: str, wanted: list[str]) -> None:
    text = f"## {phase}\n- [ ] T001 Create `a/loader.py`\n## Phase 3: User Story 2\n- [ ] T002 Create `web/theme.css`\n"
    reading = relax.settle(registry.read(Source("-", "", text, "/nowhere"), "spec-kit"), "normal")
    assert reading.document.tasks[1].depends_on == wanted


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("tests/test_loader.py", []),  # nobody builds on a test
        ("tests/helpers.py", []),
        ("a/loader.py` and `tests/test_loader.py", ["T001"]),
    ],
)
def test_what_only_tests_blocks_no_other_phase(path: str, wanted: list[str]) -> None:
    text = (
        f"## Phase 2: Foundational\n- [ ] T001 Create `{path}`\n## Phase 3: Story\n- [ ] T002 Create `web/theme.css`\n"
    )
    reading = relax.settle(registry.read(Source("-", "", text, "/nowhere"), "spec-kit"), "normal")
    assert reading.document.tasks[1].depends_on == wanted


@pytest.mark.parametrize(
    ("first", "then", "wanted"),
    [
        ("src/services/mail.py", ("src/services/cart.py", "tests/test_cart.py"), False),  # it tests what it makes
        ("src/services/mail.py", ("src/services/cart.py", "tests/test_cart_totals.py"), False),
        ("src/services/mail.py", ("src/services/cart.py", "tests/test_mail.py"), True),  # ... and another's file
        ("src/services/mail.py", ("src/services/cart.py", "tests/integration/test_cart_totals.py"), True),
        ("src/models/mail.py", ("src/services/cart.py", "tests/test_cart.py"), True),  # as the file that it tests does
        ("src/services/mail.py", ("docs/cart.md", "tests/test_cart_totals.py"), True),  # makes no code
    ],
)
def test_the_tests_of_a_task_that_makes_code_are_of_that(first: str, then: tuple[str, str], wanted: bool) -> None:
    assert waits(first, "` and `".join(then)) is wanted

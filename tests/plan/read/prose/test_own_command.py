"""A task that is a command: what it has to pass, and what judges nothing."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.read.prose import own_command
from fanout.plan.reading import Source

CHECKS = {
    "Run `python3 -m pytest -q tests` and fix what fails": ["python3 -m pytest -q tests"],
    "Run `npm test`": ["npm test"],
    "Run `npm test`.": ["npm test"],
    "Run all tests with `cargo test` and fix any failures": ["cargo test"],
    "Run the test suite (`go test ./...`) and make it green": ["go test ./..."],
    "Run `ruff check .` and `mypy src`, fix what they find": ["ruff check .", "mypy src"],
    "Re-run `cd web && npx vitest run` until all green": ["cd web && npx vitest run"],
    "Execute `make check`; fix regressions": ["make check"],
    "Run `npm run build` and resolve the errors": ["npm run build"],
    "Run `CI=1 ./gradlew test`": ["CI=1 ./gradlew test"],
    "Run `sh tests/run-tests.sh` and fix what fails": ["sh tests/run-tests.sh"],
    "Run `node --test test/` and fix what is red": ["node --test test/"],
    "Run `php tests/run.php` and fix what fails": ["php tests/run.php"],
    "Run `perl -Ilib t/reading.t`": ["perl -Ilib t/reading.t"],
    "Run `python manage.py test shop`": ["python manage.py test shop"],
    "Run `ruby -Itest test/cart_test.rb`": ["ruby -Itest test/cart_test.rb"],
    "Run `make -C core test`": ["make -C core test"],
    "Run `prettier --check .`": ["prettier --check ."],
}
NONE = [
    "Run `npm run dev`",
    "Run `make install`",
    "Run `npm run fmt` and fix what fails",
    "Run `ruff check --fix .`",
    "Run `npm run test:watch`",
    "Run `docker compose build`",
    "Run `python scripts/seed_test_data.py`",
    "Run `./scripts/deploy.sh`",
    "Run `npm test` and note what fails",
    "Run `npm test` and report the results in docs/tests.md",
    "Run `pytest` to see it fail",
    "Add a script that runs `npm test`",
    "Run quickstart validation",
    "Run `npm test` and `npm start`",
    "Run the `Parser` class",
    "Run `node --test --watch`",
    "Run `node tests/server.js`",
    "Run `python tests/fixtures.py`",
    "Run `perl t/helper.pl`",
    "Run `vitest -u`",
]


@pytest.mark.parametrize("text", CHECKS)
def test_the_command_is_what_it_has_to_pass(text: str) -> None:
    assert own_command.find(text) == CHECKS[text]


@pytest.mark.parametrize("text", NONE)
def test_what_changes_things_or_only_reports_judges_nothing(text: str) -> None:
    assert own_command.find(text) == []


RUN = "Run `python3 -m pytest -q tests` and fix what fails"
LISTS = {
    "spec-kit": f"## Phase 1: Setup\n\n- [ ] T001 Write src/a.py\n- [ ] T002 [P] {RUN}\n",
    "boxes": f"- [ ] Write `src/a.py`\n- [ ] {RUN}\n",
    "numbers": f"# What is left\n\n1. Write `src/a.py`\n2. {RUN}\n",
    "bullets": f"# Tasks\n\n- Write `src/a.py`\n- {RUN}\n",
}


@pytest.mark.parametrize("kind", LISTS)
def test_it_is_read_off_a_lists_task(kind: str) -> None:
    first, last = registry.read(Source("-", "", LISTS[kind], "/nowhere")).document.tasks
    assert not first.accept
    assert [one.command for one in last.accept] == ["python3 -m pytest -q tests"]
    assert last.title.startswith("Run")

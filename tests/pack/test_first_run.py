"""docs/first-run.md: the page is what the template and its recorded output give, and a walk still goes like it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from pack.documents import COMMANDS
from pack.test_words import problems_of

from dev import first_run
from fanout.client import installed

AGAIN = "Make the page anew: python scripts/dev/first_run.py"
PAGE = first_run.PAGE.read_text(encoding="utf-8")
TEMPLATE = first_run.TEMPLATE.read_text(encoding="utf-8")
RECORDED = first_run.recorded_of(PAGE)
TYPED = re.findall(rf"(?:Type `|^{first_run.TYPED})([/!][^`\n]+)", PAGE, re.MULTILINE)

# What holds no time and no order of arrival: word for word the same in each walk.
STEADY = ("install", "plan", "launch", "brief", "next", "back", "denied", "commit", "undo", "wrong")


def test_the_page_is_the_template_with_what_was_recorded() -> None:
    assert first_run.render(TEMPLATE, RECORDED) == PAGE, AGAIN
    assert list(RECORDED) == first_run.MARK.findall(TEMPLATE), AGAIN
    assert all(text.strip() for text in RECORDED.values())


def test_it_says_what_was_scripted_before_the_first_step() -> None:
    assert "**What the model says\nwas scripted**" in PAGE.partition("## 1.")[0]


def test_everything_it_has_typed_exists() -> None:
    slash = {line.split()[0] for line in TYPED if line.startswith("/spec:")}
    assert slash == {f"/spec:{name}" for name in ("decompose", "plan", "execute", "status", "report")}
    assert slash <= {f"/spec:{path.stem}" for path in COMMANDS}
    calls = [line.removeprefix("!fanout ").split() for line in TYPED if line.startswith("!fanout ")]
    assert {"doctor", "plan", "start", "commit", "undo"} == {words[0] for words in calls}
    assert [problem for words in calls for problem in problems_of(words)] == []


def test_nothing_of_the_machine_is_on_it() -> None:
    assert not re.search(r"/tmp/|/home/|/root|first-run-\w|fanout.home", PAGE)


def test_the_list_was_made_from_the_spec_beside_it() -> None:
    document = json.loads((first_run.EXAMPLE / "tasks.json").read_text())
    spec = (first_run.EXAMPLE / "spec.md").read_bytes()
    assert document["x-decomposed-from"]["sha256"] == hashlib.sha256(spec).hexdigest()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("/p/a b/x at 07:49:13", "~/x at 12:00:00"),
        ("01  b0031a45f338\nb0031a4 Store\n4a99a5c Table", "01  111111111111\n1111111 Store\n2222222 Table"),
        ("4.4 s, 0.1 s, 80.0 min, 1.6 times", "4 s, 0.1 s, 80.0 min, 1.6 times"),
        ("afdaaaa Usage page\n01  abcdefabcdef  x", "1111111 Usage page\n01  222222222222  x"),
        ("a deadbed of roses", "a deadbed of roses"),
    ],
)
def test_what_differs_from_run_to_run_is_taken_out(text: str, plain: str) -> None:
    assert first_run.Names({"/p/a b": "~"}).plain(text) == plain


def test_a_walk_goes_as_the_page_says(client: Path, tmp_path: Path) -> None:
    found = first_run.play(tmp_path, client, {"FANOUT_CACHE_DIR": str(installed.default_cache())})
    assert list(found) and set(found) == set(RECORDED)
    for name in STEADY:
        assert found[name] == RECORDED[name], AGAIN
    assert "5 of 5 done" in found["report"] and "ZeroDivisionError" in found["report"]
    assert "1 of 5 done, 2 running" in found["status"]

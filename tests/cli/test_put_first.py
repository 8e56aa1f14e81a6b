"""fanout first: what the user puts before all others, by the names that they use, and what stops waiting for that."""

from __future__ import annotations

import pytest
from hooks.desk import Desk
from project import Project

LIST = """# Shop

- [ ] `server/routes/coupons.js`: check a coupon code
- [ ] `server/routes/stock.js`: how many are left
- [ ] `web/pages/coupons.js`: the coupon page
- [ ] `web/pages/help.js`: the help page, after 3
"""


@pytest.fixture
def shop(project: Project) -> Project:
    project.write({"plan.md": LIST})
    assert "shop-1" in project.fanout("start", "plan.md").out
    return project


def test_a_wait_that_has_evidence_stays_until_the_user_says_that_it_need_not(shop: Project) -> None:
    said = shop.fanout("first", "shop-1/03").out
    assert "03 waits for 01: inferred, web/pages/coupons.js is about coupon" in said
    assert "If the user says that it need not wait: `fanout first shop-1/03 --now`." in said
    said = shop.fanout("first", "shop-1/03", "--now").out
    assert "03 no longer waits for 01, as asked for." in said
    assert "`fanout brief shop-1/03`" in said and "`fanout brief shop-1/01`" in said


def test_a_wait_that_the_list_states_stays(shop: Project) -> None:
    said = shop.fanout("first", "shop-1/04", "--now").out
    assert "04 needs 03" in said and "--now" not in said


@pytest.mark.parametrize("name", ["3", "03", "003"])
def test_a_number_is_taken_as_people_write_it(shop: Project, name: str) -> None:
    assert "03 comes before all others" in shop.fanout("first", f"shop-1/{name}").out


def test_a_number_that_no_task_has_is_refused(shop: Project) -> None:
    assert "has no task '7'" in shop.fanout("first", "shop-1/7").err


def test_what_runs_already_is_said_and_the_others_are_put_first(shop: Project) -> None:
    desk = Desk(shop.path).join("shop-1")
    desk.launch("01")
    said = shop.fanout("first", "shop-1/01", "shop-1/02")
    assert said.out.startswith("01 runs already. 02 comes before all others")
    assert shop.fanout("first", "shop-1/01").err.startswith("error: task 01 is running.")


def test_words_about_waiting_lift_nothing_and_that_is_said(shop: Project) -> None:
    said = shop.fanout("amend", "shop-1/03", "does not wait for 01").out
    assert "It still waits for 01: inferred" in said


def test_fewer_at_once_than_run(shop: Project) -> None:
    desk = Desk(shop.path).join("shop-1")
    for name in ("01", "02"):
        desk.launch(name)
    assert shop.fanout("cap", "1").out.startswith("At most 1 at once. The 2 that run go on to their end.")

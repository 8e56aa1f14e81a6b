"""The page in Chromium, in both themes: drawn, nobody complains, nothing fetched, usable by keyboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from report.test_html import text_of

from dev.browser import Browser, NoBrowser

pytestmark = pytest.mark.slow  # starts Chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with Browser() as found:
            yield found
    except NoBrowser as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(text_of(tmp_path / "run"), encoding="utf-8")
    return path


@pytest.mark.parametrize(("theme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(13, 17, 23)")])
def test_drawn_in_both_themes(browser: Browser, file: Path, tmp_path: Path, theme: str, ground: str) -> None:
    browser.complaints.clear()
    browser.open(file, theme)
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == ground
    assert browser.ask("document.title") == "Demo: report of a run"
    shapes = browser.ask(
        "[...document.querySelectorAll('svg rect')].filter(r => r.getBoundingClientRect().width > 0).length"
    )
    assert shapes >= 5 + 6  # a bar for each agent, a box for each task
    visible = browser.ask("[...document.querySelectorAll('h2')].map(h => h.textContent)")
    assert visible[0] == "Summary" and len(visible) == 6
    assert browser.complaints == [] and browser.requests() == []
    browser.photograph(tmp_path / "page.png", whole=True)
    assert (tmp_path / "page.png").stat().st_size > 20_000


def test_hostile_text_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(text_of(tmp_path / "run", nasty=True), encoding="utf-8")
    browser.complaints.clear()
    browser.open(path)
    assert browser.ask("typeof window.pwned") == "undefined"
    assert browser.complaints == [] and browser.requests() == []


def test_no_style_or_script_but_our_own(browser: Browser, tmp_path: Path) -> None:
    """What would get through the escaping is stopped by the page's own policy."""
    path = tmp_path / "forged.html"
    forged = text_of(tmp_path / "run").replace(
        "</main>", "<script>window.pwned=1</script><img src=https://x.test/></main>"
    )
    path.write_text(forged, encoding="utf-8")
    browser.open(path)
    assert browser.ask("typeof window.pwned") == "undefined"
    assert any("Content Security Policy" in complaint for complaint in browser.complaints)


def test_the_theme_button(browser: Browser, file: Path) -> None:
    browser.open(file, "light")
    assert browser.ask("document.getElementById('theme').textContent") == "Dark theme"
    browser.ask("document.getElementById('theme').click()")
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(13, 17, 23)"
    assert browser.ask("document.getElementById('theme').textContent") == "Light theme"
    browser.ask("document.getElementById('theme').click()")
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_by_keyboard(browser: Browser, file: Path) -> None:
    browser.open(file)
    seen = []
    for _ in range(9):
        browser.press("Tab", 9)
        seen.append(browser.ask("document.activeElement.textContent.slice(0, 18)"))
    assert seen[:3] == ["Skip to the report", "Dark theme", "Summary"]
    assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") != "none"
    browser.open(file)
    browser.press("Tab", 9)
    assert browser.ask("document.activeElement.getBoundingClientRect().left") >= 0
    browser.press("Enter", 13)
    assert browser.ask("document.activeElement.id") == "main"


def test_what_a_screen_reader_is_told(browser: Browser, file: Path) -> None:
    browser.open(file)
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    told = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if not n.get("ignored")]
    roles = {role for role, _ in told}
    assert {"banner", "navigation", "main", "contentinfo", "table", "columnheader", "rowheader"} <= roles
    assert [name for role, name in told if role in ("image", "img")][:2] == ["Agents over time", "What depends on what"]
    assert all(name for role, name in told if role in ("button", "link", "region", "heading"))


def test_narrow_screens_scroll_tables_not_the_page(browser: Browser, file: Path) -> None:
    browser.size(360, 740)
    try:
        browser.open(file)
        assert browser.ask("document.documentElement.scrollWidth") <= 360
    finally:
        browser.size(1280, 900)

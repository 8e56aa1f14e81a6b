"""The page: well formed, self-contained, everything from the journal escaped, usable without sight of the pictures."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.runs import TASKS, desk_in, eventful
from run.plans import plan

from fanout.report import html, run_facts
from fanout.report.html import markup, sections, style

NASTY = '"><script>window.pwned=1</script><img src=x onerror="window.pwned=1">\x1b[2J\u202e</title></style>&lt; \'`{}'
VOID = {"meta"}


class Page(HTMLParser):
    """The elements of a page; complains of what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]


def page(folder: Path, nasty: bool = False) -> Page:
    return Page(text_of(folder, nasty))


def text_of(folder: Path, nasty: bool = False) -> str:
    tasks = {name: {**task, **({"title": NASTY, "agent": NASTY} if nasty else {})} for name, task in TASKS.items()}
    desk = eventful(desk_in(folder), tasks, title=NASTY if nasty else "Demo")
    found = run_facts.of_run(desk.db, desk.run, graph=True)
    if nasty:
        found["accepted"] = {"01": NASTY}
        found["tokens"] = [{"task": NASTY, "input": 1, "output": 1, "cache_read": 1, "cache_write": 1}]
        found["denials"].append({"at": 1.0, "task": NASTY, "kind": "write-denied", "path": NASTY, "reason": NASTY})
        found["sent_back"].append({"at": 1.0, "task": "01", "kind": "sent-back", "missing": NASTY})
        found["troubles"].append({"at": 1.0, "task": NASTY, "kind": "conflict", "path": NASTY})
        found["asked"].append({"at": 1.0, "task": NASTY, "path": NASTY, "why": NASTY, "answer": NASTY})
        found["hazards"].append({"tasks": ["05", "06"], "kind": NASTY, "witness": NASTY})
    return html.render(found, "1.2.3")


def test_hostile_text_makes_no_element(tmp_path: Path) -> None:
    hostile, plain = page(tmp_path / "a", nasty=True), page(tmp_path / "b")
    assert {tag for tag, _ in hostile.elements} <= {tag for tag, _ in plain.elements}
    assert len(hostile.all("script")) == 1 and not hostile.all("img")
    for _, attributes in hostile.elements:
        assert not [name for name in attributes if name.startswith("on")]
    assert sum(text.count("<script>window.pwned=1</script>") for text in hostile.texts) >= 10


def test_hostile_text_can_not_turn_or_colour_anything(tmp_path: Path) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text_of(tmp_path, nasty=True))


@given(st.text(max_size=60))
def test_markup_gives_back_what_it_was_given(text: str) -> None:
    made = markup.tag("p", text, title=text)
    parsed = Page(str(made))
    assert "".join(parsed.texts) == markup.text(text).replace("\r", "\n")
    assert len(parsed.elements) == 1 and set(parsed.elements[0][1]) == {"title"}


def test_nothing_is_fetched(tmp_path: Path) -> None:
    found = page(tmp_path)
    for tag, attributes in found.elements:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base", "form")
        for name, value in attributes.items():
            if name in ("src", "href", "xlink:href", "action", "poster", "data"):
                assert (value or "").startswith("#")
    assert "url(http" not in style.CSS and "@import" not in style.CSS and "@font-face" not in style.CSS
    [policy] = [meta["content"] for meta in found.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy and policy.startswith("default-src 'none'") and "script-src 'sha256-" in policy


def test_landmarks_names_and_references(tmp_path: Path) -> None:
    found = page(tmp_path)
    for landmark in ("header", "nav", "main", "footer"):
        assert len(found.all(landmark)) == 1
    assert found.all("html") == [{"lang": "en"}]
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = {link["href"][1:] for link in found.all("a") if link["href"]}
    for _, attributes in found.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            wanted |= set((attributes.get(name) or "").split())
    assert wanted <= set(ids)
    assert found.elements[[tag for tag, _ in found.elements].index("body") + 1][1]["href"] == "#main"
    assert [attributes["aria-label"] for attributes in found.all("nav")] == ["Sections"]


def test_every_picture_has_a_name_and_a_table(tmp_path: Path) -> None:
    found = page(tmp_path)
    pictures = found.all("svg")
    assert len(pictures) == 2
    assert all(picture["role"] == "img" and picture["aria-labelledby"] for picture in pictures)
    assert {"The chart as a table", "The graph as a table"} <= set(found.texts)
    assert len(found.all("table")) >= 4
    assert {header["scope"] for header in found.all("th")} == {"col", "row"}
    regions = [a for _, a in found.elements if a.get("class") == "scroll"]
    assert all(region["tabindex"] == "0" and region["role"] == "region" and region["aria-label"] for region in regions)


@pytest.mark.parametrize(
    ("times", "is_compared", "tile"),
    [
        (2.0, True, ("2.0 times", "than their times added up")),
        (0.4, False, ("-", "not compared")),
        (None, False, ("-", "nothing is done")),
    ],
)
def test_what_is_not_comparable_is_compared_in_no_tile(
    times: float | None, is_compared: bool, tile: tuple[str, str]
) -> None:
    assert sections._faster({"speedup": times, "is_compared": is_compared}) == tile


def test_the_evidence_is_there(tmp_path: Path) -> None:
    text = text_of(tmp_path)
    assert "b.py was to be written and is not there" in text
    assert "e.py belongs to task 05" in text
    assert "transcripts of these agents were not found" in text


@pytest.mark.parametrize("count", [1, 200])
def test_runs_of_any_size(tmp_path: Path, count: int) -> None:
    desk = desk_in(tmp_path)
    desk.start(plan({f"t{n}": {"writes": [f"f{n}"], "needs": [f"t{n - 1}"] if n else []} for n in range(count)}))
    found = Page(html.render(run_facts.of_run(desk.db, desk.run, graph=True)))
    assert "t0" in found.texts
    if count > 150:
        assert any("too many for a picture" in text for text in found.texts)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [style.LIGHT, style.DARK], ids=["light", "dark"])
def test_contrast(theme: str) -> None:
    colour = dict(re.findall(r"--(\w+):(#\w{6})", theme))
    for ground in ("page", "panel"):
        for name in ("text", "soft", "link"):
            assert contrast(colour[name], colour[ground]) >= 4.5, (name, ground)
        for name in ("done", "running", "failed", "blocked", "pending", "mark"):
            assert contrast(colour[name], colour[ground]) >= 3, (name, ground)

"""The document around the sections."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping
from typing import Any

from fanout.report.html import sections, style
from fanout.report.html.markup import Html, join, tag
from fanout.run.tasks.measure import seconds


def render(facts: Mapping[str, Any], version: str = "") -> str:
    """The whole page. `facts` are those of `facts.of_run` with the graph, and "accepted", "tokens" by the caller."""
    title = facts["title"] or facts["run"]
    shown = [(name, label, body) for name, label, body in sections.all_of(facts) if body]
    body = join(
        tag("a", "Skip to the report", href="#main", class_="skip"),
        tag("header", _top(facts, title), _navigation(shown)),
        tag("main", [_section(name, label, content) for name, label, content in shown], id="main", tabindex="-1"),
        tag("footer", tag("p", _made(facts, version))),
        tag("script", Html(style.SCRIPT)),
    )
    head = join(
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy()),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title}: report of a run"),
        tag("style", Html(style.CSS)),
    )
    return f"<!doctype html>\n{tag('html', tag('head', head), tag('body', body), lang='en')}\n"


def _policy() -> str:
    """Nothing may be loaded, and only our own script runs: text that got in as markup would still do nothing."""
    digest = base64.b64encode(hashlib.sha256(style.SCRIPT.encode()).digest()).decode()
    allowed = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return f"{allowed}; base-uri 'none'; form-action 'none'"


def _top(facts: Mapping[str, Any], title: str) -> Html:
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(facts["started"]))
    took = "took" if facts["ended"] else "so far"
    line = (
        f"Run {facts['run']} of {facts['source']}: {facts['state']}, began {began}, {took} {seconds(facts['elapsed'])}"
    )
    return tag(
        "div",
        tag("div", tag("h1", title), tag("p", line, class_="soft")),
        tag("button", "Theme", type="button", id="theme", hidden=True),
        class_="top",
    )


def _navigation(shown: list[tuple[str, str, Html]]) -> Html:
    links = [tag("li", tag("a", label, href=f"#{name}")) for name, label, _ in shown]
    return tag("nav", tag("ul", links), aria_label="Sections")


def _section(name: str, label: str, body: Html) -> Html:
    return tag("section", tag("h2", label, id=f"{name}-title"), body, id=name, aria_labelledby=f"{name}-title")


def _made(facts: Mapping[str, Any], version: str) -> str:
    return f"Made by fanout{f' {version}' if version else ''} from the run's journal. All times are measured."

"""Rows of segments back to text: the canonical spelling of a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fanout.plan.pattern.chain import ANY, LOOP, Chain, Label, has_extension
from fanout.plan.pattern.chars import ONE, CharClass, Mode, folded_set
from fanout.plan.pattern.lex import Star, Token
from fanout.plan.pattern.segment import Glob


def render(chains: Iterable[Chain]) -> str:
    """Text that parses to the same rows; the same for the same rows in any order."""
    rows = list(chains)
    texts = sorted(_row(one, len(rows) > 1) for one in rows)
    if not texts:
        return "[z-a]"
    return texts[0] if len(texts) == 1 else "{" + ",".join(texts) + "}"


def _row(one: Chain, in_braces: bool) -> str:
    labels = [_label(label, in_braces) for label in one.labels]
    last = one.labels[-1]
    if one.below and last is ANY:
        labels[-1] = "**"
    elif one.below and (isinstance(last, Glob) or has_extension(str(last))):
        labels.append("")
    text = "/".join(labels)
    if re.match("[A-Za-z]:", text):  # not a drive
        return f"{text[0]}\\{text[1:]}"
    return f"\\{text}" if text.startswith("!") else text


def _label(label: Label, in_braces: bool) -> str:
    if label is ANY or label is LOOP:
        return label.value
    tokens = label.tokens if isinstance(label, Glob) else tuple(str(label))
    return "".join(_token(token, in_braces) for token in tokens)


def _token(token: Token, in_braces: bool) -> str:
    if isinstance(token, Star):
        return "*"
    if isinstance(token, str):
        return f"\\{token}" if token in "\\*?[]{}" or (in_braces and token == ",") else token
    return "?" if token == ONE else _char_class(token)


def _char_class(one: CharClass) -> str:
    inside = "".join(_span(low, high) for low, high in folded_set(one, Mode.EXACT)) or "z-a"
    return f"[{'!' if one.negated else ''}{inside}]"


def _span(low: int, high: int) -> str:
    return _member(low) if low == high else f"{_member(low)}-{_member(high)}"


def _member(code: int) -> str:
    return f"\\{chr(code)}" if chr(code) in "\\]-!^[" else chr(code)

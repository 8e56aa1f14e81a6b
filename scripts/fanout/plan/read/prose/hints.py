"""Whether a text can say anything of order at all: asked before the search for phrases, which takes far longer."""

from __future__ import annotations

# One of these stands in every text in which `Phrases.find` finds something, in lower case and with single blanks; a
# test holds the two together.
_HINTS = (
    *("depend", "deps", "block", "wait", "requi", "need", "prere", "pre-re", "before", "after", "once", "when", "soon"),
    *(
        "number ",
        "item ",
        "point ",
        "task ",
        "follow",
        "build",
        "must be ",
        "must have ",
        "should be ",
        "should have ",
        "to be ",
        "to have ",
        "first",
    ),
    *("the end", "last", "previous", "preceding", "prior", "earlier", "above", "all of ", "every", "each of "),
    *("hängt", "abhängig", "braucht", "benötig", "nach", "setzt", "voraus", "wartet", "vor", "nicht"),
    *("dépend", "bloqu", "prérequis", "nécessite", "après", "despué", "tras", "depoi", "requer", "richied", "dopo"),
    *("dipend", "bloccat", "hangt", "afhankelijk", "zależ", "завис", "заблок", "после", "требу"),
    *(
        "wenn",
        "sobald",
        "quand",
        "une fois",
        "lorsque",
        "dès que",
        "cuando",
        "una vez",
        "quando",
        "als alles",
        "zodra",
        "am ende",
    ),
    *(
        "schluss",
        "zuletzt",
        "letztes",
        "la fin",
        "toute fin",
        "dernier",
        "al final",
        "último",
        "no final",
        "por fim",
        "alla fine",
    ),
    *("het eind", "最后", "すべて", "全て", "全部"),
    *("依赖", "依存", "前置", "前提", "前面", "前一", "上一", "先に", "之前", "以上", "需", "阻塞", "后", "後", "完了"),
    *("完成", "후", "의존", "←", "<-"),
)
_ASCII = tuple(hint for hint in _HINTS if hint.isascii())


def may_wait(text: str) -> bool:
    """False: `Phrases.find` finds nothing in the text."""
    lower = " ".join(text.lower().split())
    for hint in _ASCII if lower.isascii() else _HINTS:  # a loop: this is asked of every task  # noqa: SIM110
        if hint in lower:
            return True
    return False

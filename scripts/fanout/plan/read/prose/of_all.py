# ruff: noqa: RUF001 - letters of other alphabets
"""Sentences that speak of all tasks of a list, or of each: "All of these in Go", "Each with a test", "Jede mit einem Test".

Not "Every endpoint has a test", which speaks of the work, nor "Update all files".
"""

from __future__ import annotations

import re

_TASKS = r"(?:tasks?|steps?|items?|stor(?:y|ies)|tickets?|points?|boxes|box|bullets?|changes?)"
_MADE = r"(?:modules?|files?|functions?|components?|features?|parts?|pieces?|things?|ones?|entr(?:y|ies)|commands?)"
_GOES_ON = (
    r"(?:\s*[,:–—-]|\s+(?:of|with|without|in|into|on|gets?|needs?|has|have|must|should|shall|may|can|is|are|comes?|goes|go|wants?|stays?|"
    r"keeps?|as|under|for|by|also|to|at|from|separately))"
)
_ANYWHERE = (
    rf"\b(?:each|every|all|any|no)\s+(?:single\s+|of\s+)*(?:the(?:se)?\s+)?{_TASKS}\b|"
    r"\b(?:each|every\s*one|all|none|any|both)\s+of\s+(?:the(?:se|m)\b|those\b|the\s+above)|\b(?:these|they|them|those)\s+all\b|"
    rf"\bfor\s+(?:each|every\s*one|all)\b(?!\s+(?!of\b|{_TASKS}|{_MADE}|in\b)\w)|\bper\s+{_TASKS}|"
    r"\bjede[rsnm]?\s+(?:davon|von|aufgabe|schritt|punkt)\b|\balle[rn]?\s+(?:davon|aufgaben|schritte|punkte)\b|\bpro\s+aufgabe\b|"
    r"\b(?:chaque|toutes\s+les)\s+(?:tâches?|étapes?)\b|\bpar\s+tâche\b|\b(?:cada|tod[ao]s\s+[la]?[ao]s)\s+(?:tareas?|tarefas?|pasos?|passos?)\b|"
    r"\bpor\s+(?:tarea|tarefa)\b|\bogni\s+(?:compito|attività|passo)\b|\belke\s+taak\b|\bкажд\w+\s+задач|(?:每个|每项|所有|全部)(?:任务|步骤)|"
    r"(?:各|すべての|全ての?)タスク"
)
_BEGINS = (
    r"\A[\s>*_-]*(?:(?:and|but|please|for|in|für|bei|bitte|zu|pour|para|per|voor)\s+)?(?:"
    rf"(?:each|every\s*one|all|none|both|everything){_GOES_ON}|(?:each|every|all|no)\s+(?:the\s+|these\s+|new\s+)?{_MADE}{_GOES_ON}|"
    r"(?:jede[rsnm]?|alle[rnms]?|keine[rs]?\s+(?:davon|von))\b|(?:chacune?|tou(?:te)?s|aucune?)\b(?!\s+les\s+(?!tâche|étape))|"
    r"(?:cada\s+un[oa]|tod[oa]s|ningun[oa]|nenhum[a]?)\b(?!\s+[lao]s?\s)|(?:ognun[oa]|tutt[ie]|nessun[oa])\b|elke?\b|кажд\w+\s+из\b|"
    r"每[个项]|所有|全部|都|すべて|全て|모든)"
)
_SAYS = re.compile(rf"{_ANYWHERE}|{_BEGINS}", re.IGNORECASE)
# What is forbidden, whoever works: "Don't touch config/", "config/ stays as it is", "No new dependencies."
_KINDLY = r"\A[\s>*_-]*(?:(?:please|but|and|also|important|note|nb|bitte)\b[\s:,!*_]*)*"
_FORBIDS = re.compile(
    rf"{_KINDLY}(?:(?:don['’]?t|do\s+not|never)\s+(?!forget|worry|hesitate|wait|start|begin|do\b|mind)|hands\s+off|keep\s+(?:out|away|off)\b|no\s+new\b|nobody\b|"
    r"leave\s+[^.;\n]{1,60}\s(?:alone|untouched|as\s+(?:it\s+is|they\s+are))\b)|"
    r"\bstays?\s+(?:as\s+(?:it\s+is|they\s+are)|untouched|unchanged)\b|\b(?:is|are)\s+off[\s-]+limits\b|"
    r"\b(?:must|may|should|shall)(?:\s+not|n['’]t)\s+(?:be\s+)?(?:touch|chang|edit|modif|renam|remov|delet|break)\w*|"
    rf"{_KINDLY}(?:nicht|kein\w*|niemals|fass\w*|ne\s+(?:pas|touche)|no\s+(?:toque|cambie|toca)|não\s+(?:toque|mude|altere)|non\s+toccare)\b|"
    r"不要(?:改|动|修改)|请勿|禁止|触らない|変更しない",
    re.IGNORECASE,
)
# Said of one, or of when something may begin: "Do not implement until the plan is agreed".
_OF_ONE = re.compile(
    rf"\b(?:until|unless|before|yet)\b|\b{_TASKS}\s*#?\d|#\d|\b(?:first|second|third|last)\s+(?:{_TASKS}|one)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"`[^`\n]+`")
_BEGINNING = re.compile(_BEGINS, re.IGNORECASE)


def sentences(text: str) -> list[str]:
    """The sentences of a text; none ends inside backticks: "`go test ./... -v`"."""
    shown = _CODE.sub(lambda code: code[0].replace(" ", "\0"), text) if "`" in text else text
    return [one.replace("\0", " ") for one in re.split(r"(?<=[.!?。！])\s+|\n", shown)]


def is_said(text: str) -> bool:
    """Whether a sentence of the text speaks so."""
    return any(_SAYS.search(one) for one in sentences(text))


def forbids(text: str) -> bool:
    """Whether a sentence of the text forbids something, and not of one task in particular."""
    return any(_FORBIDS.search(one) and not _OF_ONE.search(one) for one in sentences(text))


def begins(line: str) -> bool:
    """Whether the line begins by speaking of all."""
    return bool(_BEGINNING.match(line))

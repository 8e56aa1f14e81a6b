"""Every format by name, and the choice of one for a source."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from fanout.errors import FanoutError, NoList
from fanout.plan.read.formats import (
    agentos,
    aidevtasks,
    backlog,
    beads,
    blockedby,
    bmad,
    bmad_sprint,
    ccpm,
    checklist,
    claudekit,
    claudetasks,
    conductor,
    cursor,
    dorklabs,
    execplan,
    features,
    github,
    gsd,
    jsontasks,
    kiro,
    native,
    oac,
    openspec,
    plandoc,
    ralph,
    shrimp,
    speckit,
    specworkflow,
    stm,
    superpowers,
    taskmaster,
    trae,
)
from fanout.plan.read.reading_builder import name_of
from fanout.plan.reading import Format, Reading, Source

SURE = 0.8
_LOOKED_AT = 1_000_000  # characters: what is longer shows its format by then, but for JSON, which is read whole

FORMATS: dict[str, Format] = {
    native.NAME: native.FORMAT,
    oac.NAME: oac.FORMAT,
    speckit.NAME: speckit.FORMAT,
    taskmaster.NAME: taskmaster.FORMAT,
    beads.NAME: beads.FORMAT,
    gsd.NAME: gsd.FORMAT,
    ccpm.NAME: ccpm.FORMAT,
    claudekit.NAME: claudekit.FORMAT,
    stm.NAME: stm.FORMAT,
    superpowers.NAME: superpowers.FORMAT,
    dorklabs.NAME: dorklabs.FORMAT,
    blockedby.NAME: blockedby.FORMAT,
    kiro.NAME: kiro.FORMAT,
    openspec.NAME: openspec.FORMAT,
    specworkflow.NAME: specworkflow.FORMAT,
    conductor.NAME: conductor.FORMAT,
    agentos.NAME: agentos.FORMAT,
    aidevtasks.NAME: aidevtasks.FORMAT,
    trae.NAME: trae.FORMAT,
    execplan.NAME: execplan.FORMAT,
    cursor.NAME: cursor.FORMAT,
    bmad.NAME: bmad.FORMAT,
    bmad_sprint.NAME: bmad_sprint.FORMAT,
    ralph.NAME: ralph.FORMAT,
    features.NAME: features.FORMAT,
    shrimp.NAME: shrimp.FORMAT,
    claudetasks.NAME: claudetasks.FORMAT,
    backlog.NAME: backlog.FORMAT,
    plandoc.NAME: plandoc.FORMAT,
    github.NAME: github.FORMAT,
    jsontasks.NAME: jsontasks.FORMAT,
    checklist.NAME: checklist.FORMAT,
}

PROSE = (
    "Have an agent make a list of it: one Agent call, subagent_type `spec:task-analyst`, prompt 'Spec: {path}. Write {made}.' "
    "(the user may type /spec:decompose), and that file is the source. By hand each task is a line of its own, "
    "'- [ ] Add the form in `src/form.ts`'; `--format help` names the other formats."
)


def read(source: Source, forced: str | None = None) -> Reading:
    """The source as the format `forced`, or as the one that knows it best. Raises FanoutError when none does."""
    return choose(source, forced).read(source)


def choose(source: Source, forced: str | None = None) -> Format:
    """The format to read `source` with."""
    if forced is not None:
        if forced not in FORMATS:
            raise FanoutError(f"there is no format {forced!r}.", f"Formats: {', '.join(FORMATS)}.")
        return FORMATS[forced]
    seen = _looked_at(source)
    scores = {name: format_.detect(seen) for name, format_ in FORMATS.items()}
    best = FORMATS[max(scores, key=lambda name: scores[name])]
    if scores[best.name] <= 0:
        raise _no_format(source)
    several = [name for name, score in scores.items() if score >= SURE]
    if source.is_folder and len(several) > 1:
        fix = "Name the one you mean, or force its format with --format."
        raise FanoutError(f"{source.path} holds task lists of several formats: {', '.join(several)}.", fix)
    return best


def _looked_at(source: Source) -> Source:
    """The part of the source that its format shows in; line ends of old Macs as everybody's."""
    text = source.text.replace("\r", "\n") if "\n" not in source.text else source.text
    if len(text) > _LOOKED_AT and text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        text = text[: text.rfind("\n", 0, _LOOKED_AT) + 1] or text
    return source if text is source.text else replace(source, text=text)


def _no_format(source: Source) -> FanoutError:
    name = source.path or "standard input"
    if not source.is_folder and not source.text.strip():
        return FanoutError(f"{name} is empty.", "Write a task list into it, such as '- [ ] Add `src/a.py`'.")
    path = name_of(source.path, source.root) if source.path else "PATH"
    message, made = (
        f"{path if source.path else name} is in no format known here.",
        _list_of(path if source.path else ""),
    )
    fix = PROSE.format(path=path, made=made)
    return NoList(message, fix, path, made) if source.path and not source.is_folder else FanoutError(message, fix)


def _list_of(path: str) -> str:
    """Where the list of a spec stands: beside it in its folder of specs/, else in one called as the spec is."""
    folder, name = posixpath.split(path)
    if posixpath.basename(posixpath.dirname(folder)) == "specs":
        return f"{folder}/tasks.json"
    return f"specs/{posixpath.splitext(name)[0].lower().replace(' ', '-') or 'NAME'}/tasks.json"

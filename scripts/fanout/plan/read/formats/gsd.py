"""GSD: .planning/phases/NN-name/NN-MM-PLAN.md. One plan is one task; a SUMMARY file beside it says that it is done."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import pairwise

from fanout.errors import FanoutError
from fanout.plan.file_access import Files
from fanout.plan.read import edges
from fanout.plan.read.prose import touched
from fanout.plan.read.prose.install_commands import installs
from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.reading_builder import Entry, Gather, clean_id
from fanout.plan.read.text import front, labelled_sections, markdown
from fanout.plan.read.text.front import Front
from fanout.plan.reading import Format, Reading, Source

NAME = "gsd"
_PLAN = re.compile(r"(?:(\d+(?:\.\d+)*)-)?(\d+)-PLAN\.md\Z")
_PHASE = re.compile(r"(\d+(?:\.\d+)*)-")
_TAG = re.compile(r"<(/?)([\w_]+)((?:\s+[\w:-]+=\"[^\"]*\")*)\s*>")
_BLOCK = re.compile(r"<(files|read_first|action|verify|acceptance_criteria|name|done)>(.*?)</\1>", re.DOTALL)
_TASK = re.compile(r"<task\b([^>]*)>(.*?)(?:</task>|\Z)", re.DOTALL)
_CONTEXT = re.compile(r"<context>(.*?)</context>", re.DOTALL)
_AT = re.compile(r"(?:^|\s)@([\w./~-]+)", re.MULTILINE)


@dataclass(slots=True)
class _Plan:
    entry: Entry
    head: Front
    path: str
    phase: str
    wave: int


def detect(source: Source) -> float:
    """Front matter with phase and plan, and either declared files or a block of tasks."""
    if source.is_folder:
        return 0.9 if _plans(source.files, source.path) else 0.0
    if not source.text.startswith("---"):
        return 0.0
    head = front.peek(source.text).values
    if "phase" in head and "plan" in head and ("files_modified" in head or "wave" in head or "<tasks>" in source.text):
        return 0.95
    return 0.6 if "<tasks>" in source.text and "<task " in source.text else 0.0


def read(source: Source) -> Reading:
    gather = Gather(source, NAME)
    files = _plans(source.files, source.path) if source.is_folder else [source.path]
    if not files:
        raise FanoutError(f"{source.path} has no NN-MM-PLAN.md.", "Name .planning or one of its phases.")
    plans = [_plan(gather, path) for path in files]
    _depend(gather, plans)
    _waves(gather, plans)
    _phases(plans)
    return gather.reading()


def _plans(files: Files, folder: str) -> list[str]:
    """Every plan below the folder: of one phase, of all phases, of a project."""
    for inside in (folder, os.path.join(folder, "phases"), os.path.join(folder, ".planning", "phases")):
        if not files.is_folder(inside):
            continue
        here = [os.path.join(inside, name) for name in files.names(inside) if _PLAN.match(name)]
        if os.path.basename(inside) == "phases":
            for phase in files.names(inside):
                below = os.path.join(inside, phase)
                if files.is_folder(below):
                    here += [os.path.join(below, name) for name in files.names(below) if _PLAN.match(name)]
        if here:
            return sorted(here, key=lambda path: (_numbers(os.path.dirname(path)), _numbers(path), path))
    return []


def _numbers(path: str) -> list[int]:
    return [int(part[:17]) for part in re.findall(r"\d+", os.path.basename(path))]


def _plan(gather: Gather, path: str) -> _Plan:
    page = markdown.page(gather.text(path), gather.name(path))
    head = front.parse(page.lines)
    phase, number = _place(head, path)
    identity = f"{phase}-{number}" if phase else number
    body = "\n".join(line.text for line in page.lines[head.end :])
    goal = re.search(r"<objective>\s*(.*?)\s*(?:\n|</objective>)", body, re.DOTALL)
    entry = gather.task(identity, goal[1] if goal else identity, gather.place(path, 1))
    entry.note.phase = head.text("phase") or phase
    if path and gather.source.files.exists(path[: -len("PLAN.md")] + "SUMMARY.md"):
        entry.note.status = "completed"
    for line in head.strange:
        gather.leave(gather.place(path, line.number), line.text)
    _effects(gather, entry, head, body)
    _evidence(entry, head, body)
    entry.fields["description"] = body.strip()
    if head.flag("autonomous") is False or re.search(r"<task[^>]*type=\"checkpoint", body):
        message = "it has a checkpoint that waits for a person"
        gather.warn("needs-a-person", message, entry.id, "Do it in the main conversation, or answer when it asks.")
    wave = head.text("wave")
    return _Plan(entry, head, path, phase, int(wave) if wave.isdigit() and len(wave) < 9 else 1)


def _place(head: Front, path: str) -> tuple[str, str]:
    """Phase and number: of the file's name, of its folder's, or of the front matter."""
    name = _PLAN.match(os.path.basename(path)) if path else None
    folder = _PHASE.match(os.path.basename(os.path.dirname(path))) if path else None
    stated = re.match(r"\d+(?:\.\d+)*", head.text("phase"))
    phase = (name and name[1]) or (folder and folder[1]) or (stated and stated[0]) or ""
    return phase, name[2] if name else head.text("plan").rpartition("-")[2] or "01"


def _effects(gather: Gather, entry: Entry, head: Front, body: str) -> None:
    """files_modified is the stated write set; what its tasks name beyond it is inferred, and warned of."""
    _stated_writes(gather, entry, head)
    declared = set(entry.get("writes"))
    for match in _TASK.finditer(body):
        _task_effects(gather, entry, dict(_BLOCK.findall(match[2])), declared)
    context = "\n".join(_CONTEXT.findall(body))
    entry.add("reads", [path for path in map(as_path, _AT.findall(context)) if path and ".planning" not in path])
    touched.settle(gather, entry, str(entry.fields["title"]))


def _stated_writes(gather: Gather, entry: Entry, head: Front) -> None:
    for item in head.texts("files_modified"):
        path = as_path(item)
        if path is None:
            message = f"files_modified holds {item[:80]!r}, which is no path inside the project"
            gather.warn("not-a-path", message, entry.id)
        else:
            entry.add("writes", [path])


def _task_effects(gather: Gather, entry: Entry, blocks: dict[str, str], declared: set[str]) -> None:
    used = _paths(blocks.get("files", ""))
    for _command, files in installs(blocks.get("action", "") + blocks.get("verify", "")):
        used += files
    extra = [path for path in used if not _covered(path, declared)]
    if entry.add("writes", extra, "its tasks name them, files_modified does not", 0.9):
        message = f"its tasks write {', '.join(extra[:5])}, not in files_modified"
        gather.warn("undeclared-write", message, entry.id, "Add them to files_modified.")
    entry.add("reads", _paths(blocks.get("read_first", "")))


def _paths(text: str) -> list[str]:
    return [path for path in map(as_path, re.split(r"[\n,]", _unticked(text))) if path]


def _unticked(text: str) -> str:
    return text.replace("`", "").replace("- ", "\n")


def _covered(path: str, declared: set[str]) -> bool:
    import fnmatch

    return any(
        path == item or path.startswith(item.rstrip("/*") + "/") or fnmatch.fnmatch(path, item) for item in declared
    )


def _evidence(entry: Entry, head: Front, body: str) -> None:
    must = head.map("must_haves")
    for name, words in (
        ("truths", "{}"),
        ("artifacts", "{path} exists: {provides}"),
        ("key_links", "{from} -> {to}: {via}"),
    ):
        items = must.get(name)
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict):
                fields = {key: str(item.get(key, "")) for key in ("path", "provides", "from", "to", "via")}
                entry.accept(words.format(item, **fields).rstrip(": "))
            else:
                entry.accept(str(item))
    for match in _TASK.finditer(body):
        for key, text in _BLOCK.findall(match[2]):
            if key == "verify":
                _verify(entry, text)
            elif key in ("acceptance_criteria", "done"):
                for line in text.strip().splitlines():
                    entry.accept(re.sub(r"^\s*[-*]\s*(?:\[.?\]\s*)?", "", line)) if line.strip() else None


def _verify(entry: Entry, text: str) -> None:
    """Lines of a <verify>: commands in backticks at the start are proof, the rest is prose."""
    for line in text.strip().splitlines():
        if line.strip():
            labelled_sections.verify(entry, re.sub(r"^\s*[-*]\s*", "", line))


def _depend(gather: Gather, plans: list[_Plan]) -> None:
    """Spellings of a dependency: 01, 01-01, 01-PLAN, 01-01-PLAN.md."""
    for plan in plans:
        for item in plan.head.texts("depends_on"):
            text = re.sub(r"(?:-?PLAN)?(?:\.md)?\Z", "", os.path.basename(item.strip()), flags=re.IGNORECASE)
            text = re.sub(r"\A(\d+(?:\.\d+)*)-[A-Za-z][\w.-]*?-(\d+)\Z", r"\1-\2", text)  # 01-foundation-01
            text = re.sub(r"\A(?:phase|plan)[ -]*(?=\d)", "", text, flags=re.IGNORECASE)
            if not re.fullmatch(r"[\d.]+(?:-\d+)*(?:-[\w-]+)?", text):
                where = gather.place(plan.path, plan.head.lines.get("depends_on", 1))
                message = f"{where}: depends_on holds {item[:60]!r}, which is no plan's number"
                gather.warn("placeholder", message, plan.entry.id, "Write numbers such as 01-02, or nothing: [].")
                continue
            _need(gather, plan, plans, text)


def _need(gather: Gather, plan: _Plan, plans: list[_Plan], text: str) -> None:
    """The plan or the phase that `text` names; one of another folder that has its SUMMARY is over."""
    choices = (text, f"{plan.phase}-{text}", f"{plan.phase}-{text.zfill(2)}")
    names = [name for name in choices if name in gather.known and name != plan.entry.id]
    phase = re.match(r"(\d+(?:\.\d+)*)(?:-[A-Za-z]|\Z)", text)
    whole = [one.entry.id for one in plans if phase and one.phase == phase[1] and one.phase != plan.phase]
    if not names and not whole and _is_over(gather, plan, text):
        return
    plan.entry.add("depends_on", names[:1] or whole or [clean_id(choices[1] if text.isdigit() else text)])


def _is_over(gather: Gather, plan: _Plan, text: str) -> bool:
    """Whether a phase beside this one's folder holds the plan's summary."""
    number = re.match(r"(\d+(?:\.\d+)*)-\d+\Z", text)
    phases = os.path.dirname(os.path.dirname(plan.path))
    files = gather.source.files
    return bool(number) and any(
        files.exists(os.path.join(phases, name, f"{text}-SUMMARY.md"))
        for name in files.names(phases)
        if number and re.match(rf"{re.escape(number[1])}\b", name)
    )


def _waves(gather: Gather, plans: list[_Plan]) -> None:
    """A plan that states no dependency waits for the earlier waves of its phase."""
    _warn_of_waves(gather, plans)
    for phase in dict.fromkeys(plan.phase for plan in plans):
        members = [plan for plan in plans if plan.phase == phase]
        for plan in members:
            if plan.wave > 1 and not plan.entry.get("depends_on"):
                before = [other.entry for other in members if other.wave < plan.wave]
                edges.after(plan.entry, edges.sinks(before), f"its wave {plan.wave} comes after theirs", 0.6, "barrier")


def _warn_of_waves(gather: Gather, plans: list[_Plan]) -> None:
    known = {plan.entry.id: plan for plan in plans}
    for plan in plans:
        for name in plan.entry.get("depends_on"):
            other = known.get(name)
            if other and other.phase == plan.phase and other.wave >= plan.wave:
                message = f"it stands in wave {plan.wave} with {name}, which it depends on (wave {other.wave})"
                gather.warn("wave-order", message, plan.entry.id, "The dependency holds; correct the wave.")


def _phases(plans: list[_Plan]) -> None:
    groups = [[p.entry for p in plans if p.phase == phase] for phase in dict.fromkeys(plan.phase for plan in plans)]
    for before, behind in pairwise(groups):
        edges.barrier(edges.sinks(before), edges.sources(behind), "the phases of a project run in order", 0.7)


FORMAT = Format(NAME, detect, read)

"""What `tasks validate` finds in a feature, in the words of OpenAgentsControl's tool."""

from __future__ import annotations

import re

from fanout.plan.read.formats.oac_files import Feature, Subtask

CONTRACT_TYPES = ("api", "interface", "event", "schema")
CONTRACT_STATES = ("draft", "defined", "implemented", "verified")
DESIGNS = ("figma", "wireframe", "mockup", "prototype", "sketch")


def checks(feature: Feature) -> tuple[list[str], list[str]]:
    """Errors and warnings, in the order in which they are printed."""
    errors: list[str] = []
    warnings: list[str] = []
    if feature.task is None:
        errors.append("Missing task.json")
    known = {item.seq: item for item in reversed(feature.subtasks)}
    for item in feature.subtasks:
        if not item.text_of("id").startswith(feature.name):
            errors.append(f"{item.seq}: ID should start with feature name")
        errors += [f"{item.seq}: depends on non-existent task {need}" for need in item.needs if need not in known]
        ring = _ring(item.seq, [], set(), known)
        if ring:
            errors.append(f"{item.seq}: circular dependency detected: {' -> '.join(ring)}")
        _extras(item.data, item.seq, errors, warnings)
        if not item.list_of("acceptance_criteria"):
            warnings.append(f"{item.seq}: No acceptance criteria defined")
        if not item.list_of("deliverables"):
            warnings.append(f"{item.seq}: No deliverables defined")
    if feature.task is not None:
        _task(feature.task, len(feature.subtasks), errors, warnings)
    return errors, warnings


def _ring(seq: str, path: list[str], visited: set[str], known: dict[str, Subtask]) -> list[str]:
    """The way from the start to the first task that comes twice, or nothing."""
    if seq in path:
        return [*path, seq]
    if seq in visited:
        return []
    visited.add(seq)
    for need in known[seq].needs if seq in known else []:
        ring = _ring(need, [*path, seq], visited, known)
        if ring:
            return ring
    return []


def _extras(data: dict[str, object], owner: str, errors: list[str], warnings: list[str]) -> None:
    """The fields of the second schema version."""
    _contracts(data, owner, errors)
    for item in _objects(data.get("design_components")):
        if item.get("type") not in DESIGNS:
            errors.append(f'{owner}: invalid design component type "{item.get("type", "undefined")}"')
    _lines(data, owner, errors, warnings)


def _contracts(data: dict[str, object], owner: str, errors: list[str]) -> None:
    for item in _objects(data.get("contracts")):
        if item.get("type") not in CONTRACT_TYPES:
            errors.append(f'{owner}: invalid contract type "{item.get("type", "undefined")}"')
        if item.get("status") not in CONTRACT_STATES:
            errors.append(f'{owner}: invalid contract status "{item.get("status", "undefined")}"')


def _lines(data: dict[str, object], owner: str, errors: list[str], warnings: list[str]) -> None:
    for key in ("context_files", "reference_files"):
        for item in _objects(data.get(key)):
            lines = item.get("lines")
            if isinstance(lines, str) and lines:
                wrong, odd = line_ranges(lines)
                errors += [f"{owner}: {key} line format error: {text}" for text in wrong]
                warnings += [f"{owner}: {key} line format warning: {text}" for text in odd]


def line_ranges(text: str) -> tuple[list[str], list[str]]:
    """Errors and warnings of a range such as "1-20, 35"."""
    text = text.strip()
    if not text:
        return [], []
    if re.search(r"[^0-9,\-\s]", text):
        return [f'Invalid characters in line range: "{text}". Only digits, commas, and hyphens are allowed.'], []
    rules = (
        (text.startswith(",") or text.endswith(","), "Line range cannot start or end with a comma"),
        (text.startswith("-") or text.endswith("-"), "Line range cannot start or end with a hyphen"),
        (",," in text, "Line range contains consecutive commas"),
        ("--" in text, "Line range contains consecutive hyphens"),
    )
    errors = [f'{words}: "{text}"' for broken, words in rules if broken]
    warnings: list[str] = []
    for part in [] if errors else text.split(","):
        _segment(part.strip(), text, errors, warnings)
    return errors, warnings


def _segment(part: str, text: str, errors: list[str], warnings: list[str]) -> None:
    ends = [end.strip() for end in part.split("-")]
    if not part:
        errors.append(f'Empty segment in line range: "{text}"')
    elif len(ends) > 2:
        errors.append(f'Invalid range format: "{part}". Expected format: "start-end"')
    elif "" in ends:
        errors.append(f'Range has empty start or end: "{part}"')
    else:
        first, last = (int(re.match(r"\d+", end)[0]) for end in (ends[0], ends[-1]))  # type: ignore[index]
        if min(first, last) < 1:
            errors.append(f'Line number{"s" if len(ends) == 2 else ""} must be positive: "{part}"')
        elif first > last:
            errors.append(f'Invalid range (start > end): "{part}". Start must be less than or equal to end.')
        elif len(ends) == 2 and first == last:
            warnings.append(f'Range "{part}" has same start and end. Consider using single line format: "{first}"')


def _task(task: dict[str, object], files: int, errors: list[str], warnings: list[str]) -> None:
    _lines(task, "task.json", errors, warnings)
    rice, wsjf = task.get("rice_score"), task.get("wsjf_score")
    if isinstance(rice, dict):
        limits: tuple[tuple[str, float, float, str], ...] = (
            ("reach", 5e-324, float("inf"), "> 0"),
            ("impact", 0.25, 3, "0.25-3"),
            ("confidence", 0, 100, "0-100"),
            ("effort", 5e-324, float("inf"), "> 0"),
        )
        for key, low, high, words in limits:
            if _outside(rice.get(key), low, high):
                errors.append(f"RICE {key} must be {words}")
    if isinstance(wsjf, dict):
        for key in ("business_value", "time_criticality", "risk_reduction", "job_size"):
            if _outside(wsjf.get(key), 1, 10):
                errors.append(f"WSJF {key} must be 1-10")
    _contracts(task, "task.json", errors)
    stated = task.get("subtask_count", "undefined")
    if stated != files or isinstance(stated, bool):
        shown = "null" if stated is None else stated
        errors.append(f"task.json subtask_count ({shown}) doesn't match actual count ({files})")


def _outside(value: object, low: float, high: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and not low <= value <= high


def _objects(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

"""fanout check: the independence checklist, then every warning."""

from __future__ import annotations

import sys

import click

from fanout.cli.commands.plan import JSON, SOURCE, located, planned
from fanout.cli.shared import project, project_probe
from fanout.cli.shared.base import BASE
from fanout.cli.shared.options import FORMAT, RISK
from fanout.errors import EXIT_WRONG, FanoutError, Problem, SourceError
from fanout.plan.check import independence
from fanout.plan.check.independence import Line
from fanout.plan.plan import Plan
from fanout.plan.reading import Remark

LINES = 40


@click.command()
@SOURCE
@FORMAT
@BASE
@RISK
@click.option("--max-parallel", type=click.IntRange(1, 100), help="At most so many agents at once.")
@click.option("--strict", is_flag=True, help="Exit 1 also on a warning or a failed line.")
@click.option("--all", "everything", is_flag=True, help="Every line, not only the first 40.")
@JSON
def check(
    source: str,
    format_: str | None,
    base: str | None,
    risk: str | None,
    max_parallel: int | None,
    strict: bool,
    everything: bool,
    as_json: bool,
) -> None:
    """Print the independence checklist of SOURCE, pass or fail with what shows it, and every warning.

    Exit code 1 when SOURCE can't be planned; a failed line is a warning, since the plan keeps such tasks apart.
    """
    origin = located(source, format_, base)
    try:
        plan = planned(origin, format_, "quick", max_parallel, risk=risk)
    except FanoutError as error:
        if not as_json:
            raise
        _print_problems(error)
        sys.exit(EXIT_WRONG)
    lines = independence.lines(plan, project_probe.of(origin.root))
    if as_json:
        project.echo_json(_data(lines, [], plan.warnings))
    else:
        click.echo(_text(plan, lines, everything))
    if strict and (plan.warnings or not all(line.passed for line in lines)):
        sys.exit(EXIT_WRONG)


def _print_problems(error: FanoutError) -> None:
    problems = error.problems if isinstance(error, SourceError) else [Problem("", "", "", error.message, error.fix)]
    project.echo_json(_data([], [problem.as_dict() for problem in problems], []))


def _data(lines: list[Line], errors: list[dict[str, str]], warnings: list[Remark]) -> dict[str, object]:
    """`independent`: every line passed."""
    return {
        "independent": bool(lines) and all(line.passed for line in lines),
        "checklist": [
            {"id": line.id, "title": line.title, "pass": line.passed, "witness": line.witness, "tasks": line.tasks}
            for line in lines
        ],
        "errors": errors,
        "warnings": [warning.as_dict() for warning in warnings],
    }


def _text(plan: Plan, lines: list[Line], everything: bool) -> str:
    failed = sum(not line.passed for line in lines)
    left = len(plan.tasks) - len(plan.done)
    title = plan.reading.document.title or plan.reading.document.id or plan.reading.format
    out = f" ({len(plan.left_out)} more held back)" if plan.left_out else ""
    apart = "; the plan keeps those tasks apart" if any(line.kept_apart for line in lines) else ""
    verdict = (
        f"{failed} of {len(lines)} checks {'fails' if failed == 1 else 'fail'}{apart}"
        if failed
        else "independent as it stands"
    )
    parts = [f"{title}: {left} {'task' if left == 1 else 'tasks'}{out}, {verdict}"]
    parts += [f"{_mark(line):5} {line.title}: {line.witness}" for line in lines]
    parts += [_remark(warning) for warning in plan.warnings]
    if everything or len(parts) <= LINES:
        return "\n".join(parts)
    return "\n".join([*parts[: LINES - 1], f"... {len(parts) - LINES + 1} more lines: --all"])


def _mark(line: Line) -> str:
    if line.passed:
        return "pass"
    return "apart" if line.kept_apart else "FAIL"


def _remark(warning: Remark) -> str:
    task = f"{warning.task}: " if warning.task else ""
    return f"warning {warning.code}: {task}{warning.message}. {warning.fix}".rstrip()

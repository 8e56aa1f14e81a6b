"""fanout overlap: do two path patterns have a path in common?"""

from __future__ import annotations

import json
import sys

import click

from fanout.errors import EXIT_WRONG, FanoutError


@click.command()
@click.argument("patterns", nargs=-1, metavar="A B")
@click.option(
    "--case-insensitive/--case-sensitive",
    default=None,
    help="Compare names as a file system does that ignores case, or as one that doesn't; by default as this project's does.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON; with - in place of A B, answer line by line.")
def overlap(patterns: tuple[str, ...], case_insensitive: bool | None, as_json: bool) -> None:
    """Print a path that patterns A and B both match, or "disjoint".

    With --json and -, read lines {"a", "b", "case_insensitive"} and print {"overlap", "witness", "error"} for each.
    """
    from fanout.cli.shared.project import root
    from fanout.plan.overlap import overlap_record
    from fanout.run.store import case_folding

    if as_json and patterns == ("-",):
        _stream(root())
        return
    if len(patterns) != 2:
        raise click.UsageError('name two patterns, such as `fanout overlap "src/**" src/app.ts`, or --json -.')
    a, b = patterns
    folds = case_folding.is_on(root()) if case_insensitive is None else case_insensitive
    record = overlap_record({"a": a, "b": b, "case_insensitive": folds}, root())
    if as_json:
        click.echo(json.dumps(record, ensure_ascii=False))
    if record["error"] and as_json:  # it stands in the record
        click.echo(f"error: {record['error']}", err=True)
        sys.exit(EXIT_WRONG)
    if record["error"]:
        raise FanoutError(str(record["error"]))
    if not as_json:
        click.echo(record["witness"] if record["overlap"] else "disjoint")


def _stream(root: str) -> None:
    """One answer a line, as soon as its line is there; what is wrong with a line stands in its answer."""
    from fanout.plan.overlap import overlap_record

    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        record, error = _decoded(line)
        answer = {"overlap": None, "witness": None, "error": error} if error else overlap_record(record, root)
        out.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
        out.flush()


def _decoded(line: bytes) -> tuple[object, str]:
    """The value of a line, or why there is none."""
    if not line.strip():
        return None, "the line is empty."
    try:
        return json.loads(line.decode("utf-8-sig")), ""
    except UnicodeDecodeError as error:
        return None, f"the line is not UTF-8 text (byte {error.start + 1})."
    except json.JSONDecodeError as error:
        return None, f'the line is not JSON: {error.msg} at column {error.colno}. Write {{"a": "src/**", "b": "x.ts"}}.'
    except (RecursionError, ValueError) as error:
        return None, f"the line can't be read: {error}."

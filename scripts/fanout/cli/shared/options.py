"""Options that several commands share, without what those commands import."""

from __future__ import annotations

from collections.abc import Callable

import click

RISKS = ("low", "normal", "high")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
LEARNED = click.option(
    "--learned/--stated", default=None, help="Correct the estimates by what past runs of this project took, or don't."
)
RISK = click.option(
    "--risk",
    type=click.Choice(RISKS),
    help="How much of the inferred order holds: low all of it, normal what there is evidence for, high the strong evidence.",
)


def _format(context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """`help` names them all, and nothing is read."""
    if value == "help":
        from fanout.plan.read import registry

        click.echo(f"Formats: {', '.join(registry.FORMATS)}.")
        context.exit(0)
    return value


FORMAT = click.option(
    "--format",
    "format_",
    metavar="NAME",
    callback=_format,
    is_eager=True,
    help="Read SOURCE as this format instead of detecting it; `help` names them all.",
)


def cluster(command: Callable[..., None]) -> Callable[..., None]:
    """Where a Dask cluster is. The environment is its configuration."""
    for name, variable, metavar, text in (
        ("--tls-key", "FANOUT_TLS_KEY", "FILE", "Its key."),
        ("--tls-cert", "FANOUT_TLS_CERT", "FILE", "This machine's certificate."),
        ("--tls-ca", "FANOUT_TLS_CA", "FILE", "The authority that the cluster's certificates are of."),
        ("--cluster", "FANOUT_CLUSTER", "ADDRESS", "The scheduler: tls://HOST:8786, or tcp:// on this machine."),
    ):
        command = click.option(name, envvar=variable, metavar=metavar, help=text)(command)
    return command


def check_client(client: str) -> None:
    """Raises FanoutError when there is no such program: nothing could be begun."""
    import shutil

    from fanout.errors import FanoutError

    if shutil.which(client) is None:
        raise FanoutError(
            f"there is no client {client} to start.",
            "--client PATH names it; Claude Code is installed as https://code.claude.com/docs says.",
        )

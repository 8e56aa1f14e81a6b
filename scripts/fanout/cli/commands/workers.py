"""The machines of the engine dask: worker."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from fanout.cli.shared import dask_extra, options, project
from fanout.errors import FanoutError

if TYPE_CHECKING:
    from fanout.engines.cluster_place import Place

PORT = 8786  # Dask's own
PAGES = "127.0.0.1:0"  # Dask's pages are never encrypted: there are none, and nobody else reaches where they would be
LOOK_SECONDS = 0.2


@click.command()
@options.cluster
@click.option("--local", is_flag=True, help="With a scheduler, for this machine alone: to try the engine.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Of the scheduler of --local."
)
@click.option("--schedule", is_flag=True, help="The scheduler too, at the address of --cluster.")
@click.option(
    "--slots",
    type=click.IntRange(0, 256),
    default=2,
    show_default=True,
    help="Clients at once, 0 for none here.",
)
@click.option("--client", metavar="PATH", help="The client, if it is not `claude` on the PATH.")
@click.option("--folder", metavar="DIR", help="Where it keeps its clones; each worker of a machine needs its own.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one object when it is ready.")
def worker(
    local: bool,
    port: int,
    schedule: bool,
    slots: int,
    client: str | None,
    folder: str | None,
    as_json: bool,
    **cluster_: str | None,
) -> None:
    """Do attempts of `--engine dask` runs on this machine, until it is stopped.

    Its clients have the environment that this command is started with: the key of the API stands there, and nowhere else.
    Each needs this plugin in the same version as the driver's.
    """
    from fanout.engines import cluster_place, errand, worker_folder

    place = cluster_place.Place(*((cluster_[name] or "") for name in ("cluster", "tls_ca", "tls_cert", "tls_key")))
    _refuse_both(local, schedule)
    if local:
        place = cluster_place.Place(f"tcp://127.0.0.1:{port}")
    cluster_place.checked(place)
    if not (slots or local or schedule):
        raise click.UsageError("--slots 0 is for a scheduler alone: add --schedule.")
    client = client or os.environ.get(errand.CLIENT_VARIABLE) or "claude"
    if slots:
        options.check_client(client)
    dask_extra.require()
    os.environ[errand.FOLDER_VARIABLE] = os.path.abspath(folder or errand.folder())
    os.environ[errand.CLIENT_VARIABLE] = client
    lock = worker_folder.taken(os.environ[errand.FOLDER_VARIABLE])
    errand.take_over()
    _serve(place, slots, local or schedule, as_json)
    os.close(lock)


def _refuse_both(local: bool, schedule: bool) -> None:
    """What --local makes is at an address of its own; a cluster that the environment names is another one."""
    given = click.get_current_context().get_parameter_source("cluster") is ParameterSource.COMMANDLINE
    if local and (schedule or given):
        raise click.UsageError(
            "--local makes a scheduler for this machine, at --port: leave --cluster and --schedule out, or leave --local out."
        )


def _serve(place: Place, slots: int, schedules: bool, as_json: bool) -> None:
    import asyncio

    import dask

    dask.config.set(
        {
            "distributed.scheduler.allowed-failures": 0,
            "distributed.worker.memory.terminate": False,
            "distributed.worker.memory.pause": False,
            "distributed.admin.log-length": 100,
            "distributed.scheduler.http.routes": [],
            "distributed.worker.http.routes": [],
        }
    )
    try:
        asyncio.run(_until_stopped(place, slots, schedules, as_json))
    except (OSError, TimeoutError) as error:
        raise FanoutError(f"{place.address}: {error or type(error).__name__}.", "Is its scheduler there?") from None
    except KeyboardInterrupt:
        click.echo("Stopped.", err=as_json)


async def _until_stopped(place: Place, slots: int, schedules: bool, as_json: bool) -> None:
    import asyncio
    import signal

    scheduler = await _scheduler(place) if schedules else None
    address = scheduler.address if scheduler is not None else place.address
    if scheduler is not None and not slots:
        said = f"The scheduler of {address}. `fanout worker --cluster {address}` on each machine gives it slots."
        _say_ready(said, address, slots, True, as_json)
        await scheduler.finished()
        return
    one = await _worker(place, address, slots)
    said = f"{slots} slots at {address}. `fanout drive RUN --cluster {address}` uses them."
    _say_ready(said, address, slots, schedules, as_json)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, lambda: asyncio.ensure_future(_close(one, scheduler)))
    await asyncio.gather(one.finished(), _stop_with(one))


def _say_ready(said: str, address: str, slots: int, schedules: bool, as_json: bool) -> None:
    if not as_json:
        click.echo(said)
        return
    from fanout.engines import errand

    project.echo_json(
        {
            "address": address,
            "slots": slots,
            "schedules": schedules,
            "client": os.environ[errand.CLIENT_VARIABLE] if slots else "",
            "folder": os.environ[errand.FOLDER_VARIABLE],
            "pid": os.getpid(),
        }
    )


async def _stop_with(one: Any) -> None:
    """Its clients end when the worker does, as it does without its scheduler: it closes only when they have."""
    import asyncio

    from distributed.core import Status

    from fanout.engines import errand

    while one.status not in (Status.closing, Status.closed, Status.failed):
        await asyncio.sleep(LOOK_SECONDS)
    errand.stop_all()


async def _scheduler(place: Place) -> Any:
    from distributed import Scheduler

    from fanout.engines import cluster

    host, _, port = place.address.rpartition("://")[2].rpartition(":")
    return await Scheduler(
        host=host.strip("[]"),
        port=int(port),
        protocol="tls" if place.is_encrypted else "tcp",
        security=cluster.security(place),
        dashboard=False,
        dashboard_address=PAGES,
    )


async def _worker(place: Place, address: str, slots: int) -> Any:
    from distributed import Worker

    from fanout.engines import cluster

    return await Worker(
        address,
        nthreads=slots,
        resources={cluster.SLOT: slots},
        security=cluster.security(place),
        memory_limit=0,
        dashboard=False,
        dashboard_address=PAGES,
        local_directory=os.environ["FANOUT_WORKER_FOLDER"],
        host=None if place.is_encrypted else "127.0.0.1",
    )


async def _close(one: Any, scheduler: Any) -> None:
    from fanout.engines import errand

    errand.stop_all()
    await one.close(timeout=5)
    if scheduler is not None:
        await scheduler.close()

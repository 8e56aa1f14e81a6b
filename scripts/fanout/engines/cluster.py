"""A Dask cluster as fanout uses it: one job an attempt, started once, its result not asked for."""

from __future__ import annotations

from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from fanout.engines.cluster_place import NEEDED, checked
from fanout.errors import FanoutError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.engines.cluster_place import Place

BUSY = "fanout-busy"  # the topic of the keys of attempts that wait for an API that is too busy
SLOT = "slot"  # of a worker's resources: one for each client that it may run
PATIENCE_SECONDS = 10.0
OVER = ("finished", "error", "cancelled", "lost")


def security(place: Place) -> Any:
    """For distributed; None without TLS."""
    from distributed.security import Security

    if not place.is_encrypted:
        return None
    _refuse_files(place)
    files = {"tls_ca_file": place.ca}
    for role in ("client", "worker", "scheduler"):
        files |= {f"tls_{role}_cert": place.cert, f"tls_{role}_key": place.key}
    return Security(require_encryption=True, **files)  # type: ignore[no-untyped-call]


def _refuse_files(place: Place) -> None:
    """Raises FanoutError where the files of TLS are not what they have to be."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    named = f"--tls-ca {place.ca}"
    try:
        context.load_verify_locations(place.ca)
        named = f"--tls-cert {place.cert}, --tls-key {place.key}"
        context.load_cert_chain(place.cert, place.key)
    except OSError as error:
        raise FanoutError(f"{named}: {error.strerror or error}.", NEEDED) from None


class Cluster:
    """A connection to a scheduler."""

    def __init__(self, place: Place) -> None:
        """Raises FanoutError when nobody answers."""
        import distributed

        self.place = checked(place)
        try:
            self.client = distributed.Client(  # type: ignore[no-untyped-call]
                place.address, security=security(place), timeout=PATIENCE_SECONDS, set_as_default=False
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise FanoutError(
                f"no scheduler answers at {place.address}: {error or type(error).__name__}.",
                "Start it, and `fanout worker` on each machine; then the same command goes on.",
            ) from None

    def listen(self) -> SimpleQueue[str]:
        """The keys of attempts that wait for an API that is too busy, as their workers tell of it from now on."""
        told: SimpleQueue[str] = SimpleQueue()
        self.client.subscribe_topic(BUSY, lambda event: told.put(str(event[1])))  # type: ignore[no-untyped-call]
        return told

    def is_up(self) -> bool:
        return bool(self.client.status == "running" and self.client.scheduler is not None and self._is_heard())

    def _is_heard(self) -> bool:
        comm = self.client.scheduler_comm
        return comm is not None and not comm.comm.closed()

    def submit(self, key: str, job: dict[str, Any]) -> Any:
        """One job, never run twice by the cluster's own decision. Its future."""
        return self.client.submit(_by_value(), job, key=key, pure=False, retries=0, resources={SLOT: 1})

    def stop(self, prefix: str) -> int:
        """Ends the attempts with keys like this on all workers. Returns how many ran."""
        try:
            found = self.client.run(_stop_by_value(), prefix, on_error="ignore")
        except (OSError, ValueError, TimeoutError):
            return 0
        return sum(one for one in found.values() if isinstance(one, int))

    def look(self) -> dict[str, dict[str, Any] | str]:
        """What each worker's machine has (worker_look.py), by its address; why it can't tell, where it can't."""
        found = self.client.run(_look_by_value(), on_error="return")
        return {address: one if isinstance(one, dict) else str(one) for address, one in found.items()}

    def workers(self) -> dict[str, dict[str, Any]]:
        """What the scheduler says of each worker, by its address."""
        known: dict[str, dict[str, Any]] = self.client.scheduler_info(n_workers=-1)["workers"]
        return known

    def slots(self) -> int:
        return sum(int(one.get("resources", {}).get(SLOT, 0)) for one in self.workers().values())

    def close(self) -> None:
        self.client.close(timeout=PATIENCE_SECONDS)  # type: ignore[no-untyped-call]


def _by_value() -> Callable[[dict[str, Any]], str]:
    """The function of a job. One inside another is sent as its code: the scheduler need not have fanout."""

    def fanout(job: dict[str, Any]) -> str:
        from distributed import get_worker

        from fanout.engines import cluster, errand

        worker = get_worker()
        return errand.carry_out(job, lambda key: worker.log_event(cluster.BUSY, key))

    return fanout


def _stop_by_value() -> Callable[[str], int]:
    def fanout(prefix: str) -> int:
        from fanout.engines import errand

        return errand.stop(prefix)

    return fanout


def _look_by_value() -> Callable[[], dict[str, Any]]:
    def fanout() -> dict[str, Any]:
        from fanout.engines import worker_look

        return worker_look.look()

    return fanout

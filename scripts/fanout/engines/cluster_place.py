"""Where a cluster is, and whether it may be used.

Whoever reaches a scheduler can run code on its workers. So anything but loopback is refused without TLS.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from fanout.errors import FanoutError

NEEDED = "TLS is three files: --tls-ca, --tls-cert and --tls-key (FANOUT_TLS_CA, FANOUT_TLS_CERT, FANOUT_TLS_KEY)."


@dataclass(frozen=True)
class Place:
    """Where a cluster is: its scheduler's address, and the files of TLS."""

    address: str
    ca: str = ""
    cert: str = ""
    key: str = ""

    @property
    def is_encrypted(self) -> bool:
        return self.address.startswith("tls://")


def checked(place: Place) -> Place:
    """The same. Raises FanoutError where others could reach it unseen."""
    if not place.address:
        raise FanoutError(
            "it is not said where the cluster is.",
            "--cluster tcp://127.0.0.1:8786 (or FANOUT_CLUSTER); `fanout worker --local` makes one on this machine to try.",
        )
    scheme, _, rest = place.address.rpartition("://")
    if scheme not in ("", "tcp", "tls") or not re.fullmatch(r".+:\d+", rest):
        raise FanoutError(f"{place.address} is no address of a scheduler.", "tcp://127.0.0.1:8786 or tls://HOST:8786.")
    if scheme == "tls":
        if not (place.ca and place.cert and place.key):
            raise FanoutError(f"{place.address} needs the files of TLS.", NEEDED)
        return place
    if not is_loopback(rest):
        raise FanoutError(
            f"{place.address} is not this machine, and not encrypted: whoever reaches it can run code on its workers.",
            f"Start its scheduler and workers with TLS and name it tls://{rest}. {NEEDED}",
        )
    return place


def is_loopback(host_and_port: str) -> bool:
    """Whether only this machine reaches the address."""
    host = host_and_port.rsplit(":", 1)[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""Where a cluster may be: on this machine, or behind TLS."""

from __future__ import annotations

import pytest

from fanout.engines.cluster_place import Place, checked
from fanout.errors import FanoutError

FILES = ("ca.pem", "cert.pem", "key.pem")
TAKEN = [
    ("tcp://127.0.0.1:8786", ()),
    ("tcp://[::1]:8786", ()),
    ("127.0.0.1:8786", ()),
    ("tcp://localhost:8786", ()),
    ("tcp://127.9.9.9:1", ()),
    ("tls://10.0.0.7:8786", FILES),
    ("tls://farm.example.org:8786", FILES),
]
REFUSED = [
    ("", (), "it is not said where the cluster is"),
    ("tcp://10.0.0.7:8786", (), "is not this machine, and not encrypted"),
    ("tcp://10.0.0.7:8786", FILES, "is not this machine, and not encrypted"),
    ("tcp://0.0.0.0:8786", (), "is not this machine, and not encrypted"),
    ("tcp://farm.example.org:8786", (), "name it tls://farm.example.org:8786"),
    ("tcp://localhost.example.org:8786", (), "is not this machine, and not encrypted"),
    ("tls://10.0.0.7:8786", (), "needs the files of TLS"),
    ("tls://10.0.0.7:8786", ("ca.pem", "", "key.pem"), "needs the files of TLS"),
    ("ws://127.0.0.1:8786", (), "is no address of a scheduler"),
    ("farm", (), "farm is no address of a scheduler. tcp://127.0.0.1:8786 or tls://HOST:8786."),
    ("tls://farm.example.org", FILES, "is no address of a scheduler"),
    ("tcp://127.0.0.1:", (), "is no address of a scheduler"),
    ("inproc://x", (), "is no address of a scheduler"),
]


@pytest.mark.parametrize(("address", "files"), TAKEN)
def test_it_may_be_used(address: str, files: tuple[str, ...]) -> None:
    place = Place(address, *files)
    assert checked(place) is place


@pytest.mark.parametrize(("address", "files", "said"), REFUSED)
def test_it_may_not(address: str, files: tuple[str, ...], said: str) -> None:
    with pytest.raises(FanoutError) as raised:
        checked(Place(address, *files))
    assert said in str(raised.value)

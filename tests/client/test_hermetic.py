from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fanout.client import hermetic

URL = "http://127.0.0.1:4321"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    made = hermetic.make_home(tmp_path)
    yield made
    hermetic.remove_home(made)


CALLER = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TERM": "xterm",
    "TZ": "UTC",
    "HOME": "/home/somebody",
    "USER": "somebody",
    "ANTHROPIC_API_KEY": "sk-ant-real",
    "ANTHROPIC_AUTH_TOKEN": "real",
    "CLAUDE_CODE_OAUTH_TOKEN": "real",
    "CLAUDE_CONFIG_DIR": "/home/somebody/.claude",
    "XDG_CONFIG_HOME": "/home/somebody/.config",
    "HTTPS_PROXY": "http://proxy:3128",
    "https_proxy": "http://proxy:3128",
    "NO_PROXY": "*",
    "NODE_EXTRA_CA_CERTS": "/ca.pem",
    "SSL_CERT_FILE": "/ca.pem",
    "NODE_OPTIONS": "--require x",
    "SSH_AUTH_SOCK": "/agent",
    "AWS_SECRET_ACCESS_KEY": "real",
    "LC_evil": "x",
}


def test_only_the_allow_list_comes_from_the_caller(home: Path) -> None:
    env = hermetic.environment(home, URL, caller=CALLER)
    taken = {name: value for name, value in env.items() if CALLER.get(name) == value}
    assert taken == {name: CALLER[name] for name in ("PATH", "LANG", "LC_ALL", "TERM", "TZ")}
    assert env["HOME"] == str(home)
    assert env["ANTHROPIC_API_KEY"] == hermetic.DUMMY_KEY
    assert not any("real" in value or "proxy" in value or "ca.pem" in value for value in env.values())


def test_root_is_told_that_it_is_in_a_sandbox(home: Path) -> None:
    assert hermetic.environment(home, URL).get("IS_SANDBOX") == ("1" if os.geteuid() == 0 else None)


REFUSED: list[tuple[dict[str, str | None], str]] = [
    ({"HOME": os.path.expanduser("~")}, "is the caller's own"),
    ({"HOME": os.path.expanduser("~") + "/../" + os.path.basename(os.path.expanduser("~"))}, "is the caller's own"),
    ({"HOME": None}, "HOME is not set"),
    ({"HOME": ""}, "HOME is not set"),
    ({"HOME": "/"}, "not a fresh temporary folder of this process"),
    ({"HOME": "/tmp"}, "not a fresh temporary folder of this process"),
    ({"HOME": "/no/such/folder"}, "not a fresh temporary folder of this process"),
    ({"ANTHROPIC_BASE_URL": None}, "ANTHROPIC_BASE_URL ''"),
    ({"ANTHROPIC_BASE_URL": "https://api.example.com"}, "ANTHROPIC_BASE_URL 'https://api.example.com'"),
    ({"ANTHROPIC_BASE_URL": "https://127.0.0.1:80"}, "is not http://<loopback address>:<port>"),
    ({"ANTHROPIC_BASE_URL": "http://127.0.0.1"}, "is not http://<loopback address>:<port>"),
    ({"ANTHROPIC_BASE_URL": "http://127.0.0.1.example.com:80"}, "is not http://<loopback address>:<port>"),
    ({"ANTHROPIC_BASE_URL": "http://127.0.0.1@example.com:80"}, "is not http://<loopback address>:<port>"),
    ({"ANTHROPIC_BASE_URL": "http://user@127.0.0.1:80"}, "is not http://<loopback address>:<port>"),
    ({"ANTHROPIC_BASE_URL": "http://localhost:80"}, "is not http://<loopback address>:<port>"),
    ({"ANTHROPIC_BASE_URL": "http://10.0.0.1:80"}, "is not http://<loopback address>:<port>"),
    ({"ANTHROPIC_BASE_URL": "http://0.0.0.0:80"}, "is not http://<loopback address>:<port>"),
    ({"ANTHROPIC_BASE_URL": "http://127.0.0.1:99999"}, "is not http://<loopback address>:<port>"),
    ({"ANTHROPIC_API_KEY": "sk-ant-somebody"}, "ANTHROPIC_API_KEY must be"),
    ({"ANTHROPIC_API_KEY": None}, "ANTHROPIC_API_KEY must be"),
    ({"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": None}, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC must be '1'"),
    ({"DISABLE_AUTOUPDATER": "0"}, "DISABLE_AUTOUPDATER must be '1'"),
    ({"CLAUDE_CODE_TMPDIR": "/tmp"}, "CLAUDE_CODE_TMPDIR '/tmp' is not a folder of its HOME"),
    ({"ANTHROPIC_AUTH_TOKEN": "x"}, "the variable ANTHROPIC_AUTH_TOKEN is not on the allow-list"),
    ({"CLAUDE_CODE_OAUTH_TOKEN": "x"}, "the variable CLAUDE_CODE_OAUTH_TOKEN is not on the allow-list"),
    ({"CLAUDE_CONFIG_DIR": "/x"}, "the variable CLAUDE_CONFIG_DIR is not on the allow-list"),
    ({"HTTPS_PROXY": "http://x"}, "HTTPS_PROXY must be"),
    ({"https_proxy": "http://x"}, "the variable https_proxy is not on the allow-list"),
    ({"NODE_EXTRA_CA_CERTS": "/x"}, "the variable NODE_EXTRA_CA_CERTS is not on the allow-list"),
    ({"NODE_OPTIONS": "-r x"}, "the variable NODE_OPTIONS is not on the allow-list"),
    ({"USER": "x"}, "the variable USER is not on the allow-list"),
]


@pytest.mark.parametrize(("change", "reason"), REFUSED, ids=[f"{next(iter(c.items()))}" for c, _ in REFUSED])
def test_refuses(home: Path, change: dict[str, str | None], reason: str) -> None:
    env = {**hermetic.environment(home, URL), **change}
    with pytest.raises(hermetic.NotHermetic) as refused:
        hermetic.check({name: value for name, value in env.items() if value is not None})
    assert reason in str(refused.value)
    assert "The client was not started" in str(refused.value)
    assert "sk-ant-somebody" not in str(refused.value)


def test_allows_what_it_built(home: Path) -> None:
    env = hermetic.environment(home, URL, extra={"FANOUT_CACHE_DIR": "/c", "CLAUDE_CODE_MAX_CONCURRENT_SUBAGENTS": "3"})
    hermetic.check(env)
    assert env["FANOUT_CACHE_DIR"] == "/c"


@pytest.mark.parametrize("name", ["ANTHROPIC_AUTH_TOKEN", "HTTP_PROXY", "USER", "CLAUDE_CODE_USE_BEDROCK"])
def test_an_extra_variable_has_to_be_on_the_list_too(home: Path, name: str) -> None:
    with pytest.raises(hermetic.NotHermetic, match=name):
        hermetic.environment(home, URL, extra={name: "x"})


@pytest.mark.parametrize("how", ["of another process", "readable by others", "unmarked", "renamed"])
def test_refuses_a_home_that_it_did_not_make(home: Path, tmp_path: Path, how: str) -> None:
    env = hermetic.environment(home, URL)
    other = hermetic.make_home(tmp_path)
    marker = (other / hermetic.MARKER).read_text()
    if how == "of another process":
        (other / hermetic.MARKER).write_text(str(os.getppid()))
    elif how == "readable by others":
        other.chmod(0o755)
    elif how == "unmarked":
        (other / hermetic.MARKER).unlink()
    used = Path(shutil.move(other, tmp_path / "home")) if how == "renamed" else other
    with pytest.raises(hermetic.NotHermetic, match="not a fresh temporary folder"):
        hermetic.check(env | {"HOME": str(used), "CLAUDE_CODE_TMPDIR": str(used / "tmp")})
    with pytest.raises(hermetic.NotHermetic):
        hermetic.remove_home(used)
    assert used.exists()
    shutil.move(used, other)
    other.chmod(0o700)
    (other / hermetic.MARKER).write_text(marker)
    hermetic.remove_home(other)
    assert not other.exists()


def test_homes_are_fresh_and_answer_the_first_questions(home: Path, tmp_path: Path) -> None:
    other = hermetic.make_home(tmp_path)
    assert other != home
    assert '"hasTrustDialogAccepted": true' in (other / ".claude.json").read_text()
    hermetic.remove_home(other)


def test_a_proxy_is_the_dead_one_or_none(tmp_path: Path) -> None:
    home = hermetic.make_home(tmp_path)
    try:
        env = hermetic.environment(home, "http://127.0.0.1:1", safety_check=True)
        assert not set(hermetic.QUIET) & set(env)
        with pytest.raises(hermetic.NotHermetic, match="HTTPS_PROXY must be"):
            hermetic.check(env | {"HTTPS_PROXY": "http://127.0.0.1:3128"})
        with pytest.raises(hermetic.NotHermetic, match="DISABLE_NONESSENTIAL"):
            hermetic.check({name: value for name, value in env.items() if name != "HTTPS_PROXY"})
    finally:
        hermetic.remove_home(home)

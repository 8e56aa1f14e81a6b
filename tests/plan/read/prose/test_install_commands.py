"""What package managers write."""

from __future__ import annotations

import pytest

from fanout.plan.read.prose.install_commands import installs


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("npm install x", ["package.json", "package-lock.json"]),
        ("npm install", ["package-lock.json"]),
        ("pnpm add x", ["package.json", "pnpm-lock.yaml"]),
        ("yarn add x", ["package.json", "yarn.lock"]),
        ("uv add x", ["pyproject.toml", "uv.lock"]),
        ("poetry add x", ["pyproject.toml", "poetry.lock"]),
        ("cargo add x", ["Cargo.toml", "Cargo.lock"]),
        ("go get x", ["go.mod", "go.sum"]),
        ("cd web && npm i x", ["web/package.json", "web/package-lock.json"]),
        ("npm run build, npm ci, pip install x", []),
    ],
)
def test_package_managers(text: str, files: list[str]) -> None:
    assert [file for _command, written in installs(text) for file in written] == files

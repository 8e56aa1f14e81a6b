"""The committed JSON Schema is the generated one, and says what the reader says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from project import CHECKOUT

from dev import schema
from fanout.errors import SourceError
from fanout.plan.model import parse_document

COMMITTED = CHECKOUT / "schema" / "document.schema.json"


def test_the_committed_schema_is_the_generated_one() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == schema.generated(), f"regenerate it: {schema.COMMAND}"


def test_the_schema_itself_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(COMMITTED.read_text()))


@pytest.mark.parametrize(
    ("document", "right"),
    [
        ({"tasks": [{"id": "01"}]}, True),
        ({"$schema": "x", "x-note": 1, "tasks": [{"id": "01", "writes": ["a/**"]}]}, True),
        ({"tasks": [{"id": "01", "resources": [{"name": "db", "mode": "shared"}]}]}, True),
        ({"policy": {"on_failure": "gate", "join": 2}, "tasks": [{"id": "01"}]}, True),
        ({"tasks": [{}]}, False),
        ({"task": []}, False),
        ({"tasks": [{"id": "01", "write": []}]}, False),
        ({"tasks": [{"id": "01", "estimate_minutes": -1}]}, False),
        ({"tasks": [{"id": "01", "isolation": "box"}]}, False),
        ({"schema_version": 2, "tasks": [{"id": "01"}]}, False),
        ({"max_parallel": 0, "tasks": [{"id": "01"}]}, False),
    ],
)
def test_schema_and_reader_agree(document: dict[str, object], right: bool) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(COMMITTED.read_text()))
    assert validator.is_valid(document) is right
    if right:
        parse_document(document, "test")
    else:
        with pytest.raises(SourceError):
            parse_document(document, "test")


def test_a_stale_schema_is_named_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(schema, "TOP", tmp_path)
    monkeypatch.setattr(schema, "TARGET", tmp_path / "schema" / "document.schema.json")
    monkeypatch.syspath_prepend(str(CHECKOUT / "scripts"))
    assert schema.main(["--check"]) == 1
    assert f"Run: {schema.COMMAND}" in capsys.readouterr().err
    assert schema.main([]) == 0
    assert schema.main(["--check"]) == 0

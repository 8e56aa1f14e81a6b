"""The committed JSON Schemas are the generated ones, and the native one says what its reader says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from project import CHECKOUT

from dev import schema
from fanout.errors import SourceError
from fanout.plan.model import parse_document

COMMITTED = CHECKOUT / "schema"
NATIVE = COMMITTED / "native.json"


def test_the_committed_schemas_are_the_generated_ones() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in COMMITTED.iterdir()}
    assert committed == schema.generated(), f"regenerate them: {schema.COMMAND}"


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
    validator = jsonschema.Draft202012Validator(json.loads(NATIVE.read_text()))
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
    monkeypatch.setattr(schema, "TARGET", tmp_path / "schema")
    monkeypatch.syspath_prepend(str(CHECKOUT / "scripts"))
    assert schema.main(["--check"]) == 1
    assert f"error: schema/beads.json is not what the code says. Run: {schema.COMMAND}" in capsys.readouterr().err
    assert schema.main([]) == 0
    assert schema.main(["--check"]) == 0
    (tmp_path / "schema" / "old.json").write_text("{}")
    (tmp_path / "schema" / "native.json").write_text("{}")
    assert schema.main(["--check"]) == 1
    assert schema.main([]) == 0
    assert "wrote schema/native.json\nremoved schema/old.json" in capsys.readouterr().out
    assert schema.main(["--check"]) == 0

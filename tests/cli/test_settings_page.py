"""docs/settings.md says what the code knows: every setting, its default, its choices."""

from __future__ import annotations

import json
import re

from project import CHECKOUT

from fanout.cli.shared.settings import SETTINGS

TEXT = (CHECKOUT / "docs" / "settings.md").read_text()
CELLS = [line.strip("|").split("|") for line in TEXT.splitlines() if line.startswith("| `")]
ROWS = {row[0].strip("` "): row for row in CELLS}


def test_every_setting_stands_there_with_its_default_and_choices() -> None:
    assert set(ROWS) == set(SETTINGS)
    for name, setting in SETTINGS.items():
        assert ROWS[name][1].strip() == f"`{setting.default}`"
        others = [choice for choice in setting.choices if choice != setting.default]
        assert re.findall(r"`(\w+)`", ROWS[name][2]) == others


def test_the_plugins_options_are_the_settings() -> None:
    manifest = json.loads((CHECKOUT / ".claude-plugin" / "plugin.json").read_text())
    assert {name: option["default"] for name, option in manifest["userConfig"].items()} == {
        name: setting.default for name, setting in SETTINGS.items()
    }

"""The one version: it stands in the plugin's manifest."""

from __future__ import annotations

import json
import os


def checkout() -> str:
    """The folder of the plugin: where .claude-plugin, bin and scripts are."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def version() -> str:
    with open(os.path.join(checkout(), ".claude-plugin", "plugin.json"), encoding="utf-8") as file:
        found: str = json.load(file)["version"]
    return found

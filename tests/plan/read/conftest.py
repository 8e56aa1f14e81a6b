"""Makes the corpus module importable: tests run in importlib mode, which puts no folder on the path."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))

"""The status line's door: `python scripts/statusline.py`, started by scripts/statusline when a run is live."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from fanout.run.flow.statusline import main

if __name__ == "__main__":
    sys.exit(main())

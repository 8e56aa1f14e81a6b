"""The slow door: `python scripts ARGS`, started by bin/fanout in the planner's environment."""

import os
import sys

sys.path[0] = os.path.dirname(os.path.abspath(__file__))

from fanout.cli.app import main

if __name__ == "__main__":
    main()

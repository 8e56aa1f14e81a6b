"""The fast door: hook.py EVENT ROOT, the hook's input on standard input. See fanout/hooks/door.py."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from fanout.hooks import door

sys.exit(door.main(sys.argv[1:]))

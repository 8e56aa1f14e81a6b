"""The fast door: hook.py EVENT ROOT, the hook's input on standard input. See fanout/hooks/door.py."""

import gc
import os
import sys

gc.disable()  # a process of one answer: what it leaves behind goes with it
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from fanout.hooks import door

code = door.main(sys.argv[1:])
sys.stdout.flush()
sys.stderr.flush()
os._exit(code)  # taking a hundred modules down one by one takes longer than a guarded write

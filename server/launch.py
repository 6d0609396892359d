"""Starts Shapewright from the editor package: `python -I -S launch.py serve`.

The interpreter is whichever the editor found. With `-I -S` it has its standard library and nothing else; the bundled
libraries go onto this process's path alone. No variable of the environment is set, so the worker, which runs the user's
code in the user's environment, sees none of them.
"""

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBRARIES = HERE.parent / "bundled" / "libs"

if not LIBRARIES.is_dir():
    sys.exit(f"{LIBRARIES} is missing: the package is incomplete. In a checkout, run `npm run libs`.")

sys.path[:0] = [str(HERE), str(LIBRARIES)]
runpy.run_module("shapewright", run_name="__main__", alter_sys=True)

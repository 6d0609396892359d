"""In the place of the analysis: runs the entry's text plainly. The trace's notes hold `out`, or the exception."""

from __future__ import annotations

import os
import sys
import types

from shapewright import wire


def execute(run: wire.Run) -> wire.Trace:
    module = types.ModuleType("__main__")
    module.__dict__["__file__"] = run.entry
    sys.modules["__main__"] = module
    sys.path.insert(0, os.path.dirname(run.entry))
    try:
        exec(compile(run.texts[run.entry], run.entry, "exec"), module.__dict__)
        note = repr(module.__dict__.get("out"))
    except SystemExit as error:
        note = f"SystemExit {error.code}"
    except Exception as error:
        note = f"{type(error).__name__}: {error}"
    return wire.Trace(run.id, notes=(note,))

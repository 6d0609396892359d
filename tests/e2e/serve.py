"""`make editor`: VS Code in the browser, with the packaged extension and a folder open, until Ctrl+C."""

from __future__ import annotations

import argparse
import contextlib
import shutil
import signal
import sys
import tempfile
import threading
import urllib.parse
from pathlib import Path

from e2e.code import Code


def main() -> int:
    parser = argparse.ArgumentParser(prog="make editor")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    done = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: done.set())
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shapewright-editor-")))
        # A copy: what is tried out there should not change the checkout.
        folder = home / arguments.folder.name
        shutil.copytree(arguments.folder, folder)
        code = Code(home / "code", {"editor.minimap.enabled": True, "telemetry.telemetryLevel": "off"})
        code.port = arguments.port
        print("Starting VS Code ...", flush=True)
        stack.enter_context(code.running())
        print(f"Open {code.url}/?{urllib.parse.urlencode({'folder': str(folder)})}")
        print("It works on a copy of the folder, and ends with Ctrl+C.", flush=True)
        done.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Start script of every worker process: `python boot.py MODE READ WRITE PARENT MEMORY [RUNNER]`.

MODE is `zygote` or `worker`; READ and WRITE are the descriptors (on Windows the handles) of the private channel, PARENT
is the server's process id, MEMORY the growth in bytes that a session may reach, RUNNER a file with its own `execute`.

It is run by path with the user's interpreter, never imported, and must parse on every Python 3.6 and later, so that an
old one can be told from a broken one. The server's libraries must not reach user code: the folder of this script leaves
`sys.path` at once, and `shapewright.wire` and `shapewright.worker` come from a finder that exposes nothing else.
"""

import sys

OLDEST = (3, 10)


def main() -> None:
    """Isolate the import path, take over the channel and serve until the server is gone."""
    import os

    here = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0]) == here:
        del sys.path[0]
    sys.dont_write_bytecode = True
    mode, reader, writer = sys.argv[1], _descriptor(sys.argv[2], True), _descriptor(sys.argv[3], False)
    parent, memory, runner = int(sys.argv[4]), int(sys.argv[5]), "".join(sys.argv[6:7])
    sys.argv[:] = [""]
    if sys.version_info < OLDEST:
        _too_old(writer)
        return
    sys.meta_path.insert(0, _finder(here))  # type: ignore[arg-type]  # whatever has a find_spec is a finder
    from shapewright.worker import guardian

    guardian.die_with(parent)
    if mode == "zygote":
        from shapewright.worker import zygote

        zygote.serve(reader, parent, memory, runner)
    else:
        from shapewright.worker import spawned

        spawned.serve(reader, writer, parent, memory, runner)


def _descriptor(text: str, reading: bool) -> int:
    if sys.platform != "win32":
        return int(text)
    import msvcrt
    import os

    return msvcrt.open_osfhandle(int(text), os.O_RDONLY if reading else 0)


def _too_old(writer: int) -> None:
    import json
    import os
    import platform

    body = {
        "protocol": 0,
        "python": platform.python_version(),
        "executable": sys.executable,
        "torch": None,
        "pid": os.getpid(),
        "problem": "Python {}.{} or newer is needed".format(*OLDEST),
    }
    os.write(writer, json.dumps({"type": "Hello", "body": body}).encode() + b"\n")


def _finder(here: str) -> type:
    import importlib.machinery
    import importlib.util
    import os

    root = os.path.dirname(here)

    class Finder:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> object:
            if name == "shapewright":
                # Its own __init__ belongs to the server: here the package is an empty shell.
                shell = importlib.machinery.ModuleSpec(name, None, is_package=True)
                shell.submodule_search_locations = []
                return shell
            if name not in ("shapewright.wire", "shapewright.worker") and not name.startswith("shapewright.worker."):
                return None
            file = os.path.join(root, *name.split(".")[1:])
            package = os.path.join(file, "__init__.py")
            if os.path.isfile(package):
                return importlib.util.spec_from_file_location(name, package, submodule_search_locations=[file])
            return importlib.util.spec_from_file_location(name, file + ".py") if os.path.isfile(file + ".py") else None

    return Finder


if __name__ == "__main__":
    main()

"""Run by path in an interpreter of its own: applies the sandbox, tries what `ATTEMPTS` holds, prints what happened.

Arguments: the folder of the package, `landlock` or `bare` (as a kernel without Landlock), and a folder with a file
`victim.txt`.
"""

# ruff: noqa: SIM115 - whether a file opens is the question here

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import mmap
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

server, kind, folder = sys.argv[1:4]
sys.path.insert(0, server)
from shapewright.worker import sandbox  # noqa: E402 - the path is set just above

libc = ctypes.CDLL(None, use_errno=True)
victim = os.path.join(folder, "victim.txt")
parent = os.getppid()
channel = os.dup(1)
readable = os.open(victim, os.O_RDONLY)
tempfile.tempdir = folder
applied = sandbox.apply(1 << 30, (channel,), use_landlock=kind == "landlock")


def call(name: str, *arguments: object) -> None:
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def to_devnull() -> None:
    with open(os.devnull, "w") as file:
        file.write("x")
    with open(os.devnull, "ab") as file:
        file.write(b"x")
    os.close(os.open(os.devnull, os.O_WRONLY))


def thread() -> None:
    done: list[int] = []
    worker = threading.Thread(target=lambda: done.append(1))
    worker.start()
    worker.join()
    assert done


async def tick() -> None:
    await asyncio.sleep(0)
    await asyncio.to_thread(lambda: None)


path = victim.encode()
REFUSED = {
    "open for writing": lambda: open(victim, "w"),
    "open for appending": lambda: open(victim, "a"),
    "open for updating": lambda: open(victim, "r+"),
    "create": lambda: open(os.path.join(folder, "new.txt"), "x"),
    "os.open": lambda: os.open(victim, os.O_WRONLY),
    "os.remove": lambda: os.remove(victim),
    "os.rename": lambda: os.rename(victim, victim + "2"),
    "os.mkdir": lambda: os.mkdir(os.path.join(folder, "new")),
    "os.truncate": lambda: os.truncate(victim, 0),
    "os.chmod": lambda: os.chmod(victim, 0),
    "os.utime": lambda: os.utime(victim),
    "os.symlink": lambda: os.symlink(victim, victim + "3"),
    "shutil.rmtree": lambda: shutil.rmtree(folder),
    "tempfile": lambda: tempfile.TemporaryFile(),
    "subprocess": lambda: subprocess.run(["true"], check=False),
    "os.system": lambda: os.system("true"),
    "os.fork": lambda: os.fork(),
    "os.kill": lambda: os.kill(parent, signal.SIGKILL),
    "connect": lambda: socket.create_connection(("127.0.0.1", 9), 1),
    "socket": lambda: socket.socket(),
    "getaddrinfo": lambda: socket.getaddrinfo("localhost", 80),
    "libc open": lambda: call("open", path, os.O_WRONLY),
    "libc creat": lambda: call("creat", path + b"4", 0o600),
    "libc open read-only creating": lambda: call("open", path + b"5", os.O_RDONLY | os.O_CREAT, 0o600),
    "libc open truncating": lambda: call("open", path, os.O_RDONLY | os.O_TRUNC),
    "libc unlink": lambda: call("unlink", path),
    "libc rename": lambda: call("rename", path, path + b"6"),
    "libc chmod": lambda: call("chmod", path, 0),
    "libc fchmod": lambda: call("fchmod", readable, 0),
    "libc truncate": lambda: call("truncate", path, ctypes.c_long(0)),
    "libc fork": lambda: call("fork"),
    "libc socket": lambda: call("socket", 2, 1, 0),
    "libc datagram pair": lambda: call("socketpair", 1, 2, 0, (ctypes.c_int * 2)()),
    "libc kill": lambda: call("kill", parent, 9),
    "libc execv": lambda: call("execv", b"/bin/true", (ctypes.c_char_p * 2)(b"true", None)),
    "libc ptrace": lambda: call("ptrace", 16, parent, 0, 0),
    "libc prctl, outlive the parent": lambda: call("prctl", 1, 0, 0, 0, 0),
    "libc shmget": lambda: call("shmget", 7, 10, 0o1600),
    "fcntl, signals to the parent": lambda: call("fcntl", channel, 8, parent),
    "close the channel": lambda: os.close(channel),
    "replace the channel": lambda: os.dup2(0, channel),
    "own memory through /proc": lambda: call("open", b"/proc/self/mem", os.O_RDWR),
}
ALLOWED = {
    "read": lambda: open(victim).read() == "precious" or 1 / 0,
    "list": lambda: os.listdir(folder),
    "devnull": to_devnull,
    "thread": thread,
    "asyncio": lambda: asyncio.run(tick()),
    "import": lambda: __import__("colorsys"),
    "anonymous memory": lambda: mmap.mmap(-1, 4096).close(),
    "pipe": lambda: [os.close(d) for d in os.pipe()],
    "raise_signal": lambda: signal.raise_signal(signal.SIGCHLD),
    "isatty": lambda: os.isatty(0),
    "getrlimit": lambda: __import__("resource").getrlimit(0),
    "setrlimit, answered and not done": lambda: __import__("resource").setrlimit(7, (64, 64)),
    "print": lambda: print("into the protocol?", file=open(os.devnull, "w")),
    "closerange": lambda: os.closerange(50, 60),
}


def attempt(action: object) -> str:
    try:
        action()
    except BaseException as error:
        return type(error).__name__ + (f" {error}" if not isinstance(error, PermissionError) else "")
    return "ran"


def hog() -> None:
    with contextlib.suppress(MemoryError):
        bytearray(3 << 30)
        return
    raise MemoryError


report = {
    "applied": applied,
    "refused": {name: attempt(action) for name, action in REFUSED.items()},
    "allowed": {name: attempt(action) for name, action in ALLOWED.items()},
    "hog": attempt(hog),
}
os.write(channel, json.dumps(report).encode())
os._exit(0)

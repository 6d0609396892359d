"""Resource limits: no regular file grows, no core file, and not more memory than allowed."""

from __future__ import annotations

import contextlib
import sys


def apply(memory: int) -> bool:
    """`memory`: bytes that this process may take beyond what it has. False where the system has no such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return False
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    if sys.platform == "linux":
        # Where memory runs out all the same, the kernel ends this process rather than the editor.
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("800")
        # Address space: what counts is the growth, since the libraries of a CUDA build alone map many gigabytes.
        _lower(resource.RLIMIT_AS, _mapped() + memory)
    return True


def _lower(kind: int, value: int) -> None:
    import resource

    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(kind, (value, value))


def _mapped() -> int:
    import resource

    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * resource.getpagesize()

"""The bare fake forward: prints the median seconds of processor time that a program's `forward_all` takes on fakes."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import torch
from torch._subclasses.fake_tensor import FakeTensorMode


def main() -> None:
    """`python bare.py PROGRAM ROUNDS`."""
    torch.set_num_threads(1)
    namespace: dict[str, object] = {"__name__": "program"}
    times: list[float] = []
    with FakeTensorMode():
        exec(compile(Path(sys.argv[1]).read_text(), sys.argv[1], "exec"), namespace)
        forward = namespace["forward_all"]
        assert callable(forward)
        for _ in range(int(sys.argv[2])):
            started = time.process_time()
            forward()
            times.append(time.process_time() - started)
    print(statistics.median(times))


main()

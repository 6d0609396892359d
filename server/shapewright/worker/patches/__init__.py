"""What is replaced in torch and the standard library while user code runs, and put back afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from shapewright.worker import default_device, silent, stand_ins
from shapewright.worker.failures import Reporter
from shapewright.worker.patches import files, gpu, modules, system, training
from shapewright.worker.state import State


@contextlib.contextmanager
def applied(state: State, reporter: Reporter) -> Generator[None]:
    """All patches, for the time of a run."""
    replaced = [
        *modules.patches(state, reporter),
        *training.patches(state),
        *gpu.patches(state),
        *default_device.patches(state),
        *files.patches(state),
        *system.patches(),
        *silent.modes.patches(state),
        *stand_ins.patches(),
    ]
    missing = object()
    before = [
        (owner, name, vars(owner).get(name, missing) if isinstance(owner, type) else getattr(owner, name, missing))
        for owner, name, _ in replaced
    ]
    for owner, name, value in replaced:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in reversed(before):
            if value is missing:
                delattr(owner, name)
            else:
                setattr(owner, name, value)

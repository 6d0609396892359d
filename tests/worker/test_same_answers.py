"""The whole analysis: one session after a sequence of edits gives the traces that fresh sessions give."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

from shapewright import wire
from worker.driver import Driver

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_traces_do_not_depend_on_what_ran_before():
    driver = Driver("auto", runner="")
    try:
        texts = [path.read_text() for path in sorted(EXAMPLES.glob("*.py"))]
        texts += [texts[0] + "\nimport torch\ntorch.ones(2, 3) @ torch.ones(2, 3)\n", "import torch\n"]
        fresh = {}
        for text in texts:
            driver.engine.close("/nowhere/main.py")
            fresh[text] = plain(driver.trace(text))
        order = random.Random(3)
        for text in order.sample(texts, len(texts)):
            assert plain(driver.trace(text)) == fresh[text]
    finally:
        driver.engine.stop()


def plain(trace: wire.Trace) -> wire.Trace:
    assert trace.dirty == ""
    return dataclasses.replace(trace, id=0, seconds=0.0)

"""What notebooks have and scripts have not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shapewright import wire
from worker.driver import Driver

NOTEBOOK = "/nowhere/n.ipynb"
MISTAKE = "torch.ones(2, 3) @ torch.ones(2, 3)\n"


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    made = Driver("auto", runner="")
    yield made
    made.engine.stop()


def lines(trace: wire.Trace) -> list[int]:
    assert not [note for note in trace.notes if note.startswith("internal")]
    return [failure.span.line for failure in trace.failures]


def test_the_names_of_ipython_are_there(driver: Driver):
    text = "import torch\ndisplay(torch.ones(2, 3) @ torch.ones(2, 3))\nget_ipython().magic('pylab')\nOut[3], In[2]\n"
    assert lines(driver.trace(text, NOTEBOOK)) == [2]


def test_await_outside_of_functions(driver: Driver):
    text = f"""\
import asyncio
import torch
async def load(n):
    await asyncio.sleep(0)
    return torch.ones(n, 3)
x = await load(2)
y = await asyncio.sleep(1)
z = await asyncio.gather(load(1))
print(y, z)
x = await load(4)
x.view(5)
{MISTAKE}"""
    trace = driver.trace(text, NOTEBOOK)
    assert lines(trace) == [11, 12]
    shapes = [v.value.tensor.shape for v in trace.values if v.name == "x" and v.role == "assignment" and v.value.tensor]
    assert shapes == [(2, 3), (4, 3)]


def test_a_wait_without_end_ends(driver: Driver):
    text = (
        "import torch\nclass Never:\n    def __await__(self):\n        while True:\n            yield\nawait Never()\n"
    )
    assert lines(driver.trace(text + MISTAKE, NOTEBOOK)) == [7]

"""Graphs of models: what real PyTorch does is in them, and a failure is where it is."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shapewright import wire
from worker.driver import Driver

EXAMPLES = Path(__file__).parents[2] / "examples"
REAL = Path(__file__).with_name("real_graph.py")


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    made = Driver("auto", runner="")
    yield made
    made.engine.stop()


def graphs(driver: Driver, text: str) -> dict[str, wire.ModelGraph]:
    request = driver.request(text)
    options = dataclasses.replace(request.options, graphs=True)
    answer = driver.engine.run(dataclasses.replace(request, options=options), 30.0)
    assert isinstance(answer, wire.Trace), answer
    return {graph.name: graph for graph in answer.graphs}


@pytest.mark.parametrize("name", ["resnet18", "unet", "gpt", "vae"])
def test_a_graph_says_what_a_real_run_does(driver: Driver, name: str):
    program = EXAMPLES / f"{name}.py"
    done = subprocess.run([sys.executable, str(REAL), str(program)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    real = json.loads(done.stdout)
    seen = graphs(driver, program.read_text())
    assert real and real.keys() <= seen.keys()
    for model, expected in real.items():
        graph = seen[model]
        assert graph.nodes[0].parameters == expected["parameters"]
        assert graph.nodes[0].flops == expected["flops"]
        leaves = {i for i, n in enumerate(graph.nodes) if n.kind == "layer"} - {n.parent for n in graph.nodes}
        layers = [[graph.nodes[i].name, list(shape(graph.nodes[i].output))] for i in sorted(leaves)]
        assert layers == expected["layers"]


def shape(value: wire.Value | None) -> tuple[int | None, ...]:
    assert value is not None and value.tensor is not None and value.tensor.shape is not None
    return value.tensor.shape


BRANCHES = """
import torch
from torch import nn


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return x + self.fc(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Inner()
        self.act = nn.ReLU(inplace=True)
        self.head = nn.Linear(WIDTH, 2)

    def forward(self, x, scale):
        y = self.act(self.first(x))
        return self.head(torch.cat([y, y * scale], 1)), y


Net()(torch.ones(3, 4), scale=torch.ones(3, 1))
"""


def names(graph: wire.ModelGraph) -> list[str]:
    return [node.name or node.type for node in graph.nodes]


def test_edges_lead_from_what_made_a_tensor_to_what_took_it(driver: Driver):
    graph = graphs(driver, BRANCHES.replace("WIDTH", "8"))["Net"]
    told = names(graph)
    assert told == ["Net", "x", "scale", "first", "first.fc", "+", "act", "×", "cat", "head", "output"]
    edges = {(told[e.source], told[e.target], shape(e.value)) for e in graph.edges}
    assert edges == {
        ("x", "first.fc", (3, 4)), ("x", "+", (3, 4)), ("first.fc", "+", (3, 4)), ("+", "act", (3, 4)),
        ("act", "×", (3, 4)), ("scale", "×", (3, 1)), ("act", "cat", (3, 4)), ("×", "cat", (3, 4)),
        ("cat", "head", (3, 8)), ("head", "output", (3, 2)), ("act", "output", (3, 4)),
    }  # fmt: skip
    assert not any(edge.failed for edge in graph.edges)
    fc, head = graph.nodes[4], graph.nodes[9]
    assert (fc.parent, fc.declared and fc.declared.line, fc.call and fc.call.line) == (3, 9, 12)
    assert (head.parameters, head.flops, head.memory) == (18, 2 * 3 * 8 * 2, 3 * 2 * 4)
    assert graph.nodes[6].memory == 0  # in place


def test_the_edge_into_a_layer_that_refuses_it_is_marked(driver: Driver):
    graph = graphs(driver, BRANCHES.replace("WIDTH", "4"))["Net"]
    told = names(graph)
    assert [(told[e.source], told[e.target]) for e in graph.edges if e.failed] == [("cat", "head")]
    assert [told[i] for i, n in enumerate(graph.nodes) if "mat1 and mat2" in n.error] == ["head"]


def test_the_call_that_fails_is_the_one_that_is_shown(driver: Driver):
    text = BRANCHES.replace("WIDTH", "8") + "Net()(torch.ones(3, 4), scale=torch.ones(3, 5))\n"
    graph = graphs(driver, text)["Net"]
    assert [names(graph)[i] for i, n in enumerate(graph.nodes) if n.error] == ["×"]


def test_a_class_that_nothing_calls_is_shown_on_inputs_that_were_found(driver: Driver):
    text = BRANCHES.replace("WIDTH", "8").replace("Net()(", "(lambda *a, **k: 0)(")
    request = driver.request(text)
    options = dataclasses.replace(request.options, graphs=True)
    targets = (wire.Target("Net"),)
    answer = driver.engine.run(dataclasses.replace(request, options=options, targets=targets), 30.0)
    assert isinstance(answer, wire.Trace)
    net = next(g for g in answer.graphs if g.name == "Net")
    assert names(net)[:5] == ["Net", "x", "scale", "first", "first.fc"] and net.evidence == "layers"


def test_without_being_asked_for_there_are_none(driver: Driver):
    assert driver.trace(BRANCHES.replace("WIDTH", "8")).graphs == ()

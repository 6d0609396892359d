"""What a contract says of a module is compared with real runs: sizes that satisfy it, and sizes that break it."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from shapewright import contract_text, show, wire  # noqa: E402
from shapewright.worker.contracts import make  # noqa: E402
from shapewright.worker.contracts.costs import Held  # noqa: E402
from shapewright.worker.flops import Flops  # noqa: E402
from worker.contracts.modules import KINDS, Kind  # noqa: E402
from worker.traced import traced  # noqa: E402

TALLEST = 120


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found must not depend on how busy the machine is."""
    monkeypatch.setattr(make, "EACH", 60.0)
    monkeypatch.setattr(make, "ALTOGETHER", 120.0)


def contract_of(tmp_path: Path, kind: Kind) -> wire.Contract:
    trace = traced(tmp_path, kind.source, classes=True, probes=True)
    assert not trace.notes
    return next(c for c in trace.contracts if c.name == "Net")


def evaluated(text: str, sizes: dict[str, int]) -> int:
    return eval(re.sub(r"(?<!/)/(?!/)", "//", text), {}, sizes)


def shape_of(fact: wire.TensorFact, sizes: dict[str, int]) -> tuple[int, ...]:
    return tuple(evaluated(dim, sizes) for dim in show.dims(fact) or ())


def built(value: wire.Value, sizes: dict[str, int]) -> Any:
    """A real value as a contract describes it."""
    if value.kind == "tensor":
        assert value.tensor is not None and value.tensor.dtype is not None
        return torch.zeros(shape_of(value.tensor, sizes), dtype=getattr(torch, value.tensor.dtype))
    items = [built(item, sizes) for item in value.items]
    return dict(zip(value.keys, items, strict=True)) if value.kind == "mapping" else items


def shapes(value: Any) -> Any:
    """The shapes in a real output."""
    if isinstance(value, dict):
        return {key: shapes(item) for key, item in value.items()}
    return tuple(value.shape) if isinstance(value, torch.Tensor) else [shapes(item) for item in value]


def said(value: wire.Value, sizes: dict[str, int]) -> Any:
    """The shapes that a contract predicts."""
    if value.kind == "tensor":
        assert value.tensor is not None
        return shape_of(value.tensor, sizes)
    items = [said(item, sizes) for item in value.items]
    return dict(zip(value.keys, items, strict=True)) if value.kind == "mapping" else items


def drawn(contract: wire.Contract, chance: random.Random, training: bool) -> dict[str, int]:
    """Random sizes that satisfy a contract."""
    conditions = [c.text for c in contract.constraints if training or not c.training]
    for _ in range(20000):
        sizes = {name: chance.randint(1, TALLEST) for name in contract.sizes}
        if all(eval(text, {}, sizes) for text in conditions):
            return sizes
    raise AssertionError(f"nothing satisfies {conditions}")


def real(kind: Kind) -> Any:
    scope: dict[str, Any] = {"__name__": "real"}
    exec(kind.source, scope)
    return scope["Net"](scope["Config"]()) if "Config" in scope else scope["Net"]()


def run(net: Any, contract: wire.Contract, sizes: dict[str, int], training: bool) -> Any:
    net.train(training)
    with torch.no_grad():
        return net(*(built(fact.value, {**contract.fixed, **sizes}) for fact in contract.inputs))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_contract_is_what_real_runs_do(tmp_path: Path, kind: Kind) -> None:
    contract = contract_of(tmp_path, kind)
    assert ", ".join(f"{f.name}: {show.value_text(f.value)}" for f in contract.inputs) == kind.inputs
    assert ", ".join(show.value_text(value) for value in contract.outputs) == kind.output
    assert tuple(contract_text.conditions(contract)) == kind.conditions
    assert contract.complete
    net, chance = real(kind), random.Random(3)
    assert contract.parameters == sum(p.numel() for p in net.parameters())
    for training in (False, True):
        for _ in range(5):
            sizes = drawn(contract, chance, training)
            output = run(net, contract, sizes, training)
            assert shapes(output) == said(contract.outputs[0], {**contract.fixed, **sizes}), sizes
    for constraint in contract.constraints:
        broken = {**contract.sizes, **constraint.breaks}
        others = [c.text for c in contract.constraints if c is not constraint and not c.training]
        assert not eval(constraint.text, {}, broken)
        assert all(eval(text, {}, broken) for text in others)
        with pytest.raises((RuntimeError, ValueError, AssertionError, IndexError)) as raised:
            run(net, contract, broken, constraint.training)
        assert " ".join(str(raised.value).split())[:60] == constraint.message[:60]


@pytest.mark.parametrize("name", ["CNN with flatten", "U-Net", "GPT", "VAE", "attention with a mask"])
def test_costs_are_those_of_real_runs(tmp_path: Path, name: str) -> None:
    kind = next(kind for kind in KINDS if kind.name == name)
    contract = contract_of(tmp_path, kind)
    net = real(kind)
    assert contract.flops is not None and contract.memory is not None and contract.training_memory is not None
    for batch in (2, 5):
        given = [built(f.value, {**contract.fixed, **contract.sizes, contract.batch: batch}) for f in contract.inputs]
        for training, expected in ((False, contract.memory), (True, contract.training_memory)):
            net.train(training)
            held, flops = Held(), Flops()
            with torch.set_grad_enabled(training), held, flops:
                output = net(*given)
            assert expected.at(batch) == pytest.approx(held.peak, rel=0.03, abs=2000)
            assert contract.flops.at(batch) == pytest.approx(flops.taken(), rel=0.01)
            del output

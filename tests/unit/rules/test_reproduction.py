"""The script made from a failure raises in real PyTorch what the rule's example raises."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rules_pages import Page, read
from shapewright import rules, wire
from shapewright.model import Report, Severity
from shapewright.reproduction import script

# What fails for Python's sake, for what a graph or a module had gone through, or for strides: facts do not hold it.
WITHOUT = {
    *("missing-super-init", "missing-forward", "missing-grad", "not-a-tensor", "forward-arguments", "not-callable"),
    *("missing-attribute", "unpack-count", "assert-failed", "scalar-iteration", "dataset-sizes", "collate-type"),
    *("optimizer-empty", "parameter-assignment", "state-dict", "conv-groups", "norm-groups", "attention-heads"),
    *("einops-pattern", "autograd-no-grad", "autograd-unused", "backward-dtype", "autograd-twice", "autograd-inplace"),
    *("backward-scalar", "deepcopy-graph", "attention-shape", "attention-mask", "view-contiguous"),
    "transform-input",
}
PAGES = [page for page in map(read, rules.RULES) if page.rule.severity is Severity.ERROR]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.rule.code)
def test_the_script_of_a_rules_example_raises_the_same(page: Page, analyse: Callable[[str], Report]) -> None:
    found = next(f for f in analyse(page.wrong).findings if f.code == page.rule.code)
    if found.failure is None or found.severity is not Severity.ERROR:
        pytest.skip("a device that is not here, or a finding without a failed call")
    text = script(found.failure)
    assert bool(text) is (page.rule.code not in WITHOUT)
    if not text:
        return
    assert len(text.splitlines()) <= 12
    with pytest.raises(Exception) as raised:
        exec(compile(text, "<script>", "exec"), {})
    assert type(raised.value).__name__ == found.failure.exception
    assert " ".join(str(raised.value).split())[:40] == " ".join(found.failure.message.split())[:40]


def test_what_is_not_known_makes_no_script() -> None:
    where = wire.Span("/a.py", 1, 0, 1, 1)

    def made(fact: wire.TensorFact, **arguments: str) -> str:
        operand = wire.Operand("input", wire.Value("tensor", "Tensor", fact))
        return script(wire.Failure("torch.bmm", where, "RuntimeError", "no", (), (operand,), dict(arguments)))

    known = wire.TensorFact((2, 3), "float32")
    assert made(known) == "import torch\n\ninput = torch.zeros((2, 3))\ntorch.bmm(input)  # RuntimeError: no\n"
    assert made(wire.TensorFact((2, None), "float32")) == ""
    assert made(wire.TensorFact(None, "float32")) == ""
    assert made(wire.TensorFact((2, 3), None)) == ""
    assert made(wire.TensorFact((2, 3), "float32", "cuda:0")) == ""
    assert made(known, dim="__import__('os')") == ""

"""What stands in the place of a failed call: sure where it is sure, open where it is not, so that the next independent
mistake is found and what only follows from the first one is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.stand_in_runs import run

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        # a convolution that follows a norm with the wrong number of features is fed with an open number of channels
        ("x = nn.BatchNorm2d(4)(torch.randn(2, 8, 5, 5))\ny = nn.Conv2d(16, 3, 1)(x)", [4]),
        # two sizes that contradict each other leave that one open, and the others sure
        ("x = torch.randn(6, 1) * torch.randn(5, 3)\ny = x.mean(dim=2)", [4, 5]),
        # an input that was to be flattened: the loss behind it is right
        ("y = nn.Linear(784, 10)(torch.randn(8, 1, 28, 28))\nloss = F.cross_entropy(y, torch.arange(8))", [4]),
        # a transposed operand says which size the product has
        ("x = torch.randn(4, 8) @ torch.randn(6, 8)\ny = x.view(5, 5)", [4, 5]),
        # what is written in a view counts, whatever it is a view of
        ("x = torch.randn(2, 1) + torch.randn(24, 3, 1)[0:9, 0:2, :]\ny = torch.randn(90).view(3, 40).mean(2)", [5]),
        # pooling an open size leaves it open
        (
            "x = torch.randn(6) * torch.randn(6, 1, 16, 16)\ny = F.avg_pool2d(x, 2)\n"
            "z = nn.Conv2d(3, 4, 3)(F.interpolate(y, scale_factor=2))",
            [4, 6],
        ),
        # the width of a recurrent layer is declared, whatever went in
        (
            "x = torch.cat((torch.randn(5, 64), torch.randn(5, 13, 64)), 1)\n"
            "h, _ = nn.LSTM(64, 100, batch_first=True)(x)\ny = nn.Linear(64, 9)(h)",
            [4, 6],
        ),
        # the tensor with a dimension of one may have one too many
        (
            "h = torch.cat((torch.randn(6, 8), torch.randn(1, 6, 8)), 1)\nw = nn.Linear(16, 5)(h)\n"
            "nn.GRU(5, 3)(w.unsqueeze(0))",
            [4],
        ),
        # numbers that were taken out of tensors have no history
        ("a = nn.Linear(3, 1)(torch.randn(4, 3)).mean()\nloss = torch.tensor([a, a]).sum()\nloss.backward()", [6]),
        # a layer's input of two dimensions may lack one of three
        ("h, _ = nn.LSTM(1, 8, batch_first=True)(torch.randn(16, 10))\ny = nn.Linear(8, 1)(h[:, -1, :])", [4]),
        # what was made although its arguments were refused is no object to ask for attributes
        ("loss = nn.CrossEntropyLoss(torch.randn(4, 3), torch.arange(4))\nloss.backward()", [4]),
        # arguments that a class has no place for, whatever their values
        ("import unheard_of\nd = torch.utils.data.DataLoader(unheard_of.x, unheard_of.y, batch_size=3)", [5]),
        # one of two vectors may have been meant to be a column
        ("x = torch.arange(8) * torch.randn(2)\nfor a, b in x:\n    y = a + b", [4]),
    ],
)
def test_what_follows_is_told_from_what_is_new(tmp_path: Path, text: str, lines: list[int]) -> None:
    assert sorted(set(run(tmp_path, HEAD + text + "\n").lines)) == lines


@pytest.mark.parametrize(
    ("target", "items", "message"),
    [
        ("(a, b), c", "[(torch.ones(2), torch.ones(3), torch.ones(1))]", "too many values to unpack"),
        ("a, b", "[(torch.ones(2),)]", "not enough values"),
        ("a, b", "torch.ones(4, 3)", "too many values to unpack"),
        ("a, b", "torch.ones(4)", "0-d tensor"),
        ("a, b", "[{'x': torch.ones(2), 'y': torch.ones(2), 'z': torch.ones(2)}]", "too many values to unpack"),
    ],
)
def test_a_loop_counts_what_it_unpacks(tmp_path: Path, target: str, items: str, message: str) -> None:
    outcome = run(tmp_path, f"{HEAD}for {target} in {items}:\n    s = a + 1\n")
    assert outcome.lines == [4] and message in outcome.message(4)


@pytest.mark.parametrize(
    ("target", "items"),
    [
        ("a, b", "[(torch.ones(2), 1)]"),
        ("a, *b", "[(torch.ones(2), 1, 2)]"),
        ("a, b", "torch.ones(4, 2)"),
        ("a, (b, c)", "[(1, torch.ones(2))]"),
        ("a", "torch.ones(4)"),
    ],
)
def test_a_loop_that_unpacks_what_is_there_is_silent(tmp_path: Path, target: str, items: str) -> None:
    assert run(tmp_path, f"{HEAD}for {target} in {items}:\n    s = a\n").failures == ()


def test_what_is_not_known_is_not_known_when_negated(tmp_path: Path) -> None:
    text = """
    import os
    import torch
    from torch.utils.data import DataLoader, Dataset
    seen = ["a"]
    names = [n for n in os.listdir("not/there") if not n.startswith(".") and n not in seen]
    class Files(Dataset):
        def __len__(self):
            return len(names)
        def __getitem__(self, i):
            return torch.zeros(3)
    for x in DataLoader(Files(), batch_size=2, shuffle=True):
        y = torch.nn.Linear(4, 2)(x)
    """
    outcome = run(tmp_path, text)
    assert outcome.lines == [12]


def test_a_number_that_nobody_knows_leaves_the_shape_sure(tmp_path: Path) -> None:
    text = """
    import torch
    q = torch.randn(4, 3, requires_grad=True)
    picked = [torch.nn.Linear(3, 2)(q).argmax().item() for _ in range(4)]
    a = torch.FloatTensor(picked).unsqueeze(1)
    b = torch.tensor(picked).unsqueeze(1)
    fine = q.gather(1, b)
    wrong = q.gather(1, a)
    """
    outcome = run(tmp_path, text)
    assert outcome.lines == [7] and outcome.values["b"] == ((4, 1), "int64")


def test_a_library_that_checks_values_in_every_round_finds_them_fit(tmp_path: Path) -> None:
    text = """
    import torch
    from torch.distributions import Categorical
    policy = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Softmax(dim=-1))
    for step in range(40):
        action = Categorical(policy(torch.randn(1, 4))).sample()
    """
    assert run(tmp_path, text).failures == ()

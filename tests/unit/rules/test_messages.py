"""What people read: the words of a finding and the places beside it, for mistakes as they are made."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from shapewright.model import Report

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"

MESSAGES = {
    "F.relux(torch.randn(2, 3))": (
        "missing-attribute",
        "torch.nn.functional has no attribute 'relux'; did you mean 'relu'?",
    ),
    "torch.optim.Adamw([torch.zeros(2, requires_grad=True)])": (
        "missing-attribute",
        "torch.optim has no attribute 'Adamw'; did you mean 'AdamW'?",
    ),
    "torch.randn(2, 3).unsqeeze(0)": (
        "missing-attribute",
        "a tensor has no attribute 'unsqeeze'; did you mean 'unsqueeze'?",
    ),
    "nn.Conv2d(3, 16, 3)(torch.randn(1, 1, 28, 28))": (
        "conv-channels",
        "Conv2d wants 3 channels (in_channels=3) but the input has 1: f32[1, 1, 28, 28]",
    ),
    "nn.Conv2d(3, 16, 3)(torch.randn(8, 24, 24, 3))": (
        "conv-channels",
        "Conv2d wants 3 channels (in_channels=3) but the input has 24: f32[8, 24, 24, 3], "
        "which has its channels last and not in the order [N, C, H, W]",
    ),
    "nn.Conv2d(1, 16, 3)(torch.randn(8, 28, 28))": (
        "conv-channels",
        "Conv2d wants 1 channel (in_channels=1) but the input has 8: f32[8, 28, 28], "
        "taken as one sample without a batch",
    ),
    "F.conv1d(torch.randn(2, 4, 9), torch.randn(8, 3, 3))": (
        "conv-channels",
        "conv1d wants 3 channels (weight f32[8, 3, 3]) but the input has 4: f32[2, 4, 9]",
    ),
    "nn.Conv2d(3, 8, 3, dilation=4, padding=1)(torch.randn(1, 3, 6, 6))": (
        "conv-kernel-size",
        "Conv2d has a kernel of 3 x 3 (9 x 9 with its dilation) but the input is only 6 x 6 (8 x 8 with its padding): "
        "f32[1, 3, 6, 6]",
    ),
    "nn.Linear(14400, 10)(torch.randn(2, 16, 30, 30))": (
        "linear-in-features",
        "Linear wants 14400 features (in_features=14400) but the input has 30: f32[2, 16, 30, 30], "
        "not flattened (16 × 30 × 30 = 14400)",
    ),
    "nn.Linear(4, 2)(torch.randn(8, 3, dtype=torch.float64))": (
        "linear-in-features",
        "Linear wants 4 features (in_features=4) but the input has 3: f64[8, 3], "
        "and is float64 where the weight is float32",
    ),
    "torch.randn(3, 4) @ torch.randn(3, 4)": (
        "matmul-shape",
        "the inner dimensions 4 and 3 of f32[3, 4] @ f32[3, 4] differ",
    ),
    "torch.randn(4, 3, 5) @ torch.randn(2, 5, 6)": (
        "matmul-shape",
        "the batch dimensions [4] and [2] of f32[4, 3, 5] @ f32[2, 5, 6] do not broadcast",
    ),
    "torch.randn(4, 5) + torch.randn(4)": (
        "broadcast-shape",
        "f32[4, 5] + f32[4] does not broadcast: dimension 1 is 5 and 4",
    ),
    "x = torch.zeros(3)\nx += torch.randn(2, 3)": (
        "broadcast-shape",
        "add_ works in place, so f32[3] keeps its shape and cannot take in f32[2, 3]",
    ),
    "torch.randn(3, 196).view(-1, 28, 28)": (
        "view-size",
        "view(-1, 28, 28) wants a multiple of 784 elements but f32[3, 196] has 588 (196 in each row)",
    ),
    "x = torch.randn(4, 5)\nx[0, 7]": (
        "index-out-of-range",
        "index 7 is out of range for dimension 1 of f32[4, 5], which holds 0 to 4",
    ),
    "nn.LSTM(10, 20)(torch.randn(5, 3, 10), torch.zeros(1, 3, 20))": (
        "rnn-hidden",
        "LSTM wants a pair (h_0, c_0) as its state but gets f32[1, 3, 20]",
    ),
    "F.cross_entropy(torch.randn(4, 7, 10), torch.zeros(4, 7, dtype=torch.long))": (
        "class-target-shape",
        "cross_entropy wants a target of [4, 10] for f32[4, 7, 10] but it is i64[4, 7]; "
        "the classes must be dimension 1, not the last: [N, C, ...]",
    ),
    "F.cross_entropy(torch.randn(4, 10), torch.tensor([0, 3, 10, 9]))": (
        "class-target-range",
        "cross_entropy has 10 classes (0 to 9) from f32[4, 10], but the target goes up to 10: i64[4]",
    ),
    "torch.randn(3, 4) @ torch.randn(4, 5).double()": (
        "dtype-mismatch",
        "matmul wants one dtype but gets float32 and float64: f32[3, 4] and f64[4, 5]",
    ),
    "nn.Linear(3, 2)(torch.randn(1, 3).cuda())": (
        "device-mismatch",
        "Linear is on cpu but the input is on cuda:0: f32[1, 3]",
    ),
    "nn.Linear(10, 3).load_state_dict(nn.Linear(10, 5).state_dict())": (
        "state-dict",
        "the checkpoint does not fit Linear: weight is [5, 10] there but [3, 10] in the model and 1 more",
    ),
    'torch.einsum("bchw->bc", torch.randn(2, 3, 4))': (
        "einsum",
        "einsum 'bchw->bc' names 4 dimensions of the first operand, but it is f32[2, 3, 4]",
    ),
}


@pytest.mark.parametrize("program", MESSAGES)
def test_a_message_says_what_was_given_and_what_was_wanted(program: str, analyse: Callable[[str], Report]) -> None:
    found = [(f.code, f.message) for f in analyse(HEAD + program + "\n").findings]
    assert found == [MESSAGES[program]]


def related(report: Report) -> list[tuple[int, str]]:
    """Line and words of each place beside the only finding."""
    (finding,) = report.findings
    return [(place.location.range.start.line + 1, place.message) for place in finding.related]


def test_the_places_lead_from_the_wrong_number_to_the_layer_and_the_callers(analyse: Callable[[str], Report]) -> None:
    program = """
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 8, 5)
            self.fc = nn.Linear(800, 10)

        def forward(self, x):
            x = torch.relu(self.conv(x))
            x = x.flatten(1)
            x = torch.dropout(x, 0.5, True)
            return self.fc(x)

    def train(model):
        return model(torch.randn(4, 1, 28, 28))

    train(Net())
    """
    report = analyse(textwrap.dedent(program))
    assert related(report) == [
        (13, "the size comes from here: flatten makes f32[4, 4608] of f32[4, 8, 24, 24]"),
        (9, "Linear(in_features=800, out_features=10) is made here"),
        (18, "called here, in train"),
        (20, "called here, in <module>"),
    ]
    assert report.findings[0].detail == "mat1 and mat2 shapes cannot be multiplied (4x4608 and 800x10)"


def test_a_dtype_is_followed_to_where_it_came_in(analyse: Callable[[str], Report]) -> None:
    program = """
    import torch
    from torch import nn

    x = torch.ones(8, 4)
    x = x.double()
    x = x / 2
    y = nn.Linear(4, 2)(x)
    """
    assert related(analyse(textwrap.dedent(program)))[0] == (
        6,
        "the dtype comes from here: double makes f64[8, 4] of f32[8, 4]",
    )


def test_what_a_package_makes_is_called_what_was_written(analyse: Callable[[str], Report]) -> None:
    program = """
        import torch
        from PIL import Image
        from torch import nn
        from torchvision import transforms

        picture = Image.new("RGB", (30, 30))
        batch = transforms.ToTensor()(picture)
        nn.Conv2d(1, 8, 3)(batch)
        """
    (finding,) = analyse(textwrap.dedent(program)).findings
    assert finding.related[0].message == "the size comes from here: ToTensor makes f32[3, 30, 30]"


def test_what_fails_with_a_gpu_does_not_hide_what_fails_without_one(analyse: Callable[[str], Report]) -> None:
    program = """
    import torch
    from torch import nn

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = nn.Linear(4, 3).to(device)
    labels = torch.tensor([[0], [1]])
    loss = nn.functional.cross_entropy(model(torch.randn(2, 4).to(device)), labels)
    """
    found = [(f.code, f.severity.value) for f in analyse(textwrap.dedent(program)).findings]
    assert found == [("class-target-shape", "error"), ("device-mismatch", "warning")]

import io
from collections import namedtuple
from typing import Dict, List, Optional, Tuple

import torch
import torch.nn as nn
from torch import Tensor

LSTMState = namedtuple("LSTMState", ["hx", "cx"])


class LSTMCell(nn.Module):
    def __init__(self, input_size: int, hidden_size: int):
        super().__init__()
        self.weight_ih = nn.Parameter(torch.randn(4 * hidden_size, input_size) * 0.1)
        self.weight_hh = nn.Parameter(torch.randn(4 * hidden_size, hidden_size) * 0.1)
        self.bias = nn.Parameter(torch.zeros(4 * hidden_size))

    def forward(self, input: Tensor, state: Tuple[Tensor, Tensor]) -> Tuple[Tensor, Tuple[Tensor, Tensor]]:
        hx, cx = state
        gates = torch.mm(input, self.weight_ih.t()) + torch.mm(hx, self.weight_hh.t()) + self.bias
        ingate, forgetgate, cellgate, outgate = gates.chunk(4, 1)
        ingate = torch.sigmoid(ingate)
        forgetgate = torch.sigmoid(forgetgate)
        cellgate = torch.tanh(cellgate)
        outgate = torch.sigmoid(outgate)
        cy = (forgetgate * cx) + (ingate * cellgate)
        hy = outgate * torch.tanh(cy)
        return hy, (hy, cy)


class LSTMLayer(nn.Module):
    def __init__(self, input_size: int, hidden_size: int, reverse: bool = False):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)
        self.reverse = reverse

    def forward(self, input: Tensor, state: Tuple[Tensor, Tensor]) -> Tuple[Tensor, Tuple[Tensor, Tensor]]:
        inputs = input.unbind(0)
        if self.reverse:
            inputs = inputs[::-1]
        outputs: List[Tensor] = []
        for i in range(len(inputs)):
            out, state = self.cell(inputs[i], state)
            outputs += [out]
        if self.reverse:
            outputs.reverse()
        return torch.stack(outputs), state


@torch.jit.script
def clip_and_count(x: Tensor, limit: float = 1.0, names: Optional[Dict[str, int]] = None) -> Tuple[Tensor, int]:
    n = int((x.abs() > limit).sum())
    if names is not None:
        names["clipped"] = n
    return x.clamp(-limit, limit), n


class Collatz(nn.Module):
    __constants__ = ["steps"]

    def __init__(self, steps: int):
        super().__init__()
        self.steps = steps
        self.lin = nn.Linear(4, 4)

    @torch.jit.export
    def describe(self) -> str:
        return "at most " + str(self.steps)

    def forward(self, x: Tensor) -> Tensor:
        i = 0
        while bool(x.sum() < 100.0) and i < self.steps:
            x = self.lin(x).relu() + 1.0
            i += 1
        return x


torch.manual_seed(0)
T, B, I, H = 6, 3, 5, 7
layer = LSTMLayer(I, H)
scripted = torch.jit.script(layer)
back = LSTMLayer(I, H, reverse=True)
x = torch.randn(T, B, I)
state = LSTMState(torch.zeros(B, H), torch.zeros(B, H))
out, out_state = layer(x, state)
out_s, _ = scripted(x, state)
rev, _ = back(x, state)
both = torch.cat([out, rev], dim=-1)
reference = nn.LSTM(I, H)
reference.weight_ih_l0.data = layer.cell.weight_ih.data
reference.weight_hh_l0.data = layer.cell.weight_hh.data
reference.bias_ih_l0.data = layer.cell.bias.data
reference.bias_hh_l0.data.zero_()
ref, (h, c) = reference(x)
print(torch.allclose(out, ref, atol=1e-5), torch.allclose(out, out_s), both.shape, h.shape)

names: Dict[str, int] = {}
clipped, n = clip_and_count(torch.randn(10, 10) * 2, 1.5)
print(n, clipped.abs().max().item())

m = torch.jit.script(Collatz(8))
buf = io.BytesIO()
torch.jit.save(m, buf)
buf.seek(0)
again = torch.jit.load(buf)
print(again(torch.ones(2, 4)).shape, again.describe())
traced = torch.jit.trace(nn.Sequential(nn.Conv1d(2, 3, 3), nn.ReLU()), torch.randn(1, 2, 9))
print(traced(torch.randn(4, 2, 20)).shape)

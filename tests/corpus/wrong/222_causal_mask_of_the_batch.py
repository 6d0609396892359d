import torch
from torch import nn


class Demand(nn.Module):
    def __init__(self, sensors=5, width=48):
        super().__init__()
        self.inward = nn.Linear(sensors, width)
        self.blocks = nn.TransformerEncoder(nn.TransformerEncoderLayer(width, 6, 96, batch_first=True), 2)
        self.outward = nn.Linear(width, 1)

    def forward(self, x):
        h = self.inward(x)
        causal = nn.Transformer.generate_square_subsequent_mask(h.shape[0])
        h = self.blocks(h, mask=causal)
        return self.outward(h[:, -1]).squeeze(-1)


net = Demand()
x, y = torch.randn(16, 36, 5), torch.randn(16)
loss = nn.functional.huber_loss(net(x), y)
loss.backward()

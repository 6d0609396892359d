import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

lstm = nn.LSTM(6, 24, 2, batch_first=True)
fc = nn.Linear(24, 1)
loader = DataLoader(TensorDataset(torch.randn(200, 15, 6), torch.rand(200, 1)), batch_size=32, shuffle=True)
opt = torch.optim.Adam([*lstm.parameters(), *fc.parameters()])
h = None
for inputs, labels in loader:
    if h is not None and h[0].size(1) != inputs.size(0):
        h = tuple(s[:, :inputs.size(0)].contiguous() for s in h)
    out, h = lstm(inputs, h)
    h = tuple(s.detach() for s in h)
    loss = nn.functional.binary_cross_entropy_with_logits(fc(out[:, -1]), labels)
    opt.zero_grad()
    loss.backward()
    opt.step()

import torch
from torch import nn

model = nn.Sequential(
    nn.LSTM(5, 16, num_layers=1, batch_first=True),
    nn.Dropout(0.2),
    nn.Linear(16, 1),
)
x = torch.randn(8, 24, 5)
y = torch.randn(8, 24, 1)
opt = torch.optim.Adam(model.parameters())
for epoch in range(3):
    pred = model(x)
    loss = nn.functional.mse_loss(pred, y)
    opt.zero_grad()
    loss.backward()
    opt.step()

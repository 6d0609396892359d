"""Five predictions are compared with ten targets.

Shapewright marks the loss, and offers to change either tensor where it is made.
"""

import torch
from torch import nn

model = nn.Linear(10, 1)
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

inputs = torch.randn(5, 10)
targets = torch.randn(10, 1)

try:
    optimizer.zero_grad()
    predictions = model(inputs)
    loss = criterion(predictions, targets)
    loss.backward()
    optimizer.step()
    print("loss:", loss.item())
except RuntimeError as e:
    print("Error:", e)

"""Double precision data meets a single precision layer.

Shapewright marks the call, and offers a cast on either side.
"""

import torch
from torch import nn

model = nn.Linear(10, 1)
readings = torch.randn(4, 10, dtype=torch.float64)

try:
    forecast = model(readings)
    print("forecast:", forecast.shape)
except RuntimeError as e:
    print("Error:", e)

"""A grey-scale image meets a network that was built for colour.

Shapewright marks the convolution inside `forward`, and points to the layer and to the call.
"""

import torch
from torch import nn


class DigitNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(32 * 7 * 7, num_classes)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        return self.fc(x.flatten(1))


model = DigitNet()

try:
    grey = torch.randn(1, 1, 28, 28)
    scores = model(grey)
    print("scores of the grey image:", scores.shape)
except RuntimeError as e:
    print("Error:", e)

colour = torch.randn(1, 3, 28, 28)
scores = model(colour)
print("scores of the colour image:", scores.shape)

import torch
from torch import nn, Tensor


class LeNet5(nn.Module):
    """LeNet-5 for MNIST sized pictures.

    Args:
        num_classes: number of output classes.

    Shape:
        - Input: :math:`(N, 1, 28, 28)`
        - Output: :math:`(N, num\\_classes)`
    """

    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.feature = nn.Sequential(
            nn.Conv2d(1, 6, kernel_size=5),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.Conv2d(6, 16, kernel_size=5),
            nn.Tanh(),
            nn.AvgPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(16 * 5 * 5, 120),
            nn.Tanh(),
            nn.Linear(120, 84),
            nn.Tanh(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        z = self.feature(x)
        z = torch.flatten(z, 1)
        return self.classifier(z)

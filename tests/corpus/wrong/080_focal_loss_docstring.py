import torch
import torch.nn as nn
import torch.nn.functional as F


class FocalLoss(nn.Module):
    """Focal loss for unbalanced classes.

    Args:
        n_classes: number of classes
        gamma: how much easy samples are damped
    """

    def __init__(self, n_classes: int, gamma: float = 2.0):
        super().__init__()
        self.n_classes = n_classes
        self.gamma = gamma
        self.register_buffer("alpha", torch.ones(n_classes) / n_classes)

    def forward(self, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """
        Args:
            logits: float tensor of shape (N, C)
            target: int64 tensor of shape (N,) with the classes

        Returns:
            a scalar
        """
        log_p = F.log_softmax(logits, dim=1)
        log_pt = log_p.gather(1, target)
        pt = log_pt.exp()
        alpha = self.alpha[target]
        return -(alpha * (1 - pt) ** self.gamma * log_pt).mean()

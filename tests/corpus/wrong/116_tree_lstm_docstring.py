import torch
import torch.nn as nn


class TreeCell(nn.Module):
    """Child-sum cell of a tree LSTM.

    Args:
        x_size: size of the input
        h_size: size of the state
    """

    def __init__(self, x_size: int, h_size: int):
        super().__init__()
        self.W_iou = nn.Linear(x_size, 3 * h_size)
        self.U_iou = nn.Linear(h_size, 3 * h_size)
        self.W_f = nn.Linear(x_size, h_size)
        self.U_f = nn.Linear(h_size, h_size)

    def forward(self, x, child_h, child_c):
        """One node from its children.

        Args:
            x: (nodes, x_size), the words
            child_h: (nodes, children, h_size), states of the children
            child_c: (nodes, children, h_size), cells of the children

        Returns:
            (h, c), both (nodes, h_size)
        """
        i, o, u = torch.chunk(self.W_iou(x) + self.U_iou(child_h.sum(1)), 3, dim=1)
        f = torch.sigmoid(self.W_f(x) + self.U_f(child_h))
        c = torch.sigmoid(i) * torch.tanh(u) + (f * child_c).sum(1)
        h = torch.sigmoid(o) * torch.tanh(c)
        return h, c

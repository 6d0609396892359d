import torch
from torch import nn


class Biaffine(nn.Module):
    """Scores every pair of words.

    Args:
        n_in (int): width of a word
        n_out (int): labels of a pair
        bias (bool): append a 1 to each word
    """

    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        self.bias = bias
        self.weight = nn.Parameter(torch.zeros(n_out, n_in, n_in))
        nn.init.normal_(self.weight)

    def forward(self, x, y):
        """
        Args:
            x (~torch.Tensor): ``[batch_size, seq_len, n_in]``.
            y (~torch.Tensor): ``[batch_size, seq_len, n_in]``.

        Returns:
            ~torch.Tensor: scores of shape ``[batch_size, n_out, seq_len, seq_len]``.
        """
        if self.bias:
            x = torch.cat((x, torch.ones_like(x[..., :1])), -1)
            y = torch.cat((y, torch.ones_like(y[..., :1])), -1)
        return torch.einsum("bxi,oij,byj->boxy", x, self.weight, y)

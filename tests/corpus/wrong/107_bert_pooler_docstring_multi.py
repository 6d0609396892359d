import torch
import torch.nn as nn
from torch import BoolTensor, LongTensor, Tensor


class MaskedMeanPooler(nn.Module):
    """Mean over the words that are there."""

    def forward(self, hidden: Tensor, mask: BoolTensor) -> Tensor:
        """
        Args:
            hidden: ``[batch, seq, dim]`` states.
            mask: ``[batch, seq]`` True where there is a word.

        Returns:
            ``[batch, dim]``
        """
        total = (hidden * mask).sum(dim=1)
        return total / mask.sum(dim=1, keepdim=True).clamp(min=1)


class PairClassifier(nn.Module):
    """Does the second sentence follow from the first?

    Args:
        n_vocab: number of words.
        dim: width.
    """

    def __init__(self, n_vocab: int, dim: int = 24):
        super().__init__()
        self.embed = nn.Embedding(n_vocab, dim)
        self.encoder = nn.GRU(dim, dim, batch_first=True, bidirectional=True)
        self.pooler = MaskedMeanPooler()
        self.classifier = nn.Linear(dim, 3)

    def forward(self, ids: LongTensor, mask: BoolTensor) -> Tensor:
        """
        Args:
            ids: ``[batch, seq]`` numbers of the words.
            mask: ``[batch, seq]`` True where there is a word.

        Returns:
            ``[batch, 3]`` logits.
        """
        hidden, _ = self.encoder(self.embed(ids))
        return self.classifier(self.pooler(hidden, mask))

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class SequenceClassifier(nn.Module):
    """Classifies sequences of different lengths.

    Args:
        n_features (int): size of a time step.
        n_hidden (int): size of the state.
        n_classes (int): number of classes.
    """

    def __init__(self, n_features, n_hidden=20, n_classes=3):
        super().__init__()
        self.rnn = nn.LSTM(n_features, n_hidden, num_layers=2, batch_first=True)
        self.norm = nn.LayerNorm(n_hidden)
        self.classify = nn.Linear(n_hidden, n_classes)

    def forward(self, x, lengths):
        """
        Args:
            x (torch.Tensor): padded sequences, shape ``(B, T, n_features)``.
            lengths (torch.LongTensor): true lengths in falling order, shape ``(B,)``.

        Returns:
            torch.Tensor: logits, shape ``(B, n_classes)``.
        """
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        states, _ = self.rnn(packed)
        last = states[torch.arange(x.size(0)), lengths - 1]
        return self.classify(self.norm(last))

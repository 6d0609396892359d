import torch
import torch.nn as nn


class BidirectionalLSTM(nn.Module):
    """LSTM over columns, then a projection.

    Args:
        n_in (int): features of a column
        n_hidden (int): size of the state in each direction
        n_out (int): features after the projection
    """

    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.rnn = nn.LSTM(n_in, n_hidden, bidirectional=True)
        self.embedding = nn.Linear(n_hidden, n_out)

    def forward(self, x):
        """x: (T, B, n_in). Returns (T, B, n_out)."""
        recurrent, _ = self.rnn(x)
        return self.embedding(recurrent)


class CRNN(nn.Module):
    """Reads a line of text.

    Args:
        n_class (int): letters and the blank
    """

    def __init__(self, n_class):
        super().__init__()
        self.cnn = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d((4, 1)),
        )
        self.rnn = nn.Sequential(
            BidirectionalLSTM(32, 24, 24),
            BidirectionalLSTM(24, 24, n_class),
        )

    def forward(self, line):
        """
        Args:
            line (Tensor): gray picture, shape (B, 1, 32, W)

        Returns:
            Tensor: log probabilities, shape (W / 4, B, n_class)
        """
        f = self.cnn(line)
        b, c, h, w = f.size()
        f = f.view(b, c * h, w).permute(2, 0, 1)
        return self.rnn(f).log_softmax(2)

import torch.nn as nn
from torch.nn.utils.parametrizations import weight_norm


class Chomp1d(nn.Module):
    def __init__(self, chomp_size):
        super().__init__()
        self.chomp_size = chomp_size

    def forward(self, x):
        return x[:, :, :-self.chomp_size].contiguous()


class TemporalBlock(nn.Module):
    r"""Two dilated causal convolutions with a residual connection.

    Shape:
        - Input: :math:`(N, C_{in}, L)`
        - Output: :math:`(N, C_{out}, L)`
    """

    def __init__(self, n_inputs, n_outputs, kernel_size, stride, dilation, padding, dropout=0.2):
        super(TemporalBlock, self).__init__()
        self.conv1 = weight_norm(nn.Conv1d(n_inputs, n_outputs, kernel_size, stride=stride, padding=padding, dilation=dilation))
        self.chomp1 = Chomp1d(padding)
        self.relu1 = nn.ReLU()
        self.dropout1 = nn.Dropout(dropout)
        self.conv2 = weight_norm(nn.Conv1d(n_outputs, n_outputs, kernel_size, stride=stride, padding=padding, dilation=dilation))
        self.chomp2 = Chomp1d(padding)
        self.relu2 = nn.ReLU()
        self.dropout2 = nn.Dropout(dropout)
        self.net = nn.Sequential(self.conv1, self.chomp1, self.relu1, self.dropout1,
                                 self.conv2, self.chomp2, self.relu2, self.dropout2)
        self.downsample = nn.Conv1d(n_inputs, n_outputs, 1) if n_inputs != n_outputs else None
        self.relu = nn.ReLU()

    def forward(self, x):
        out = self.net(x)
        res = x if self.downsample is None else self.downsample(x)
        return self.relu(out + res)


class TCN(nn.Module):
    r"""A temporal convolutional network that predicts the next value of every channel.

    Args:
        num_inputs: channels of the series
        num_channels: widths of the blocks
        kernel_size: taps of every convolution

    Shape:
        - Input: :math:`(N, C, L)` where :math:`C` is ``num_inputs``
        - Output: :math:`(N, C)`
    """

    def __init__(self, num_inputs=4, num_channels=(16, 16, 24), kernel_size=3, dropout=0.2):
        super().__init__()
        layers = []
        for i, width in enumerate(num_channels):
            dilation = 2 ** i
            before = num_inputs if i == 0 else num_channels[i - 1]
            layers += [TemporalBlock(before, width, kernel_size, 1, dilation, (kernel_size - 1) * dilation, dropout)]
        self.network = nn.Sequential(*layers)
        self.linear = nn.Linear(num_channels[-1], num_inputs)

    def forward(self, x):
        y = self.network(x)
        return self.linear(y[:, :, -1])

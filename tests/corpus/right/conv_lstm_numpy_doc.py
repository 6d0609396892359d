import torch
from torch import nn


class ConvLSTMCell(nn.Module):
    def __init__(self, input_dim, hidden_dim, kernel_size, bias=True):
        """
        Initialize ConvLSTM cell.

        Parameters
        ----------
        input_dim: int
            Number of channels of input tensor.
        hidden_dim: int
            Number of channels of hidden state.
        kernel_size: (int, int)
            Size of the convolutional kernel.
        bias: bool
            Whether or not to add the bias.
        """
        super(ConvLSTMCell, self).__init__()
        self.input_dim = input_dim
        self.hidden_dim = hidden_dim
        self.kernel_size = kernel_size
        self.padding = kernel_size[0] // 2, kernel_size[1] // 2
        self.bias = bias
        self.conv = nn.Conv2d(in_channels=self.input_dim + self.hidden_dim,
                              out_channels=4 * self.hidden_dim,
                              kernel_size=self.kernel_size,
                              padding=self.padding,
                              bias=self.bias)

    def forward(self, input_tensor, cur_state):
        h_cur, c_cur = cur_state
        combined = torch.cat([input_tensor, h_cur], dim=1)
        combined_conv = self.conv(combined)
        cc_i, cc_f, cc_o, cc_g = torch.split(combined_conv, self.hidden_dim, dim=1)
        i = torch.sigmoid(cc_i)
        f = torch.sigmoid(cc_f)
        o = torch.sigmoid(cc_o)
        g = torch.tanh(cc_g)
        c_next = f * c_cur + i * g
        h_next = o * torch.tanh(c_next)
        return h_next, c_next

    def init_hidden(self, batch_size, image_size):
        height, width = image_size
        return (torch.zeros(batch_size, self.hidden_dim, height, width, device=self.conv.weight.device),
                torch.zeros(batch_size, self.hidden_dim, height, width, device=self.conv.weight.device))


class ConvLSTM(nn.Module):
    """
    A stack of ConvLSTM cells.

    Parameters
    ----------
    input_dim : int
        Channels of a frame.
    hidden_dim : int
        Channels of every hidden state.
    num_layers : int
        How many cells lie on top of each other.
    """

    def __init__(self, input_dim=1, hidden_dim=8, num_layers=2):
        super().__init__()
        self.cells = nn.ModuleList(
            ConvLSTMCell(input_dim if i == 0 else hidden_dim, hidden_dim, (3, 3)) for i in range(num_layers))

    def forward(self, frames, hidden_state=None):
        """
        Run over time.

        Parameters
        ----------
        frames : torch.Tensor, shape (batch, time, input_dim, height, width)
            The film.
        hidden_state : list of tuple, optional
            States to start from.

        Returns
        -------
        torch.Tensor, shape (batch, time, hidden_dim, height, width)
            Hidden states of the last layer.
        """
        b, seq_len, _, h, w = frames.size()
        if hidden_state is None:
            hidden_state = [cell.init_hidden(b, (h, w)) for cell in self.cells]
        cur = frames
        for layer, cell in enumerate(self.cells):
            state = hidden_state[layer]
            outputs = []
            for t in range(seq_len):
                state = cell(cur[:, t, :, :, :], state)
                outputs.append(state[0])
            cur = torch.stack(outputs, dim=1)
        return cur

import math
import torch
import torch.nn as nn


class PositionalEncoding(nn.Module):
    def __init__(self, d_model, dropout=0.1, max_len=50):
        super().__init__()
        self.dropout = nn.Dropout(p=dropout)
        position = torch.arange(max_len).unsqueeze(1)
        div_term = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
        pe = torch.zeros(max_len, d_model)
        pe[:, 0::2] = torch.sin(position * div_term)
        pe[:, 1::2] = torch.cos(position * div_term)
        self.register_buffer("pe", pe.unsqueeze(0))

    def forward(self, x):
        return self.dropout(x + self.pe[:, :x.size(1)])


class TimeTransformer(nn.Module):
    def __init__(self, n_features=7):
        super().__init__()
        self.pos = PositionalEncoding(n_features)
        self.layer = nn.TransformerEncoderLayer(n_features, nhead=1, dim_feedforward=32, batch_first=True)
        self.out = nn.Linear(n_features, 1)

    def forward(self, x):
        return self.out(self.layer(self.pos(x))[:, -1])


net = TimeTransformer()
x = torch.randn(5, 30, net.out.in_features)
print(net(x).shape)

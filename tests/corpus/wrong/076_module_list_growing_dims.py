import torch
import torch.nn as nn


class DenseLayer(nn.Module):
    def __init__(self, n_in, growth):
        super().__init__()
        self.bn = nn.BatchNorm1d(n_in)
        self.fc = nn.Linear(n_in, growth)

    def forward(self, x):
        return torch.cat([x, self.fc(torch.relu(self.bn(x)))], dim=1)


class DenseBlock(nn.Module):
    def __init__(self, n_in, growth, n_layers):
        super().__init__()
        self.layers = nn.ModuleList()
        for i in range(n_layers):
            self.layers.append(DenseLayer(n_in + growth, growth))
        self.n_out = n_in + n_layers * growth

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class TabularDenseNet(nn.Module):
    def __init__(self, n_in=12, growth=6, blocks=(3, 3)):
        super().__init__()
        mods = []
        for n in blocks:
            b = DenseBlock(n_in, growth, n)
            mods += [b, nn.Linear(b.n_out, b.n_out // 2)]
            n_in = b.n_out // 2
        self.body = nn.Sequential(*mods)
        self.out = nn.Linear(n_in, 1)

    def forward(self, x):
        return self.out(self.body(x))


net = TabularDenseNet()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
X = torch.randn(80, 12)
t = X.pow(2).sum(1, keepdim=True)
for i in range(0, 80, 16):
    pred = net(X[i:i + 16])
    loss = nn.functional.l1_loss(pred, t[i:i + 16])
    opt.zero_grad(); loss.backward(); opt.step()
print(loss)

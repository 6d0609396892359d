import torch
import torch.nn as nn
import torch.nn.functional as F


class Module(nn.Module):
    def training_step(self, batch, idx):
        raise NotImplementedError

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-3)


class StockModel(Module):
    def __init__(self, n_stocks, hidden=16):
        super().__init__()
        self.rnn = nn.GRU(input_size=n_stocks, hidden_size=hidden, num_layers=2)
        self.out = nn.Linear(hidden, n_stocks)

    def forward(self, prices):
        ret = prices[:, 1:] / prices[:, :-1] - 1
        states, h = self.rnn(ret.transpose(1, 2))
        return self.out(h[-1])

    def training_step(self, batch, idx):
        prices, target = batch
        return F.mse_loss(self(prices), target)


class Loop:
    def __init__(self, epochs):
        self.epochs = epochs

    def fit(self, module, loader):
        opt = module.configure_optimizers()
        for epoch in range(self.epochs):
            for idx, batch in enumerate(loader):
                loss = module.training_step(batch, idx)
                opt.zero_grad()
                loss.backward()
                opt.step()
            print(epoch, loss.item())


def random_walks(n, days, stocks):
    steps = 1 + 0.01 * torch.randn(n, days + 1, stocks)
    prices = 100 * steps.cumprod(dim=1)
    return list(zip(prices[:, :-1].split(8), (prices[:, -1] / prices[:, -2] - 1).split(8)))


Loop(epochs=2).fit(StockModel(n_stocks=5), random_walks(32, 30, 5))

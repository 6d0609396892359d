import math
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class EarlyStopping:
    def __init__(self, patience=2):
        self.best, self.bad, self.patience = math.inf, 0, patience

    def __call__(self, trainer, metrics):
        if metrics["val"] < self.best:
            self.best, self.bad = metrics["val"], 0
        else:
            self.bad += 1
        trainer.stop = self.bad >= self.patience


class MeanMeter:
    def __init__(self):
        self.values = []

    def add(self, v):
        self.values.append(v)

    @property
    def mean(self):
        return torch.stack(self.values).mean().item()


class Trainer:
    def __init__(self, model, train_dl, val_dl, callbacks=(), max_epochs=3):
        self.model, self.train_dl, self.val_dl = model, train_dl, val_dl
        self.callbacks, self.max_epochs = callbacks, max_epochs
        self.opt = torch.optim.AdamW(model.parameters(), lr=1e-2)
        self.criterion = nn.CrossEntropyLoss()
        self.stop = False

    def run_train(self):
        self.model.train()
        for x, y in self.train_dl:
            self.opt.zero_grad()
            loss = self.criterion(self.model(x), y)
            loss.backward()
            self.opt.step()

    @torch.no_grad()
    def run_val(self):
        self.model.eval()
        loss, correct = MeanMeter(), MeanMeter()
        for x, y in self.val_dl:
            out = self.model(x)
            loss.add(self.criterion(out, y))
            correct.add((out.argmax(1) == y).sum())
        return {"val": loss.mean, "acc": correct.mean}

    def fit(self):
        for epoch in range(self.max_epochs):
            self.run_train()
            metrics = self.run_val()
            print(epoch, metrics)
            for cb in self.callbacks:
                cb(self, metrics)
            if self.stop:
                break


if __name__ == "__main__":
    torch.manual_seed(1)
    x = torch.randn(90, 5)
    y = (x @ torch.randn(5, 3)).argmax(1)
    train_dl = DataLoader(TensorDataset(x[:60], y[:60]), batch_size=15, shuffle=True)
    val_dl = DataLoader(TensorDataset(x[60:], y[60:]), batch_size=15)
    Trainer(nn.Linear(5, 3), train_dl, val_dl, [EarlyStopping()]).fit()

import os

import torch
import torch.nn as nn
import torch.nn.functional as F
import wandb
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm, trange

config = dict(epochs=2, batch_size=24, lr=2e-3, hidden=40, api_key=os.environ.get("WANDB_API_KEY"))
run = wandb.init(project="toy", config=config, mode="offline")
cfg = wandb.config

x = torch.randn(100, 10)
y = (x.sum(1) > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=config["batch_size"], shuffle=True)


class MLP(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.fc1 = nn.Linear(10, hidden)
        self.fc2 = nn.Linear(hidden, 2)

    def forward(self, x):
        return self.fc2(F.elu(self.fc1(x)))


model = MLP(config["hidden"])
wandb.watch(model, log="all", log_freq=10)
optimizer = torch.optim.Adam(model.parameters(), lr=config["lr"])
step = 0
for epoch in trange(config["epochs"], desc="epochs"):
    bar = tqdm(loader, leave=False)
    for xb, yb in bar:
        logits = model(xb)
        loss = F.cross_entropy(logits, yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        bar.set_postfix(loss=f"{loss.item():.3f}")
        wandb.log({"loss": loss.item(), "step": step})
    with torch.no_grad():
        acc = (model(x).argmax(dim=-1) == y).float().mean()
    wandb.log({"epoch": epoch, "accuracy": acc})
    table = wandb.Table(columns=["pred", "true"], data=[[int(p), int(t)] for p, t in zip(model(x[:5]).argmax(1), y[:5])])
wandb.finish()

import math
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class LRFinder:
    def __init__(self, model, optimizer, criterion, device=None):
        self.model, self.optimizer, self.criterion = model, optimizer, criterion
        self.device = device or next(model.parameters()).device
        self.history = {"lr": [], "loss": []}
        self.best_loss = None
        self.memory = {k: v.clone() for k, v in model.state_dict().items()}

    def range_test(self, loader, start_lr=1e-5, end_lr=10, num_iter=15, smooth_f=0.05, diverge_th=5):
        for g in self.optimizer.param_groups:
            g["lr"] = start_lr
        gamma = (end_lr / start_lr) ** (1 / num_iter)
        iterator = iter(loader)
        for iteration in range(num_iter):
            try:
                inputs, labels = next(iterator)
            except StopIteration:
                iterator = iter(loader)
                inputs, labels = next(iterator)
            loss = self._train_batch(inputs.to(self.device), labels.to(self.device))
            self.history["lr"].append(self.optimizer.param_groups[0]["lr"])
            for g in self.optimizer.param_groups:
                g["lr"] *= gamma
            if iteration == 0:
                self.best_loss = loss
            else:
                if smooth_f > 0:
                    loss = smooth_f * loss + (1 - smooth_f) * self.history["loss"][-1]
                if loss < self.best_loss:
                    self.best_loss = loss
            self.history["loss"].append(loss)
            if loss > diverge_th * self.best_loss or math.isnan(loss):
                print("Stopping early, the loss has diverged")
                break

    def _train_batch(self, x, y):
        self.model.train()
        self.optimizer.zero_grad()
        outputs = self.model(x)
        loss = self.criterion(outputs, y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def suggestion(self):
        losses = torch.tensor(self.history["loss"])
        if losses.numel() < 3:
            return None
        grads = losses[1:] - losses[:-1]
        return self.history["lr"][int(grads.argmin())]

    def reset(self):
        self.model.load_state_dict(self.memory)


torch.manual_seed(1)
x = torch.randn(100, 8)
y = (x @ torch.randn(8, 1) + 0.1 * torch.randn(100, 1))
loader = DataLoader(TensorDataset(x, y), batch_size=30, shuffle=True)
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=1e-7, momentum=0.9)
finder = LRFinder(model, optimizer, nn.MSELoss())
finder.range_test(loader)
lr = finder.suggestion() or 1e-3
finder.reset()
print("suggested lr: %.2e from %d points" % (lr, len(finder.history["lr"])))

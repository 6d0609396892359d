import copy
import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset, random_split


class DAE(nn.Module):
    def __init__(self, n_in, code=6):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(n_in, 24), nn.Tanh(), nn.Linear(24, code))
        self.decode = nn.Sequential(nn.Linear(code, 24), nn.Tanh(), nn.Linear(24, n_in))

    def corrupt(self, x, level):
        if not self.training or level == 0:
            return x
        keep = torch.rand_like(x) > level
        return x * keep

    def forward(self, x, level=0.3):
        return self.decode(self.encode(self.corrupt(x, level)))


class EarlyStopping:
    def __init__(self, patience=2, delta=0.0):
        self.patience, self.delta = patience, delta
        self.best = None
        self.bad = 0
        self.weights = None

    def __call__(self, value, model):
        if self.best is None or value < self.best - self.delta:
            self.best = value
            self.bad = 0
            self.weights = copy.deepcopy(model.state_dict())
            return False
        self.bad += 1
        return self.bad >= self.patience


torch.manual_seed(0)
mix = torch.randn(4, 30)
signals = torch.randn(203, 4) @ mix
mean, std = signals.mean(0, keepdim=True), signals.std(0, keepdim=True)
signals = (signals - mean) / std

full = TensorDataset(signals)
n_train = int(0.8 * len(full))
train_set, val_set = random_split(full, [n_train, len(full) - n_train], generator=torch.Generator().manual_seed(42))
train_loader = DataLoader(train_set, batch_size=64, shuffle=True)
val_loader = DataLoader(val_set, batch_size=64)

model = DAE(30)
criterion = nn.MSELoss()
optimizer = optim.Adam(model.parameters(), lr=3e-3, weight_decay=1e-5)
scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1, factor=0.5)
stopper = EarlyStopping(patience=2, delta=0.02)
best_loss = float('inf')

for epoch in range(20):
    model.train()
    train_loss = 0.0
    for (x,) in train_loader:
        out = model(x)
        loss = criterion(out, x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        train_loss += loss.item() * x.size(0)
    train_loss /= len(train_set)

    model.eval()
    val_loss = 0.0
    with torch.no_grad():
        for x, in val_loader:
            val_loss += criterion(model(x), x).item() * len(x)
    val_loss /= len(val_set)
    scheduler.step(val_loss)

    if val_loss < best_loss:
        best_loss = val_loss
        print(f'{epoch:02d} new best {best_loss:.4f} (lr {optimizer.param_groups[0]["lr"]:.1e})')
    if stopper(val_loss, model):
        print('stopping early at', epoch)
        break
else:
    print('never stopped')

model.load_state_dict(stopper.weights)
codes = model.encode(signals)
U, S, V = torch.pca_lowrank(codes.detach(), q=2)
projected = torch.matmul(codes.detach(), V[:, :2])
print(codes.shape, projected.shape, S.tolist())
errors = (model(signals) - signals).pow(2).mean(dim=1)
worst = torch.topk(errors, k=3)
print('worst rows', worst.indices.tolist(), worst.values.detach().numpy().round(3))

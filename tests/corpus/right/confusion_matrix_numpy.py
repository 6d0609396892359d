import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

np.random.seed(3)
torch.manual_seed(3)
classes = ['ant', 'bee', 'cat', 'dog']
N = len(classes)

X = np.random.randn(150, 9)
y = np.argmax(X[:, :N] + 0.3 * np.random.randn(150, N), axis=1)
split = int(len(X) * 0.7)
idx = np.random.permutation(len(X))
X_train, y_train = X[idx[:split]], y[idx[:split]]
X_test, y_test = X[idx[split:]], y[idx[split:]]
mu, sd = X_train.mean(axis=0), X_train.std(axis=0)
X_train = (X_train - mu) / sd
X_test = (X_test - mu) / sd

train_ds = TensorDataset(torch.Tensor(X_train), torch.LongTensor(y_train))
test_ds = TensorDataset(torch.tensor(X_test, dtype=torch.float), torch.from_numpy(y_test))
train_dl = DataLoader(train_ds, batch_size=16, shuffle=True)
test_dl = DataLoader(test_ds, batch_size=16)

net = nn.Sequential(nn.Linear(9, 30), nn.ReLU(), nn.Linear(30, N))
opt = torch.optim.Adam(net.parameters(), lr=0.01)
loss_fn = nn.CrossEntropyLoss()
losses = []
for ep in range(4):
    for xb, yb in train_dl:
        l = loss_fn(net(xb), yb)
        opt.zero_grad(); l.backward(); opt.step()
        losses.append(l.item())
print('mean of last losses', np.mean(losses[-5:]))

y_pred, y_true, y_prob = [], [], []
net.eval()
with torch.no_grad():
    for xb, yb in test_dl:
        out = net(xb)
        prob = torch.softmax(out, 1)
        y_prob.append(prob.numpy())
        y_pred.extend(out.argmax(1).cpu().numpy())
        y_true.extend(yb.cpu().numpy())
y_prob = np.concatenate(y_prob)
y_pred, y_true = np.array(y_pred), np.array(y_true)

cm = np.zeros((N, N), dtype=int)
for t, p in zip(y_true, y_pred):
    cm[t, p] += 1
cm_torch = torch.bincount(torch.as_tensor(y_true) * N + torch.as_tensor(y_pred), minlength=N * N).view(N, N)
assert (cm_torch.numpy() == cm).all()

recall = cm.diagonal() / np.maximum(cm.sum(1), 1)
precision = cm.diagonal() / np.maximum(cm.sum(0), 1)
f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
for name, p, r, f in zip(classes, precision, recall, f1):
    print(f'{name:>5}: precision {p:.2f} recall {r:.2f} f1 {f:.2f}')
print(cm)

def auc(scores, positive):
    order = scores.argsort()
    ranks = torch.empty_like(order)
    ranks[order] = torch.arange(1, len(scores) + 1)
    n_pos = positive.sum()
    n_neg = len(positive) - n_pos
    if n_pos == 0 or n_neg == 0:
        return float('nan')
    return ((ranks[positive].sum() - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg)).item()

scores = torch.from_numpy(y_prob)
truth = torch.from_numpy(y_true)
for k in range(N):
    print(classes[k], 'auc', round(auc(scores[:, k], truth == k), 3))
top2 = scores.topk(2, dim=1).indices
print('top-2 accuracy', (top2 == truth.unsqueeze(1)).any(dim=1).float().mean().item())
wrong = np.where(y_pred != y_true)[0]
if len(wrong):
    print('first wrong row', X_test[wrong[0]].round(1))

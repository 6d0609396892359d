import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

net = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 3))
test = DataLoader(TensorDataset(torch.randn(30, 6), torch.randint(0, 3, (30,))), batch_size=10)
correct = {c: 0 for c in range(3)}
total = {c: 0 for c in range(3)}
net.eval()
with torch.no_grad():
    for x, y in test:
        predicted = net(x).argmax(1)
        for label, pred in zip(y, predicted):
            total[label.item()] += 1
            if label == pred:
                correct[label.item()] += 1
        print("batch prediction", predicted.item())
for c in range(3):
    print(c, correct[c] / max(total[c], 1))

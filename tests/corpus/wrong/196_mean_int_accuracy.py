import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

model = nn.Linear(5, 3)
loader = DataLoader(TensorDataset(torch.randn(24, 5), torch.randint(0, 3, (24,))), batch_size=6)
accs = []
with torch.no_grad():
    for x, y in loader:
        pred = model(x).argmax(-1)
        accs.append((pred == y).long())
accuracy = torch.cat(accs).mean()
print("acc", accuracy.item())

import torch
import torch.nn as nn
import torch.optim as optim
import numpy as np
from sklearn.model_selection import train_test_split

rng = np.random.RandomState(7)
features = rng.rand(300, 9)
labels = (features.sum(1) > 4.5).astype(np.float32)
x_train, x_test, y_train, y_test = train_test_split(features, labels, test_size=0.25)

x_train = torch.tensor(x_train, dtype=torch.float32)
x_test = torch.tensor(x_test, dtype=torch.float32)
y_train = torch.tensor(y_train)
y_test = torch.tensor(y_test)


class BinaryClassification(nn.Module):
    def __init__(self):
        super(BinaryClassification, self).__init__()
        self.layer_1 = nn.Linear(9, 64)
        self.layer_2 = nn.Linear(64, 64)
        self.layer_out = nn.Linear(64, 1)
        self.relu = nn.ReLU()
        self.batchnorm1 = nn.BatchNorm1d(64)

    def forward(self, inputs):
        x = self.relu(self.layer_1(inputs))
        x = self.batchnorm1(x)
        x = self.relu(self.layer_2(x))
        return self.layer_out(x)


model = BinaryClassification()
criterion = nn.BCEWithLogitsLoss()
optimizer = optim.Adam(model.parameters(), lr=0.001)


def binary_acc(y_pred, y_true):
    tag = torch.round(torch.sigmoid(y_pred))
    return (tag == y_true).sum().float() / y_true.shape[0]


for e in range(1, 4):
    optimizer.zero_grad()
    y_pred = model(x_train)
    loss = criterion(y_pred, y_train)
    acc = binary_acc(y_pred, y_train.unsqueeze(1))
    loss.backward()
    optimizer.step()
    print(f"Epoch {e:03}: | Loss: {loss.item():.5f} | Acc: {acc.item():.3f}")

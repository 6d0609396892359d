import pandas as pd
import torch
import torch.nn as nn

df = pd.read_csv("data_wine.csv")
print(df.shape)

X = torch.tensor(df.drop(columns=["quality"]).values)
y = torch.tensor(df["quality"].values, dtype=torch.float32).view(-1, 1)

mean, std = X.mean(0, keepdim=True), X.std(0, keepdim=True)
X = (X - mean) / std


class WineNet(nn.Module):
    def __init__(self, n_features):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(n_features, 20),
            nn.ReLU(),
            nn.Linear(20, 1),
        )

    def forward(self, x):
        return self.layers(x)


model = WineNet(X.shape[1])
loss_fn = nn.L1Loss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

for epoch in range(10):
    y_pred = model(X)
    loss = loss_fn(y_pred, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 5 == 0:
        print(f"Epoch {epoch}, loss {loss.item():.4f}")

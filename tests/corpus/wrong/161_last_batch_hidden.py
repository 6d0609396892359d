import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

batch_size = 32
n_hidden = 24
x = torch.randn(200, 15, 6)
y = torch.randint(0, 2, (200, 1)).float()
train_loader = DataLoader(TensorDataset(x, y), batch_size=batch_size, shuffle=True)


class SentimentRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(6, n_hidden, 2, batch_first=True, dropout=0.5)
        self.fc = nn.Linear(n_hidden, 1)

    def forward(self, x, hidden):
        out, hidden = self.lstm(x, hidden)
        out = torch.sigmoid(self.fc(out[:, -1]))
        return out, hidden

    def init_hidden(self, batch_size):
        weight = next(self.parameters()).data
        return (weight.new(2, batch_size, n_hidden).zero_(), weight.new(2, batch_size, n_hidden).zero_())


net = SentimentRNN()
criterion = nn.BCELoss()
optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
counter = 0
net.train()
for e in range(2):
    h = net.init_hidden(batch_size)
    for inputs, labels in train_loader:
        counter += 1
        h = tuple([each.data for each in h])
        net.zero_grad()
        output, h = net(inputs, h)
        loss = criterion(output, labels)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimizer.step()

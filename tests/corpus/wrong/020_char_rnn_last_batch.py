import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

text = "the quick brown fox jumps over the lazy dog " * 12
chars = sorted(set(text))
stoi = {c: i for i, c in enumerate(chars)}
data = torch.tensor([stoi[c] for c in text])

seq_len = 10
n_seq = (len(data) - 1) // seq_len
xs = data[:n_seq * seq_len].view(n_seq, seq_len)
ys = data[1:n_seq * seq_len + 1].view(n_seq, seq_len)
print("sequences:", n_seq)

batch_size = 16
loader = DataLoader(TensorDataset(xs, ys), batch_size=batch_size)


class CharRNN(nn.Module):
    def __init__(self, n_chars, hidden=32):
        super().__init__()
        self.hidden = hidden
        self.emb = nn.Embedding(n_chars, 16)
        self.rnn = nn.RNN(16, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, n_chars)

    def forward(self, x, h):
        out, h = self.rnn(self.emb(x), h)
        return self.fc(out), h

    def begin(self, batch):
        return torch.zeros(1, batch, self.hidden)


model = CharRNN(len(chars))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
loss_fn = nn.CrossEntropyLoss()

for epoch in range(2):
    h = model.begin(batch_size)
    for x, y in loader:
        h = h.detach()
        logits, h = model(x, h)
        loss = loss_fn(logits.reshape(-1, len(chars)), y.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

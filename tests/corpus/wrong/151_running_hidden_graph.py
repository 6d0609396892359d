import torch
import torch.nn as nn

torch.manual_seed(1)
seq_len, n_in, n_hidden = 16, 1, 12


class SineRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(n_in, n_hidden, batch_first=True)
        self.out = nn.Linear(n_hidden, 1)

    def forward(self, x, h):
        r, h = self.rnn(x, h)
        return self.out(r), h


rnn = SineRNN()
optimizer = torch.optim.Adam(rnn.parameters(), lr=0.02)
criterion = nn.MSELoss()
h_state = torch.zeros(1, 1, n_hidden)

for step in range(20):
    t = torch.linspace(step * 3.14, (step + 1) * 3.14, seq_len + 1)
    wave = torch.sin(t).view(1, -1, 1)
    x, y = wave[:, :-1], wave[:, 1:]
    prediction, h_state = rnn(x, h_state)
    loss = criterion(prediction, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

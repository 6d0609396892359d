import torch
import torch.nn as nn


class Model(nn.Module):
    def __init__(self, input_size, output_size, hidden_dim, n_layers):
        super(Model, self).__init__()
        self.hidden_dim = hidden_dim
        self.n_layers = n_layers
        self.rnn = nn.RNN(input_size, hidden_dim, n_layers)
        self.fc = nn.Linear(hidden_dim, output_size)

    def forward(self, x):
        batch_size = x.size(0)
        hidden = self.init_hidden(batch_size)
        out, hidden = self.rnn(x, hidden)
        out = out.contiguous().view(-1, self.hidden_dim)
        out = self.fc(out)
        return out, hidden

    def init_hidden(self, batch_size):
        return torch.zeros(self.n_layers, batch_size, self.hidden_dim)


text = ["hey how are you", "good i am fine", "have a nice day"]
chars = sorted(set("".join(text)))
int2char = dict(enumerate(chars))
char2int = {c: i for i, c in int2char.items()}
maxlen = len(max(text, key=len))
for i in range(len(text)):
    while len(text[i]) < maxlen:
        text[i] += " "
input_seq = [[char2int[c] for c in s[:-1]] for s in text]
target_seq = [[char2int[c] for c in s[1:]] for s in text]

dict_size = len(char2int)
one_hot = torch.zeros(len(text), maxlen - 1, dict_size)
for i, s in enumerate(input_seq):
    for u, k in enumerate(s):
        one_hot[i, u, k] = 1
target = torch.tensor(target_seq)

model = Model(dict_size, dict_size, 12, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(1, 4):
    optimizer.zero_grad()
    output, hidden = model(one_hot)
    loss = nn.functional.cross_entropy(output, target.view(-1))
    loss.backward()
    optimizer.step()

import random
import string
import torch
import torch.nn as nn

text = """it was a bright cold day in april and the clocks were striking thirteen
every cloud has a silver lining but some of them rain anyway
a small model learns small things and that is quite enough for today"""

all_characters = string.printable
n_characters = len(all_characters)
chunk_len = 25


def char_tensor(s):
    tensor = torch.zeros(len(s)).long()
    for c in range(len(s)):
        tensor[c] = all_characters.index(s[c])
    return tensor


def random_chunk():
    start = random.randint(0, len(text) - chunk_len - 1)
    end = start + chunk_len + 1
    return text[start:end]


def random_training_set():
    chunk = random_chunk()
    inp = char_tensor(chunk[:-1])
    target = char_tensor(chunk[1:])
    return inp, target


class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size, n_layers=1):
        super(RNN, self).__init__()
        self.hidden_size = hidden_size
        self.n_layers = n_layers
        self.encoder = nn.Embedding(input_size, hidden_size)
        self.gru = nn.GRU(hidden_size, hidden_size, n_layers)
        self.decoder = nn.Linear(hidden_size, output_size)

    def forward(self, input, hidden):
        input = self.encoder(input.view(1, -1))
        output, hidden = self.gru(input.view(1, 1, -1), hidden)
        output = self.decoder(output.view(1, -1))
        return output, hidden

    def init_hidden(self):
        return torch.zeros(self.n_layers, 1, self.hidden_size)


decoder = RNN(n_characters, 32, n_characters, 2)
optimizer = torch.optim.Adam(decoder.parameters(), lr=0.005)
criterion = nn.CrossEntropyLoss()


def train(inp, target):
    hidden = decoder.init_hidden()
    decoder.zero_grad()
    loss = 0
    for c in range(chunk_len):
        output, hidden = decoder(inp[c], hidden)
        loss += criterion(output, target[c].unsqueeze(0))
    loss.backward()
    optimizer.step()
    return loss.item() / chunk_len


def evaluate(prime_str='a', predict_len=20, temperature=0.8):
    hidden = decoder.init_hidden()
    prime_input = char_tensor(prime_str)
    predicted = prime_str
    for p in range(len(prime_str) - 1):
        _, hidden = decoder(prime_input[p], hidden)
    inp = prime_input[-1]
    for p in range(predict_len):
        output, hidden = decoder(inp, hidden)
        output_dist = output.data.view(-1).div(temperature).exp()
        top_i = torch.multinomial(output_dist, 1)[0]
        predicted_char = all_characters[top_i]
        predicted += predicted_char
        inp = char_tensor(predicted_char)
    return predicted


all_losses = []
loss_avg = 0
for epoch in range(1, 7):
    loss = train(*random_training_set())
    loss_avg += loss
    if epoch % 3 == 0:
        print('[%d] %.4f' % (epoch, loss))
        print(evaluate('th', 15), '\n')
        all_losses.append(loss_avg / 3)
        loss_avg = 0

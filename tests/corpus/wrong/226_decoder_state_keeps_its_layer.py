import torch
from torch import nn


class Step(nn.Module):
    def __init__(self, words=300, width=32):
        super().__init__()
        self.table = nn.Embedding(words, width)
        self.score = nn.Linear(2 * width, 1)
        self.mix = nn.Linear(2 * width, width)
        self.cell = nn.GRU(width, width)
        self.out = nn.Linear(width, words)

    def forward(self, word, state, memory):
        word = self.table(word)
        gate = torch.sigmoid(self.score(torch.cat([word, state], dim=-1)))
        mixed = torch.tanh(self.mix(torch.cat([word, gate * memory.mean(dim=0)], dim=-1)))
        steps, state = self.cell(mixed.unsqueeze(0), state)
        return self.out(steps.squeeze(0)), state


step = Step()
memory, state = torch.randn(9, 7, 32), torch.zeros(1, 7, 32)
word = torch.zeros(7, dtype=torch.long)
for _ in range(4):
    scores, state = step(word, state, memory)
    word = scores.argmax(dim=1)

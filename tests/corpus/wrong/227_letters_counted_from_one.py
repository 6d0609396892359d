import torch
from torch import nn

verse = "rose is a rose is a rose"
letters = sorted(set(verse))
number = {letter: place for place, letter in enumerate(letters, start=1)}
encoded = torch.tensor([number[letter] for letter in verse])
table = nn.Embedding(len(letters), 12)
steps = table(encoded).unsqueeze(1)
states, _ = nn.RNN(12, 20)(steps)
print(states.shape)

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence
from torch.utils.data import DataLoader, Dataset


class Utterances(Dataset):
    def __init__(self):
        self.lengths = [9, 4, 7, 7, 3, 5, 8, 6]

    def __len__(self):
        return len(self.lengths)

    def __getitem__(self, i):
        n = self.lengths[i]
        return torch.randn(n, 13), i % 3


def collate(batch):
    xs, ys = zip(*batch)
    lengths = torch.tensor([len(x) for x in xs])
    return pad_sequence(xs, batch_first=True), torch.tensor(ys), lengths


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(13, 20, batch_first=True)
        self.fc = nn.Linear(20, 3)

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        out, (h, c) = self.lstm(packed)
        return self.fc(h[-1])


model = Tagger()
opt = torch.optim.SGD(model.parameters(), lr=0.01)
for x, y, n in DataLoader(Utterances(), batch_size=4, collate_fn=collate):
    loss = nn.functional.cross_entropy(model(x, n), y)
    opt.zero_grad()
    loss.backward()
    opt.step()

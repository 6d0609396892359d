import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

CLICKS = {
    "ann": [4, 9, 2],
    "bob": [1],
    "cem": [7, 7, 3, 5, 8],
    "dan": [2, 6],
}


class Clicks(Dataset):
    def __init__(self, clicks):
        self.users = sorted(clicks)
        self.clicks = clicks

    def __len__(self):
        return len(self.users)

    def __getitem__(self, index):
        pages = self.clicks[self.users[index]]
        return {"pages": torch.tensor(pages), "last": pages[-1]}


def padded(samples):
    pages = nn.utils.rnn.pad_sequence([s["pages"] for s in samples], batch_first=True)
    return {"pages": pages, "last": torch.tensor([s["last"] for s in samples])}


table = nn.Embedding(10, 6)
loader = DataLoader(Clicks(CLICKS), batch_size=2)
for batch in loader:
    pooled = table(batch["pages"]).sum(dim=1)
    print(pooled.shape, batch["last"])

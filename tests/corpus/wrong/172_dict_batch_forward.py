import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader


class ReviewDataset(Dataset):
    def __init__(self, n=20, max_len=12):
        self.ids = torch.randint(0, 200, (n, max_len))
        self.mask = torch.ones(n, max_len, dtype=torch.long)
        self.labels = torch.randint(0, 2, (n,))

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return {"input_ids": self.ids[i], "attention_mask": self.mask[i], "label": self.labels[i]}


class Reviewer(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(200, 16)
        self.out = nn.Linear(16, 2)

    def forward(self, input_ids, attention_mask):
        e = self.emb(input_ids) * attention_mask.unsqueeze(-1)
        return self.out(e.sum(1) / attention_mask.sum(1, keepdim=True))


model = Reviewer()
loader = DataLoader(ReviewDataset(), batch_size=5)
optim = torch.optim.AdamW(model.parameters(), lr=5e-5)
for epoch in range(1):
    for batch in loader:
        optim.zero_grad()
        outputs = model(batch)
        loss = nn.functional.cross_entropy(outputs, batch["label"])
        loss.backward()
        optim.step()

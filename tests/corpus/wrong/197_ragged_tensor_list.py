import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader

sentences = ["i like torch", "shapes are hard to see", "yes"]
vocab = {w: i for i, w in enumerate(sorted(set(" ".join(sentences).split())))}


class Sentences(Dataset):
    def __init__(self, texts):
        ids = [[vocab[w] for w in t.split()] for t in texts]
        self.ids = torch.tensor(ids)

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, i):
        return self.ids[i]


emb = nn.Embedding(len(vocab), 4)
for batch in DataLoader(Sentences(sentences), batch_size=2):
    print(emb(batch).shape)

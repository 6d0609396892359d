import torch
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

rare = (torch.arange(300) % 10 == 0).long()
share = torch.where(rare == 1, 0.9, 0.1)
drawn = WeightedRandomSampler(share, num_samples=len(share))
loader = DataLoader(TensorDataset(torch.randn(300, 4), rare), batch_size=30, sampler=drawn, shuffle=True)
for x, y in loader:
    print(x.shape, y.float().mean())

import torch
import torch.nn as nn

labels = torch.tensor([[0, 2, -100, 1], [3, -100, -100, 0]])
logits = torch.randn(2, 4, 4, requires_grad=True)
loss = nn.CrossEntropyLoss()(logits.view(-1, 4), labels.view(-1))
loss.backward()
pad = torch.tensor([5, 1, 0, 5])
loss2 = nn.CrossEntropyLoss(ignore_index=5)(torch.randn(4, 5), pad)
soft = torch.tensor([[0.2, 0.8], [0.5, 0.5]])
loss3 = nn.CrossEntropyLoss()(torch.randn(2, 2), soft)
weights = torch.tensor([1.0, 3.0])
loss4 = nn.CrossEntropyLoss(weight=weights)(torch.randn(3, 2), torch.tensor([0, 1, 1]))
print(loss.item(), loss2.item(), loss3.item(), loss4.item())

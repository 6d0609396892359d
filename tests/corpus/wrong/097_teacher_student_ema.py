import torch
import torch.nn as nn


class Memory:
    """queue of old keys"""

    def __init__(self, size, dim):
        self.keys = torch.randn(size, dim)
        self.ptr = 0

    def push(self, k):
        n = k.shape[0]
        self.keys[self.ptr:self.ptr + n] = k
        self.ptr = (self.ptr + n) % self.keys.shape[0]


def make_encoder():
    return nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 16))


@torch.no_grad()
def momentum_update(q, k, m=0.99):
    for pq, pk in zip(q.parameters(), k.parameters()):
        pk.mul_(m).add_(pq, alpha=1 - m)


def info_nce(q, k, memory, tau=0.1):
    q = nn.functional.normalize(q, dim=1)
    k = nn.functional.normalize(k, dim=1)
    pos = (q * k).sum(1, keepdim=True)
    neg = q @ memory.keys.t()
    logits = torch.cat([pos, neg], dim=1) / tau
    return nn.functional.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long))


def augment(x):
    return x + 0.1 * torch.randn_like(x)


query_enc, key_enc = make_encoder(), make_encoder()
key_enc.load_state_dict(query_enc.state_dict())
memory = Memory(size=40, dim=16)
opt = torch.optim.SGD(query_enc.parameters(), lr=0.03)

for step in range(6):
    x = torch.randn(16, 32)
    q = query_enc(augment(x))
    with torch.no_grad():
        k = key_enc(augment(x))
    loss = info_nce(q, k, memory)
    opt.zero_grad()
    loss.backward()
    opt.step()
    momentum_update(query_enc, key_enc)
    memory.push(k)
    print(step, loss.item())

import torch
import torch.nn as nn
import torch.nn.functional as F

VOCAB, PAD, MASK, IGNORE = 40, 0, 1, -100


def mask_tokens(inputs, mlm_probability=0.15):
    labels = inputs.clone()
    probability_matrix = torch.full(labels.shape, mlm_probability)
    special = inputs.eq(PAD)
    probability_matrix.masked_fill_(special, value=0.0)
    masked_indices = torch.bernoulli(probability_matrix).bool()
    masked_indices[:, 0] = True
    labels[~masked_indices] = IGNORE
    indices_replaced = torch.bernoulli(torch.full(labels.shape, 0.8)).bool() & masked_indices
    inputs = inputs.clone()
    inputs[indices_replaced] = MASK
    indices_random = torch.bernoulli(torch.full(labels.shape, 0.5)).bool() & masked_indices & ~indices_replaced
    random_words = torch.randint(2, VOCAB, labels.shape, dtype=torch.long)
    inputs[indices_random] = random_words[indices_random]
    return inputs, labels


def sequence_mask(lengths, max_len=None):
    max_len = max_len or int(lengths.max())
    return torch.arange(max_len, device=lengths.device).expand(len(lengths), max_len) < lengths.unsqueeze(1)


def masked_mse(pred, target, mask):
    diff = (pred - target) ** 2
    diff = diff * mask.unsqueeze(-1)
    return diff.sum() / (mask.sum() * pred.size(-1)).clamp(min=1)


def masked_mean(x, mask, dim):
    m = mask.unsqueeze(-1).to(x.dtype)
    return (x * m).sum(dim) / m.sum(dim).clamp_min(1e-9)


def maskNLLLoss(inp, target, mask):
    nTotal = mask.sum()
    crossEntropy = -torch.log(torch.gather(inp, 1, target.view(-1, 1)).squeeze(1))
    loss = crossEntropy.masked_select(mask).mean()
    return loss, nTotal.item()


class Tiny(nn.Module):
    def __init__(self, d=24):
        super().__init__()
        self.emb = nn.Embedding(VOCAB, d, padding_idx=PAD)
        self.mix = nn.Conv1d(d, d, 3, padding=1)
        self.lm = nn.Linear(d, VOCAB)
        self.reg = nn.Linear(d, 2)

    def forward(self, ids):
        h = self.emb(ids)
        h = h + F.gelu(self.mix(h.transpose(1, 2))).transpose(1, 2)
        return self.lm(h), self.reg(h), h


torch.manual_seed(0)
lengths = torch.tensor([9, 4, 7, 1])
keep = sequence_mask(lengths)
ids = torch.randint(2, VOCAB, keep.shape).masked_fill(~keep, PAD)
track = torch.randn(*keep.shape, 2)
net = Tiny()
opt = torch.optim.NAdam(net.parameters(), lr=5e-3)

for epoch in range(3):
    noisy, labels = mask_tokens(ids)
    logits, coords, hidden = net(noisy)
    mlm = F.cross_entropy(logits.view(-1, VOCAB), labels.view(-1), ignore_index=IGNORE)
    same = F.cross_entropy(logits.transpose(1, 2), labels, ignore_index=IGNORE)
    assert torch.allclose(mlm, same, atol=1e-5)
    reg = masked_mse(coords, track, keep)
    step_loss, n = 0.0, 0
    for t in range(ids.size(1)):
        l, k = maskNLLLoss(logits[:, t].softmax(-1), ids[:, t], keep[:, t])
        step_loss = step_loss + l * k
        n += k
    loss = mlm + reg + 0.1 * step_loss / n
    opt.zero_grad(); loss.backward(); opt.step()
    picked = labels != IGNORE
    acc = (logits.argmax(-1)[picked] == labels[picked]).float().mean()
    pooled = masked_mean(hidden, keep, dim=1)
    print(f"{epoch}: mlm {mlm.item():.3f} reg {reg.item():.3f} acc {acc:.2f} n {int(picked.sum())} pooled {tuple(pooled.shape)}")

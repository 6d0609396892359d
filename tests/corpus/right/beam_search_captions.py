import torch
import torch.nn as nn
import torch.nn.functional as F

PAD, BOS, EOS = 0, 1, 2
vocab = ["<pad>", "<s>", "</s>", "a", "cat", "dog", "on", "the", "mat", "runs", "sleeps"]


class Captioner(nn.Module):
    def __init__(self, feat=12, hid=24, words=len(vocab)):
        super().__init__()
        self.init_h = nn.Linear(feat, hid)
        self.init_c = nn.Linear(feat, hid)
        self.emb = nn.Embedding(words, hid)
        self.att = nn.Linear(hid + feat, 1)
        self.cell = nn.LSTMCell(hid + feat, hid)
        self.out = nn.Linear(hid, words)

    def start(self, regions):
        mean = regions.mean(1)
        return self.init_h(mean), self.init_c(mean)

    def step(self, word, state, regions):
        h, c = state
        n = regions.size(1)
        score = self.att(torch.cat([regions, h.unsqueeze(1).expand(-1, n, -1)], -1))
        alpha = score.squeeze(-1).softmax(-1)
        ctx = (alpha.unsqueeze(-1) * regions).sum(1)
        h, c = self.cell(torch.cat([self.emb(word), ctx], dim=-1), (h, c))
        return self.out(h), (h, c), alpha

    def forward(self, regions, captions):
        state = self.start(regions)
        logits, alphas = [], []
        for t in range(captions.size(1) - 1):
            y, state, alpha = self.step(captions[:, t], state, regions)
            logits.append(y)
            alphas.append(alpha)
        return torch.stack(logits, 1), torch.stack(alphas, 1)

    @torch.no_grad()
    def greedy(self, regions, max_len=8):
        b = regions.size(0)
        word = torch.full((b,), BOS)
        state = self.start(regions)
        done = torch.zeros(b, dtype=torch.bool)
        out = []
        for _ in range(max_len):
            y, state, _ = self.step(word, state, regions)
            word = y.argmax(-1).masked_fill(done, PAD)
            out.append(word)
            done |= word == EOS
            if done.all():
                break
        return torch.stack(out, dim=1)

    @torch.no_grad()
    def beam(self, regions, k=3, max_len=8):
        """one image: regions of shape (n, feat)"""
        regions = regions.unsqueeze(0).expand(k, -1, -1)
        seqs = torch.full((k, 1), BOS)
        top = torch.zeros(k, 1)
        state = self.start(regions)
        complete = []
        step = 1
        while True:
            y, state, _ = self.step(seqs[:, -1], state, regions)
            scores = top.expand_as(y) + F.log_softmax(y, dim=1)
            if step == 1:
                best, idx = scores[0].topk(k)
            else:
                best, idx = scores.view(-1).topk(k)
            prev = torch.div(idx, y.size(1), rounding_mode="floor") if step > 1 else torch.zeros(k, dtype=torch.long)
            nxt = idx % y.size(1)
            seqs = torch.cat([seqs[prev], nxt.unsqueeze(1)], dim=1)
            alive = [i for i, w in enumerate(nxt) if w != EOS]
            for i in set(range(len(nxt))) - set(alive):
                complete.append((best[i].item() / seqs.size(1), seqs[i].tolist()))
            k -= len(nxt) - len(alive)
            if k == 0 or step >= max_len:
                break
            seqs, top = seqs[alive], best[alive].unsqueeze(1)
            state = tuple(s[prev[alive]] for s in state)
            regions = regions[prev[alive]]
            step += 1
        if not complete:
            complete = [(b.item() / seqs.size(1), s.tolist()) for b, s in zip(best, seqs)]
        return max(complete)


torch.manual_seed(8)
model = Captioner()
caps = torch.tensor([[1, 3, 4, 10, 2, 0], [1, 7, 5, 9, 6, 2], [1, 3, 5, 2, 0, 0]])
feats = torch.randn(3, 5, 12)
opt = torch.optim.Adam(model.parameters(), lr=0.02)
for i in range(10):
    logits, alphas = model(feats, caps)
    loss = F.cross_entropy(logits.reshape(-1, logits.size(-1)), caps[:, 1:].reshape(-1), ignore_index=PAD)
    loss = loss + ((1 - alphas.sum(dim=1)) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item())
model.eval()
for row in model.greedy(feats):
    print(" ".join(vocab[w] for w in row.tolist() if w > EOS))
for f in feats:
    score, ids = model.beam(f, k=4)
    print(round(score, 3), " ".join(vocab[w] for w in ids))

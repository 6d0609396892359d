import torch
import torch.nn as nn

torch.manual_seed(0)
PAD, BOS, EOS = 0, 1, 2
id2word = ["<pad>", "<s>", "</s>"] + [f"w{i}" for i in range(20)]


class Scorer(nn.Module):
    def __init__(self, n_words, d=16):
        super().__init__()
        self.emb = nn.Embedding(n_words, d)
        self.cell = nn.GRUCell(d, d)
        self.out = nn.Linear(d, n_words)

    def forward(self, words, h):
        h = self.cell(self.emb(words), h)
        return self.out(h).log_softmax(-1), h


def beam_search(model, beam=4, steps=5):
    n_words = len(id2word)
    h = torch.zeros(1, 16)
    logp, h = model(torch.tensor([BOS]), h)
    scores, words = logp[0].topk(beam)
    h = h.expand(beam, -1)
    seqs = words[:, None]
    for _ in range(steps):
        logp, h = model(seqs[:, -1], h)
        total = scores[:, None] + logp
        scores, flat = total.view(-1).topk(beam)
        parent = flat % n_words
        word = torch.div(flat, n_words, rounding_mode="floor")
        seqs = torch.cat([seqs[parent], word[:, None]], dim=1)
        h = h[parent]
    return seqs, scores


with torch.no_grad():
    seqs, scores = beam_search(Scorer(len(id2word)).eval())
for s in seqs.tolist():
    print(" ".join(id2word[i] for i in s))

import torch
import torch.nn as nn

PAD, BOS, EOS = 0, 1, 2


class Seq2SeqTransformer(nn.Module):
    def __init__(self, src_vocab, tgt_vocab, d_model=32, nhead=4, layers=2, ff=64, max_len=40):
        super().__init__()
        self.src_emb = nn.Embedding(src_vocab, d_model, padding_idx=PAD)
        self.tgt_emb = nn.Embedding(tgt_vocab, d_model, padding_idx=PAD)
        self.pos = nn.Parameter(torch.zeros(max_len, d_model))
        self.transformer = nn.Transformer(d_model, nhead, layers, layers, ff, dropout=0.0, batch_first=True)
        self.generator = nn.Linear(d_model, tgt_vocab)
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)

    def embed(self, tokens, table):
        return table(tokens) + self.pos[: tokens.shape[1]]

    def forward(self, src, tgt):
        tgt_mask = nn.Transformer.generate_square_subsequent_mask(tgt.shape[1]).bool()
        src_pad, tgt_pad = src == PAD, tgt == PAD
        out = self.transformer(
            self.embed(src, self.src_emb),
            self.embed(tgt, self.tgt_emb),
            tgt_mask=tgt_mask,
            src_key_padding_mask=src_pad,
            tgt_key_padding_mask=tgt_pad,
            memory_key_padding_mask=src_pad,
        )
        return self.generator(out)

    def encode(self, src):
        return self.transformer.encoder(self.embed(src, self.src_emb), src_key_padding_mask=src == PAD)

    def decode(self, tgt, memory):
        n = tgt.size(1)
        mask = torch.triu(torch.ones(n, n, dtype=torch.bool), diagonal=1)
        return self.transformer.decoder(self.embed(tgt, self.tgt_emb), memory, tgt_mask=mask)


def make_batch(n, vocab, longest=9):
    src = torch.full((n, longest), PAD)
    tgt = torch.full((n, longest + 2), PAD)
    for i in range(n):
        k = int(torch.randint(2, longest + 1, (1,)))
        word = torch.randint(3, vocab, (k,))
        src[i, :k] = word
        tgt[i, : k + 2] = torch.cat([torch.tensor([BOS]), word.flip(0), torch.tensor([EOS])])
    return src, tgt


def greedy_decode(model, src, max_len):
    memory = model.encode(src)
    ys = torch.ones(1, 1).fill_(BOS).type(torch.long)
    for i in range(max_len - 1):
        out = model.decode(ys, memory)
        prob = model.generator(out[:, -1])
        _, next_word = torch.max(prob, dim=1)
        next_word = next_word.item()
        ys = torch.cat([ys, torch.ones(1, 1).type_as(src.data).fill_(next_word)], dim=1)
        if next_word == EOS:
            break
    return ys


class NoamOpt:
    "Optim wrapper that implements rate."

    def __init__(self, model_size, factor, warmup, optimizer):
        self.optimizer = optimizer
        self._step = 0
        self.warmup = warmup
        self.factor = factor
        self.model_size = model_size
        self._rate = 0

    def step(self):
        self._step += 1
        rate = self.rate()
        for p in self.optimizer.param_groups:
            p['lr'] = rate
        self._rate = rate
        self.optimizer.step()

    def rate(self, step=None):
        if step is None:
            step = self._step
        return self.factor * (self.model_size ** (-0.5) * min(step ** (-0.5), step * self.warmup ** (-1.5)))


torch.manual_seed(0)
VOCAB = 12
model = Seq2SeqTransformer(VOCAB, VOCAB)
loss_fn = nn.CrossEntropyLoss(ignore_index=PAD)
opt = NoamOpt(32, 1, 20, torch.optim.Adam(model.parameters(), lr=0, betas=(0.9, 0.98), eps=1e-9))
model.train()
for step in range(6):
    src, tgt = make_batch(16, VOCAB)
    tgt_input = tgt[:, :-1]
    logits = model(src, tgt_input)
    tgt_out = tgt[:, 1:]
    loss = loss_fn(logits.reshape(-1, logits.shape[-1]), tgt_out.reshape(-1))
    opt.optimizer.zero_grad()
    loss.backward()
    opt.step()
    with torch.no_grad():
        ok = (logits.argmax(-1) == tgt_out)[tgt_out != PAD].float().mean()
    print(f"{step} loss {loss.item():.3f} token accuracy {ok:.2f} lr {opt._rate:.5f}")

model.eval()
with torch.no_grad():
    src = torch.LongTensor([[3, 4, 5, 6, 7]])
    print(greedy_decode(model, src, max_len=7))

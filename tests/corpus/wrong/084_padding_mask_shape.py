import math
import torch
import torch.nn as nn


class Translator(nn.Module):
    def __init__(self, n_src, n_tgt, d=32):
        super().__init__()
        self.d = d
        self.src_emb = nn.Embedding(n_src, d, padding_idx=0)
        self.tgt_emb = nn.Embedding(n_tgt, d, padding_idx=0)
        self.transformer = nn.Transformer(
            d_model=d, nhead=4, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=64, batch_first=True
        )
        self.generator = nn.Linear(d, n_tgt)

    def forward(self, src, tgt):
        causal = self.transformer.generate_square_subsequent_mask(tgt.size(1))
        causal = causal == float("-inf")
        hidden = self.transformer(
            self.src_emb(src) * math.sqrt(self.d),
            self.tgt_emb(tgt) * math.sqrt(self.d),
            tgt_mask=causal,
            src_key_padding_mask=src == 0,
            tgt_key_padding_mask=tgt == 0,
            memory_key_padding_mask=tgt == 0,
        )
        return self.generator(hidden)


def toy_batch(n=4):
    src = torch.randint(1, 30, (n, 9))
    tgt = torch.randint(1, 40, (n, 7))
    src[:, 7:] = 0
    return src, tgt


model = Translator(30, 40)
opt = torch.optim.Adam(model.parameters(), lr=1e-4, betas=(0.9, 0.98))
loss_fn = nn.CrossEntropyLoss(ignore_index=0)
for _ in range(2):
    src, tgt = toy_batch()
    logits = model(src, tgt[:, :-1])
    loss = loss_fn(logits.reshape(-1, 40), tgt[:, 1:].reshape(-1))
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(loss.item())

import torch
import torch.nn as nn


class Seq2Seq(nn.Module):
    def __init__(self, src_vocab, tgt_vocab, d_model=32, nhead=4):
        super().__init__()
        self.src_emb = nn.Embedding(src_vocab, d_model)
        self.tgt_emb = nn.Embedding(tgt_vocab, d_model)
        self.transformer = nn.Transformer(d_model, nhead, 2, 2, 64, batch_first=True)
        self.generator = nn.Linear(d_model, tgt_vocab)

    def forward(self, src, tgt, tgt_mask=None):
        out = self.transformer(self.src_emb(src), self.tgt_emb(tgt), tgt_mask=tgt_mask)
        return self.generator(out)


SRC, TGT = 60, 70
model = Seq2Seq(SRC, TGT)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
criterion = nn.CrossEntropyLoss(ignore_index=0)
for step in range(2):
    src = torch.randint(1, SRC, (6, 14))
    tgt = torch.randint(1, TGT, (6, 11))
    mask = nn.Transformer.generate_square_subsequent_mask(tgt.size(1))
    logits = model(src, tgt[:, :-1], mask)
    loss = criterion(logits.reshape(-1, TGT), tgt[:, 1:].reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

import random
import torch
import torch.nn as nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pack_sequence, pad_packed_sequence, pad_sequence
from torch.utils.data import BatchSampler, DataLoader, Dataset, Sampler


class Ragged(Dataset):
    def __init__(self, n=37, feat=5):
        rnd = random.Random(1)
        self.seqs = [torch.randn(rnd.randint(2, 12), feat) for _ in range(n)]
        self.ys = [s[:, 0].mean() for s in self.seqs]

    def __len__(self):
        return len(self.seqs)

    def __getitem__(self, i):
        return self.seqs[i], self.ys[i]

    def length(self, i):
        return self.seqs[i].shape[0]


class LengthSampler(Sampler):
    def __init__(self, ds, noise=2):
        self.ds, self.noise = ds, noise

    def __iter__(self):
        keys = [(self.ds.length(i) + random.uniform(0, self.noise), i) for i in range(len(self.ds))]
        return iter([i for _, i in sorted(keys)])

    def __len__(self):
        return len(self.ds)


def pad_collate(batch):
    xs, ys = zip(*batch)
    lens = torch.as_tensor([len(x) for x in xs])
    return pad_sequence(xs, batch_first=True, padding_value=0.0), torch.stack(ys), lens


def sorted_collate(batch):
    batch.sort(key=lambda p: len(p[0]), reverse=True)
    xs, ys = zip(*batch)
    return pack_sequence(xs), torch.stack(ys)


class Reg(nn.Module):
    def __init__(self, feat, hid=16):
        super().__init__()
        self.rnn = nn.GRU(feat, hid, batch_first=True, bidirectional=True)
        self.attn = nn.Linear(2 * hid, 1)
        self.out = nn.Linear(2 * hid, 1)

    def forward(self, x, lens=None):
        if isinstance(x, PackedSequence):
            packed = x
        else:
            packed = pack_padded_sequence(x, lens, batch_first=True, enforce_sorted=False)
        output, h_n = self.rnn(packed)
        output, lens = pad_packed_sequence(output, batch_first=True)
        mask = torch.arange(output.size(1))[None] < lens[:, None]
        score = self.attn(output).squeeze(-1)
        score[~mask] = -1e9
        weight = score.softmax(1)
        ctx = torch.bmm(weight.unsqueeze(1), output).squeeze(1)
        last = output[torch.arange(len(lens)), lens - 1]
        assert ctx.shape == last.shape
        return self.out(ctx + last).squeeze(1), h_n


if __name__ == "__main__":
    random.seed(0)
    torch.manual_seed(0)
    ds = Ragged()
    sampler = BatchSampler(LengthSampler(ds), batch_size=8, drop_last=False)
    padded = DataLoader(ds, batch_sampler=sampler, collate_fn=pad_collate)
    packed = DataLoader(ds, batch_size=8, shuffle=True, collate_fn=sorted_collate, drop_last=True)
    net = Reg(5)
    opt = torch.optim.Adam(net.parameters(), 1e-3)
    waste = 0
    for x, y, lens in padded:
        pred, h = net(x, lens)
        loss = nn.functional.mse_loss(pred, y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        waste += x.size(0) * x.size(1) - lens.sum().item()
        print(tuple(x.shape), lens.tolist(), f"{loss.item():.3f}")
    print("padding wasted", waste)
    for p, y in packed:
        pred, h = net(p)
        print(p.data.shape, p.batch_sizes.tolist(), nn.functional.l1_loss(pred, y).item())
    seqs, lens = pad_packed_sequence(p, batch_first=True)
    again = [s[:n] for s, n in zip(seqs, lens)]
    print([len(a) for a in again], torch.cat(again).shape)

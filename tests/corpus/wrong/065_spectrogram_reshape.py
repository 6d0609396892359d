from argparse import ArgumentParser

import torch
from torch import nn


def get_args():
    p = ArgumentParser()
    p.add_argument("--n-mels", type=int, default=40)
    p.add_argument("--frames", type=int, default=98)
    p.add_argument("--context", type=int, default=4)
    p.add_argument("--hidden", type=int, default=64)
    p.add_argument("--steps", type=int, default=2)
    return p.parse_args()


class FrameStack(nn.Module):
    """joins `context` neighbouring frames"""

    def __init__(self, context):
        super().__init__()
        self.context = context

    def forward(self, spec):
        batch, frames, mels = spec.shape
        return spec.reshape(batch, frames // self.context, self.context * mels)


class PhonemeNet(nn.Module):
    def __init__(self, args, n_phones=30):
        super().__init__()
        self.stack = FrameStack(args.context)
        self.rnn = nn.GRU(args.context * args.n_mels, args.hidden, batch_first=True)
        self.proj = nn.Linear(args.hidden, n_phones)

    def forward(self, spec):
        h, _ = self.rnn(self.stack(spec))
        return self.proj(h).log_softmax(dim=-1)


def main():
    args = get_args()
    net = PhonemeNet(args)
    ctc = nn.CTCLoss()
    opt = torch.optim.Adam(net.parameters())
    for step in range(args.steps):
        spec = torch.randn(3, args.frames, args.n_mels)
        out = net(spec)
        target = torch.randint(1, 30, (3, 6))
        n_out = torch.full((3,), out.size(1), dtype=torch.long)
        loss = ctc(out.transpose(0, 1), target, n_out, torch.tensor([6, 5, 4]))
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(step, loss.item())


if __name__ == "__main__":
    main()

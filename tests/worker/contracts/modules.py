"""Modules of every kind, each as a program of its own whose class `Net` is looked at.

`inputs` and `output` are what the contract must say, `conditions` all of its conditions.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

HEAD = "import math\nimport torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"


@dataclass(frozen=True)
class Kind:
    """One kind of module."""

    name: str
    text: str
    inputs: str
    output: str
    conditions: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The whole program."""
        return HEAD + textwrap.dedent(self.text)


KINDS = [
    Kind(
        "CNN with flatten",
        """
        class Net(nn.Module):
            def __init__(self, num_classes=10):
                super().__init__()
                self.c1, self.c2 = nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5)
                self.fc = nn.Linear(16 * 5 * 5, num_classes)

            def forward(self, x):
                x = F.max_pool2d(F.relu(self.c1(x)), 2)
                x = F.max_pool2d(F.relu(self.c2(x)), 2)
                return self.fc(torch.flatten(x, 1))

        Net()(torch.randn(4, 3, 32, 32))
        """,
        "x: f32[B, 3, H, W]",
        "f32[B, num_classes]",
        ("32 <= H <= 35", "32 <= W <= 35"),
    ),
    Kind(
        "U-Net",
        """
        def block(i, o):
            return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU())

        class Net(nn.Module):
            def __init__(self, in_channels=1, num_classes=2):
                super().__init__()
                self.d1, self.d2, self.d3 = block(in_channels, 8), block(8, 16), block(16, 32)
                self.u2, self.u1 = nn.ConvTranspose2d(32, 16, 2, 2), nn.ConvTranspose2d(16, 8, 2, 2)
                self.e2, self.e1 = block(32, 16), block(16, 8)
                self.out = nn.Conv2d(8, num_classes, 1)

            def forward(self, x):
                a = self.d1(x)
                b = self.d2(F.max_pool2d(a, 2))
                c = self.d3(F.max_pool2d(b, 2))
                y = self.e2(torch.cat([self.u2(c), b], dim=1))
                y = self.e1(torch.cat([self.u1(y), a], dim=1))
                return self.out(y)
        """,
        "x: f32[B, 1, H, W]",
        "f32[B, num_classes, H, W]",
        ("H % 4 == 0", "W % 4 == 0"),
    ),
    Kind(
        "ResNet",
        """
        class Block(nn.Module):
            def __init__(self, i, o, stride):
                super().__init__()
                self.c1, self.b1 = nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o)
                self.c2, self.b2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
                self.short = nn.Conv2d(i, o, 1, stride, bias=False)

            def forward(self, x):
                return F.relu(self.b2(self.c2(F.relu(self.b1(self.c1(x))))) + self.short(x))

        class Net(nn.Module):
            def __init__(self, num_classes=7):
                super().__init__()
                self.stem = nn.Conv2d(3, 16, 7, 2, 3)
                self.layers = nn.Sequential(Block(16, 32, 2), Block(32, 64, 2))
                self.fc = nn.Linear(64, num_classes)

            def forward(self, x):
                maps = self.layers(F.max_pool2d(self.stem(x), 3, 2, 1))
                return self.fc(F.adaptive_avg_pool2d(maps, 1).flatten(1)), maps
        """,
        "x: f32[B, 3, H, W]",
        "(f32[B, num_classes], f32[B, 64, (H-1)//16+1, (W-1)//16+1])",
    ),
    Kind(
        "MLP with batch norm",
        """
        class Net(nn.Module):
            def __init__(self, in_features=20, hidden=32, num_classes=3):
                super().__init__()
                self.layers = nn.Sequential(
                    nn.Linear(in_features, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, num_classes)
                )

            def forward(self, x):
                return self.layers(x)
        """,
        "x: f32[B, in_features]",
        "f32[B, num_classes]",
        ("B >= 2 in training",),
    ),
    Kind(
        "LSTM",
        """
        class Net(nn.Module):
            def __init__(self, input_size=12, hidden_size=24):
                super().__init__()
                self.rnn = nn.LSTM(input_size, hidden_size, num_layers=2, batch_first=True)
                self.fc = nn.Linear(hidden_size, 1)

            def forward(self, x):
                out, (h, c) = self.rnn(x)
                return self.fc(out), h
        """,
        "x: f32[B, T, input_size]",
        "(f32[B, T, 1], f32[2, B, hidden_size])",
    ),
    Kind(
        "GPT",
        """
        class Config:
            vocab_size = 65
            block_size = 48
            n_embd = 32
            n_head = 4

            def __init__(self):
                self.vocab_size, self.block_size, self.n_embd, self.n_head = 65, 48, 32, 4

        class Attention(nn.Module):
            def __init__(self, config):
                super().__init__()
                self.qkv = nn.Linear(config.n_embd, 3 * config.n_embd)
                self.n_head, self.n_embd = config.n_head, config.n_embd

            def forward(self, x):
                B, T, C = x.size()
                q, k, v = self.qkv(x).split(self.n_embd, dim=2)
                q, k, v = (t.view(B, T, self.n_head, C // self.n_head).transpose(1, 2) for t in (q, k, v))
                y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
                return y.transpose(1, 2).contiguous().view(B, T, C)

        class Net(nn.Module):
            def __init__(self, config):
                super().__init__()
                self.config = config
                self.wte = nn.Embedding(config.vocab_size, config.n_embd)
                self.wpe = nn.Embedding(config.block_size, config.n_embd)
                self.attn = Attention(config)
                self.ln = nn.LayerNorm(config.n_embd)
                self.head = nn.Linear(config.n_embd, config.vocab_size, bias=False)

            def forward(self, idx):
                B, T = idx.size()
                assert T <= self.config.block_size, "the sequence is too long"
                x = self.wte(idx) + self.wpe(torch.arange(T, device=idx.device))
                x = x + self.attn(self.ln(x))
                return self.head(x), x

        model = Net(Config())
        model(torch.zeros(2, 16, dtype=torch.long))
        """,
        "idx: i64[B, T]",
        "(f32[B, T, vocab_size], f32[B, T, n_embd])",
        ("T <= 48",),
    ),
    Kind(
        "ViT with patches",
        """
        class Net(nn.Module):
            def __init__(self, image_size=64, patch_size=16, dim=48, num_classes=10):
                super().__init__()
                self.patch = nn.Conv2d(3, dim, patch_size, patch_size)
                self.cls = nn.Parameter(torch.zeros(1, 1, dim))
                self.pos = nn.Parameter(torch.zeros(1, (image_size // patch_size) ** 2 + 1, dim))
                self.layer = nn.TransformerEncoderLayer(dim, 4, 64, batch_first=True)
                self.head = nn.Linear(dim, num_classes)

            def forward(self, img):
                x = self.patch(img).flatten(2).transpose(1, 2)
                x = torch.cat([self.cls.expand(x.size(0), -1, -1), x], dim=1) + self.pos
                return self.head(self.layer(x)[:, 0])

        Net()(torch.randn(2, 3, 64, 64))
        """,
        "img: f32[B, 3, H, W]",
        "f32[B, num_classes]",
        ("64 <= H <= 79", "64 <= W <= 79"),
    ),
    Kind(
        "patches without positions",
        """
        class Net(nn.Module):
            def __init__(self, patch=8, dim=32):
                super().__init__()
                self.patch = patch
                self.proj = nn.Linear(3 * patch * patch, dim)

            def forward(self, x):
                B, C, H, W = x.shape
                p = self.patch
                x = x.reshape(B, C, H // p, p, W // p, p).permute(0, 2, 4, 1, 3, 5).reshape(B, -1, C * p * p)
                return self.proj(x)
        """,
        "x: f32[B, 3, H, W]",
        "f32[B, H*W/64, dim]",
        ("H % 8 == 0", "W % 8 == 0"),
    ),
    Kind(
        "VAE",
        """
        class Net(nn.Module):
            def __init__(self, input_dim=784, latent_dim=20):
                super().__init__()
                self.enc = nn.Linear(input_dim, 100)
                self.mu, self.logvar = nn.Linear(100, latent_dim), nn.Linear(100, latent_dim)
                self.dec = nn.Linear(latent_dim, input_dim)

            def forward(self, x):
                h = F.relu(self.enc(x.view(-1, 784)))
                mu, logvar = self.mu(h), self.logvar(h)
                z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
                return torch.sigmoid(self.dec(z)), mu, logvar

        Net()(torch.randn(16, 1, 28, 28))
        """,
        "x: f32[B, 1, 28, 28]",
        "(f32[B, input_dim], f32[B, latent_dim], f32[B, latent_dim])",
    ),
    Kind(
        "GAN",
        """
        class Net(nn.Module):
            def __init__(self, nz=100, ngf=16, nc=3):
                super().__init__()
                self.main = nn.Sequential(
                    nn.ConvTranspose2d(nz, ngf * 2, 4, 1, 0, bias=False), nn.BatchNorm2d(ngf * 2), nn.ReLU(True),
                    nn.ConvTranspose2d(ngf * 2, ngf, 4, 2, 1, bias=False), nn.BatchNorm2d(ngf), nn.ReLU(True),
                    nn.ConvTranspose2d(ngf, nc, 4, 2, 1, bias=False), nn.Tanh(),
                )

            def forward(self, z):
                return self.main(z)

        Net()(torch.randn(8, 100, 1, 1))
        """,
        "z: f32[B, nz, H, W]",
        "f32[B, nc, 4*H+12, 4*W+12]",
    ),
    Kind(
        "siamese",
        """
        class Net(nn.Module):
            def __init__(self, embedding=16):
                super().__init__()
                self.net = nn.Sequential(nn.Conv2d(1, 8, 7), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
                self.fc = nn.Linear(8, embedding)

            def forward(self, a, b):
                return self.fc(self.net(a)) - self.fc(self.net(b))
        """,
        "a: f32[B, 1, H, W], b: f32[B, 1, H, W]",
        "f32[B, embedding]",
        ("H >= 7", "W >= 7"),
    ),
    Kind(
        "attention with a mask",
        """
        class Net(nn.Module):
            def __init__(self, dim=32, heads=4):
                super().__init__()
                self.h, self.d = heads, dim // heads
                self.q, self.kv, self.out = nn.Linear(dim, dim), nn.Linear(dim, 2 * dim), nn.Linear(dim, dim)

            def forward(self, x, memory, mask):
                '''
                Args:
                    x: Tensor of shape (B, T, dim)
                    memory: Tensor of shape (B, S, dim)
                    mask: BoolTensor of shape (B, T, S)
                '''
                B, T, _ = x.shape
                q = self.q(x).view(B, T, self.h, self.d).transpose(1, 2)
                k, v = self.kv(memory).view(B, -1, 2, self.h, self.d).permute(2, 0, 3, 1, 4)
                w = (q @ k.transpose(-2, -1)).masked_fill(mask.unsqueeze(1), -1e9).softmax(-1)
                return self.out((w @ v).transpose(1, 2).reshape(B, T, -1)), w
        """,
        "x: f32[B, T, dim], memory: f32[B, S, dim], mask: bool[B, T, S]",
        "(f32[B, T, dim], f32[B, 4, T, S])",
    ),
    Kind(
        "graph layer with adjacency",
        """
        class Net(nn.Module):
            def __init__(self, nfeat=16, nhid=8, nclass=3):
                super().__init__()
                self.w1, self.w2 = nn.Linear(nfeat, nhid), nn.Linear(nhid, nclass)

            def forward(self, x, adj):
                x = F.relu(torch.mm(adj, self.w1(x)))
                return F.log_softmax(torch.mm(adj, self.w2(x)), dim=1)
        """,
        "x: f32[N, nfeat], adj: f32[N, N]",
        "f32[N, nclass]",
    ),
    Kind(
        "NCF",
        """
        class Net(nn.Module):
            def __init__(self, num_users=50, num_items=70, factors=16):
                super().__init__()
                self.u, self.i = nn.Embedding(num_users, factors), nn.Embedding(num_items, factors)
                self.mlp = nn.Sequential(nn.Linear(2 * factors, 8), nn.ReLU(), nn.Linear(8, 1))

            def forward(self, user, item):
                return self.mlp(torch.cat([self.u(user), self.i(item)], dim=-1)).squeeze(-1)

        Net()(torch.zeros(32, dtype=torch.long), torch.zeros(32, dtype=torch.long))
        """,
        "user: i64[B], item: i64[B]",
        "f32[B]",
    ),
    Kind(
        "diffusion with timesteps",
        """
        class Net(nn.Module):
            def __init__(self, channels=3, dim=32):
                super().__init__()
                self.dim = dim
                self.time = nn.Sequential(nn.Linear(dim, dim), nn.SiLU(), nn.Linear(dim, dim))
                self.inp, self.down = nn.Conv2d(channels, dim, 3, padding=1), nn.Conv2d(dim, dim, 3, 2, 1)
                self.out = nn.Conv2d(2 * dim, channels, 3, padding=1)

            def forward(self, x, t):
                half = self.dim // 2
                freq = torch.exp(-math.log(10000.0) * torch.arange(half, device=t.device) / half)
                angles = t[:, None].float() * freq[None]
                emb = self.time(torch.cat([angles.sin(), angles.cos()], dim=-1))
                h = self.inp(x)
                d = self.down(h) + emb[:, :, None, None]
                return self.out(torch.cat([F.interpolate(d, scale_factor=2.0), h], dim=1))

        Net()(torch.randn(4, 3, 32, 32), torch.zeros(4, dtype=torch.long))
        """,
        "x: f32[B, channels, H, W], t: i64[B]",
        "f32[B, channels, H, W]",
        ("H % 2 == 0", "W % 2 == 0"),
    ),
    Kind(
        "list of features",
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.lateral = nn.ModuleList([nn.Conv2d(c, 16, 1) for c in (8, 12)])

            def forward(self, features: list[torch.Tensor]):
                low, high = (conv(f) for conv, f in zip(self.lateral, features))
                return [low + F.interpolate(high, size=low.shape[-2:]), high]

        Net()([torch.randn(2, 8, 32, 40), torch.randn(2, 12, 16, 20)])
        """,
        "features: [f32[B, 8, H, W], f32[B, 12, H2, W2]]",
        "[f32[B, 16, H, W], f32[B, 16, H2, W2]]",
    ),
    Kind(
        "dictionary",
        """
        class Net(nn.Module):
            def __init__(self, vocab_size=30, dim=12):
                super().__init__()
                self.emb, self.img = nn.Embedding(vocab_size, dim), nn.Linear(20, dim)

            def forward(self, batch):
                text = self.emb(batch["input_ids"]).mean(1)
                return {"logits": text @ self.img(batch["image"]).t(), "text": text}

        Net()({"input_ids": torch.zeros(6, 9, dtype=torch.long), "image": torch.randn(6, 20)})
        """,
        "batch: {input_ids: i64[B, T], image: f32[B, 20]}",
        "{logits: f32[B, B], text: f32[B, dim]}",
    ),
    Kind(
        "conv over time",
        """
        class Net(nn.Module):
            def __init__(self, in_channels=4):
                super().__init__()
                self.a, self.b = nn.Conv1d(in_channels, 8, 5, stride=2), nn.Conv1d(8, 8, 3, stride=3)

            def forward(self, signal):
                return self.b(F.relu(self.a(signal)))
        """,
        "signal: f32[B, in_channels, T]",
        "f32[B, 8, (T-3)//6]",
        ("T >= 9",),
    ),
    Kind(
        "encoder and decoder",
        """
        class Net(nn.Module):
            def __init__(self, src_vocab=20, tgt_vocab=25, d_model=16):
                super().__init__()
                self.src, self.tgt = nn.Embedding(src_vocab, d_model), nn.Embedding(tgt_vocab, d_model)
                self.enc = nn.GRU(d_model, d_model, batch_first=True)
                self.dec = nn.GRU(d_model, d_model, batch_first=True)
                self.out = nn.Linear(d_model, tgt_vocab)

            def forward(self, src, tgt):
                _, state = self.enc(self.src(src))
                return self.out(self.dec(self.tgt(tgt), state)[0])

        Net()(torch.zeros(4, 7, dtype=torch.long), torch.zeros(4, 5, dtype=torch.long))
        """,
        "src: i64[B, T], tgt: i64[B, T2]",
        "f32[B, T2, tgt_vocab]",
    ),
]

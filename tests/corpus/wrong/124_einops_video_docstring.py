from einops import rearrange
from torch import nn


class SpaceTimeMixer(nn.Module):
    """Attention over space and then over time.

    Args:
        dim: channels
        heads: heads of both attentions

    Shape:
        - video: (B, T, dim, H, W)
        - output: (B, T, dim, H, W)
    """

    def __init__(self, dim, heads):
        super().__init__()
        self.space = nn.MultiheadAttention(dim, heads, batch_first=True)
        self.time = nn.MultiheadAttention(dim, heads, batch_first=True)
        self.norm = nn.LayerNorm(dim)

    def forward(self, video):
        b, t, c, h, w = video.shape
        x = rearrange(video, "b t c h w -> (b t) (h w) c")
        y = self.norm(x)
        x = x + self.space(y, y, y, need_weights=False)[0]
        x = rearrange(x, "(b t) (h w) c -> (b h w) t c", b=t, h=h)
        y = self.norm(x)
        x = x + self.time(y, y, y, need_weights=False)[0]
        return rearrange(x, "(b h w) t c -> b t c h w", b=b, h=h, w=w)

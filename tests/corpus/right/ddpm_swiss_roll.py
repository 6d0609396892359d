import math
import torch
import torch.nn as nn


def extract(a, t, x_shape):
    b, *_ = t.shape
    out = a.gather(-1, t)
    return out.reshape(b, *((1,) * (len(x_shape) - 1)))


def linear_beta_schedule(timesteps):
    scale = 1000 / timesteps
    return torch.linspace(scale * 0.0001, scale * 0.02, timesteps, dtype=torch.float64)


def cosine_beta_schedule(timesteps, s=0.008):
    steps = timesteps + 1
    x = torch.linspace(0, timesteps, steps, dtype=torch.float64)
    alphas_cumprod = torch.cos(((x / timesteps) + s) / (1 + s) * math.pi * 0.5) ** 2
    alphas_cumprod = alphas_cumprod / alphas_cumprod[0]
    betas = 1 - (alphas_cumprod[1:] / alphas_cumprod[:-1])
    return torch.clip(betas, 0, 0.999)


class SinusoidalPosEmb(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        half_dim = self.dim // 2
        emb = math.log(10000) / (half_dim - 1)
        emb = torch.exp(torch.arange(half_dim, device=x.device) * -emb)
        emb = x[:, None] * emb[None, :]
        emb = torch.cat((emb.sin(), emb.cos()), dim=-1)
        return emb


class ResBlock(nn.Module):
    def __init__(self, dim, dim_out, *, time_emb_dim=None, groups=4):
        super().__init__()
        self.mlp = nn.Sequential(nn.SiLU(), nn.Linear(time_emb_dim, dim_out * 2)) if time_emb_dim is not None else None
        self.proj = nn.Conv2d(dim, dim_out, 3, padding=1)
        self.norm = nn.GroupNorm(groups, dim_out)
        self.act = nn.SiLU()
        self.res_conv = nn.Conv2d(dim, dim_out, 1) if dim != dim_out else nn.Identity()

    def forward(self, x, time_emb=None):
        scale_shift = None
        if self.mlp is not None and time_emb is not None:
            time_emb = self.mlp(time_emb)
            time_emb = time_emb[:, :, None, None]
            scale_shift = time_emb.chunk(2, dim=1)
        h = self.norm(self.proj(x))
        if scale_shift is not None:
            scale, shift = scale_shift
            h = h * (scale + 1) + shift
        return self.act(h) + self.res_conv(x)


class TinyUnet(nn.Module):
    def __init__(self, dim=16, channels=1):
        super().__init__()
        time_dim = dim * 4
        self.time_mlp = nn.Sequential(SinusoidalPosEmb(dim), nn.Linear(dim, time_dim), nn.GELU(), nn.Linear(time_dim, time_dim))
        self.init_conv = nn.Conv2d(channels, dim, 7, padding=3)
        self.down1 = ResBlock(dim, dim * 2, time_emb_dim=time_dim)
        self.pool = nn.Conv2d(dim * 2, dim * 2, 4, 2, 1)
        self.mid = ResBlock(dim * 2, dim * 2, time_emb_dim=time_dim)
        self.unpool = nn.Upsample(scale_factor=2, mode='nearest')
        self.up1 = ResBlock(dim * 4, dim, time_emb_dim=time_dim)
        self.final = ResBlock(dim * 2, dim, time_emb_dim=time_dim)
        self.out = nn.Conv2d(dim, channels, 1)

    def forward(self, x, time):
        x = self.init_conv(x)
        r = x.clone()
        t = self.time_mlp(time)
        h = self.down1(x, t)
        x = self.mid(self.pool(h), t)
        x = self.up1(torch.cat((self.unpool(x), h), dim=1), t)
        x = self.final(torch.cat((x, r), dim=1), t)
        return self.out(x)


class Diffusion(nn.Module):
    def __init__(self, model, image_size, timesteps=20, schedule='cosine', objective='pred_noise'):
        super().__init__()
        self.model = model
        self.image_size = image_size
        self.objective = objective
        if schedule == 'linear':
            betas = linear_beta_schedule(timesteps)
        elif schedule == 'cosine':
            betas = cosine_beta_schedule(timesteps)
        else:
            raise ValueError(f'unknown beta schedule {schedule}')
        alphas = 1. - betas
        alphas_cumprod = torch.cumprod(alphas, dim=0)
        alphas_cumprod_prev = torch.nn.functional.pad(alphas_cumprod[:-1], (1, 0), value=1.)
        self.num_timesteps = int(betas.shape[0])
        register_buffer = lambda name, val: self.register_buffer(name, val.to(torch.float32))
        register_buffer('betas', betas)
        register_buffer('sqrt_alphas_cumprod', torch.sqrt(alphas_cumprod))
        register_buffer('sqrt_one_minus_alphas_cumprod', torch.sqrt(1. - alphas_cumprod))
        register_buffer('sqrt_recip_alphas', torch.sqrt(1. / alphas))
        register_buffer('posterior_variance', betas * (1. - alphas_cumprod_prev) / (1. - alphas_cumprod))

    def q_sample(self, x_start, t, noise=None):
        noise = torch.randn_like(x_start) if noise is None else noise
        return (extract(self.sqrt_alphas_cumprod, t, x_start.shape) * x_start +
                extract(self.sqrt_one_minus_alphas_cumprod, t, x_start.shape) * noise)

    @torch.no_grad()
    def p_sample(self, x, t: int):
        b = x.shape[0]
        batched_times = torch.full((b,), t, device=x.device, dtype=torch.long)
        pred = self.model(x, batched_times)
        mean = extract(self.sqrt_recip_alphas, batched_times, x.shape) * (
            x - extract(self.betas, batched_times, x.shape) * pred / extract(self.sqrt_one_minus_alphas_cumprod, batched_times, x.shape))
        noise = torch.randn_like(x) if t > 0 else 0.
        var = extract(self.posterior_variance, batched_times, x.shape)
        return mean + var.sqrt() * noise

    @torch.no_grad()
    def sample(self, batch_size=2):
        img = torch.randn(batch_size, 1, self.image_size, self.image_size)
        imgs = [img]
        for t in reversed(range(0, self.num_timesteps)):
            img = self.p_sample(img, t)
            imgs.append(img)
        return img.clamp(-1, 1), torch.stack(imgs, dim=1)

    def forward(self, img):
        b, c, h, w = img.shape
        assert h == self.image_size and w == self.image_size, f'height and width of image must be {self.image_size}'
        t = torch.randint(0, self.num_timesteps, (b,), device=img.device).long()
        noise = torch.randn_like(img)
        x = self.q_sample(img, t, noise)
        model_out = self.model(x, t)
        loss = nn.functional.mse_loss(model_out, noise, reduction='none')
        loss = loss.flatten(1).mean(dim=1)
        return loss.mean()


if __name__ == '__main__':
    torch.manual_seed(0)
    diffusion = Diffusion(TinyUnet(), image_size=16)
    opt = torch.optim.Adam(diffusion.parameters(), lr=1e-3)
    data = torch.rand(20, 1, 16, 16) * 2 - 1
    for step, batch in enumerate(data.split(8)):
        loss = diffusion(batch)
        loss.backward()
        opt.step()
        opt.zero_grad()
        print(step, batch.shape[0], loss.item())
    final, chain = diffusion.sample(3)
    print(final.shape, chain.shape, Diffusion(TinyUnet(8), 8, 5, 'linear').betas[-1])

import torch
from torch import nn
import torch.nn.utils.parametrize as parametrize
from torch.nn.utils import spectral_norm, parameters_to_vector, vector_to_parameters
from torch.nn.utils.parametrizations import weight_norm, orthogonal


class Symmetric(nn.Module):
    def forward(self, X):
        return X.triu() + X.triu(1).transpose(-1, -2)


class Skew(nn.Module):
    def forward(self, X):
        A = X.triu(1)
        return A - A.transpose(-1, -2)


class CayleyMap(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.register_buffer("Id", torch.eye(n))

    def forward(self, X):
        return torch.linalg.solve(self.Id - X, self.Id + X)


layer = nn.Linear(5, 5)
parametrize.register_parametrization(layer, "weight", Symmetric())
W = layer.weight
assert torch.allclose(W, W.T)
print(layer(torch.randn(3, 5)).shape)

ortho = nn.Linear(4, 4)
parametrize.register_parametrization(ortho, "weight", Skew())
parametrize.register_parametrization(ortho, "weight", CayleyMap(4))
X = ortho.weight
print("orthogonal:", torch.allclose(X.T @ X, torch.eye(4), atol=1e-5))
parametrize.remove_parametrizations(ortho, "weight")

disc = nn.Sequential(
    spectral_norm(nn.Conv2d(1, 8, 4, 2, 1)),
    nn.LeakyReLU(0.1),
    spectral_norm(nn.Conv2d(8, 16, 4, 2, 1)),
    nn.LeakyReLU(0.1),
    nn.Flatten(),
    spectral_norm(nn.Linear(16 * 4 * 4, 1)),
)
wave = nn.Sequential(
    weight_norm(nn.Conv1d(1, 6, 3, dilation=2, padding=2)),
    nn.ELU(),
    weight_norm(nn.Conv1d(6, 1, 1)),
)
q = orthogonal(nn.Linear(20, 6))

score = disc(torch.randn(3, 1, 16, 16))
audio = wave(torch.randn(2, 1, 33))
z = q(torch.randn(2, 20))
(score.mean() + audio.mean() + z.mean()).backward()
print(score.squeeze().shape, audio.shape, z.shape, wave[0].parametrizations.weight.original0.grad.shape)

# hinge loss for a spectral-normalised critic
real, fake = torch.randn(4, 1, 16, 16), torch.randn(4, 1, 16, 16)
hinge = torch.relu(1 - disc(real)).mean() + torch.relu(1 + disc(fake)).mean()
print(float(hinge.detach()))

mlp = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
vec = parameters_to_vector(mlp.parameters())
vector_to_parameters(vec * 0.5, mlp.parameters())
print(vec.numel(), (parameters_to_vector(mlp.parameters()) / vec).mean().item())

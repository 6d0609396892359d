import torch
from torch import Tensor, nn


class SpectralContrast(nn.Module):
    """Contrast of bands over time.

    Args:
        n_mels (int): rows of the spectrogram

    Inputs:
        spec: Tensor of size [batch, n_mels, frames]

    Outputs:
        Tensor of size [batch, 2 * n_mels]
    """

    def __init__(self, n_mels: int, momentum: float = 0.1):
        super().__init__()
        self.norm = nn.InstanceNorm1d(n_mels)
        self.mix = nn.Conv1d(n_mels, n_mels, 5, padding=2, groups=n_mels)

    def forward(self, spec: Tensor) -> Tensor:
        z = self.mix(self.norm(spec))
        peak = z.amax(dim=-1)
        valley = z.amin(dim=-1)
        contrast = torch.cat([peak - valley, peak + valley], dim=2)
        return torch.tanh(contrast)

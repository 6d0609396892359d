from torch import nn


class PatchEncoder(nn.Module):
    """Turns a picture into tokens.

    Attributes
    ----------
    proj : nn.Conv2d
        one step per patch
    mixer : nn.Conv1d
        looks at neighbouring tokens
    """

    def __init__(self, in_channels, dim, patch):
        super().__init__()
        self.proj = nn.Conv2d(in_channels, dim, patch, stride=patch)
        self.norm = nn.LayerNorm(dim)
        self.mixer = nn.Conv1d(dim, dim, 3, padding=1)

    def forward(self, image):
        """
        Parameters
        ----------
        image : torch.Tensor, shape (B, in_channels, H, W)
            the picture

        Returns
        -------
        torch.Tensor, shape (B, H * W / patch ** 2, dim)
            tokens
        """
        tokens = self.proj(image).flatten(2).transpose(1, 2)
        tokens = self.norm(tokens)
        return tokens + self.mixer(tokens)

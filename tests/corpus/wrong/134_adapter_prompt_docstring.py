import torch
import torch.nn as nn


class PromptedEncoder(nn.Module):
    """Puts learned prompt tokens in front of a sequence.

    Args:
        dim: width of the tokens
        n_prompt: number of prompt tokens
    """

    def __init__(self, dim: int, n_prompt: int, depth: int = 2):
        super().__init__()
        self.prompt = nn.Parameter(torch.randn(n_prompt, dim) * 0.02)
        layer = nn.TransformerEncoderLayer(dim, 4, 2 * dim, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.n_prompt = n_prompt

    def forward(self, tokens: torch.Tensor, padding: torch.Tensor) -> torch.Tensor:
        """
        Args:
            tokens: ``(batch, length, dim)``.
            padding: ``(batch, length)``, bool, True for padding.

        Returns:
            ``(batch, length, dim)``, without the prompt.
        """
        prompt = self.prompt.unsqueeze(0)
        x = torch.cat([prompt, tokens], dim=1)
        free = padding.new_zeros(tokens.size(0), self.n_prompt)
        h = self.layers(x, src_key_padding_mask=torch.cat([free, padding], dim=1))
        return h[:, self.n_prompt:]

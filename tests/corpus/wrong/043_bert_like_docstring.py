import torch
import torch.nn as nn


class Embeddings(nn.Module):
    def __init__(self, vocab_size: int, d_embed: int, max_pos: int):
        super().__init__()
        self.word = nn.Embedding(vocab_size, d_embed)
        self.position = nn.Embedding(max_pos, d_embed)
        self.norm = nn.LayerNorm(d_embed)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """ids: LongTensor (batch, seq) -> (batch, seq, d_embed)"""
        pos = torch.arange(ids.size(1), device=ids.device)
        return self.norm(self.word(ids) + self.position(pos))


class MaskedLM(nn.Module):
    """A small masked language model.

    Args:
        vocab_size: number of word pieces
        d_embed: width of the embeddings
        d_model: width of the encoder
    """

    def __init__(self, vocab_size: int, d_embed: int = 32, d_model: int = 64, layers: int = 2):
        super().__init__()
        self.embed = Embeddings(vocab_size, d_embed, max_pos=128)
        self.project = nn.Linear(d_embed, d_model)
        layer = nn.TransformerEncoderLayer(d_model, nhead=4, dim_feedforward=128, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers)
        self.lm_head = nn.Linear(d_embed, vocab_size)

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """Scores of every word piece at every position.

        Args:
            input_ids: (batch, seq) int64, word piece numbers.

        Returns:
            (batch, seq, vocab_size) logits.
        """
        x = self.project(self.embed(input_ids))
        x = self.encoder(x)
        return self.lm_head(x)

from typing import List

import torch
from torch import Tensor, nn


class CRF(nn.Module):
    """Linear-chain conditional random field.

    Args:
        num_tags: Number of tags.
    """

    def __init__(self, num_tags: int) -> None:
        super().__init__()
        self.num_tags = num_tags
        self.start = nn.Parameter(torch.empty(num_tags).uniform_(-0.1, 0.1))
        self.end = nn.Parameter(torch.empty(num_tags).uniform_(-0.1, 0.1))
        self.transitions = nn.Parameter(torch.empty(num_tags, num_tags).uniform_(-0.1, 0.1))

    def forward(self, emissions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Log likelihood of the tags.

        Args:
            emissions: Scores of shape (seq_length, batch_size, num_tags).
            tags (LongTensor): Gold tags of shape (seq_length, batch_size).
            mask (BoolTensor): Mask of shape (seq_length, batch_size).

        Returns:
            The mean log likelihood, a scalar.
        """
        numerator = self._score(emissions, tags, mask)
        denominator = self._normalizer(emissions, mask)
        return (numerator - denominator).mean()

    def _score(self, emissions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        T, B = tags.shape
        m = mask.float()
        score = self.start[tags[0]]
        score = score + emissions[0, torch.arange(B), tags[0]]
        for i in range(1, T):
            score = score + self.transitions[tags[i - 1], tags[i]] * m[i]
            score = score + emissions[i, torch.arange(B), tags[i]] * m[i]
        seq_ends = mask.long().sum(dim=0) - 1
        last_tags = tags[seq_ends, torch.arange(B)]
        return score + self.end[last_tags]

    def _normalizer(self, emissions: Tensor, mask: Tensor) -> Tensor:
        score = self.start + emissions[0]
        for i in range(1, emissions.size(0)):
            broadcast_score = score.unsqueeze(2)
            broadcast_emissions = emissions[i].unsqueeze(1)
            next_score = broadcast_score + self.transitions + broadcast_emissions
            next_score = torch.logsumexp(next_score, dim=1)
            score = torch.where(mask[i].unsqueeze(1), next_score, score)
        return torch.logsumexp(score + self.end, dim=1)

    def decode(self, emissions: Tensor) -> List[List[int]]:
        """The best tags of every sequence; emissions of shape (seq_length, batch_size, num_tags)."""
        score = self.start + emissions[0]
        history: List[Tensor] = []
        for e in emissions[1:]:
            nxt = score.unsqueeze(2) + self.transitions + e.unsqueeze(1)
            score, idx = nxt.max(dim=1)
            history.append(idx)
        score = score + self.end
        best: List[List[int]] = []
        for b in range(emissions.size(1)):
            tag = int(score[b].argmax())
            path = [tag]
            for hist in reversed(history):
                tag = int(hist[b][tag])
                path.append(tag)
            best.append(path[::-1])
        return best


class Tagger(nn.Module):
    """Embedding, BiLSTM and CRF."""

    def __init__(self, vocab_size: int = 100, num_tags: int = 5, embed_dim: int = 16, hidden_dim: int = 24) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab_size, embed_dim)
        self.lstm = nn.LSTM(embed_dim, hidden_dim // 2, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(hidden_dim, num_tags)
        self.crf = CRF(num_tags)

    def forward(self, tokens: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Negative log likelihood of a batch.

        Args:
            tokens (LongTensor): Word ids of shape (batch, time).
            tags (LongTensor): Tags of shape (batch, time).
            mask (BoolTensor): True for words, shape (batch, time).

        Returns:
            The loss, a scalar.
        """
        h, _ = self.lstm(self.embed(tokens))
        emissions = self.fc(h).transpose(0, 1)
        return -self.crf(emissions, tags.t(), mask.t())

    def predict(self, tokens: Tensor) -> List[List[int]]:
        h, _ = self.lstm(self.embed(tokens))
        return self.crf.decode(self.fc(h).transpose(0, 1))

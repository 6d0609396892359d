import torch
import torch.nn as nn


class DeepFM(nn.Module):
    """
    Click prediction with a factorization machine and a deep part that share their embeddings.

    :param field_sizes: number of values of every categorical field
    :param dense_dim: number of dense features
    :param embed_dim: width of the embeddings
    :param hidden: widths of the deep part
    """

    def __init__(self, field_sizes=(20, 5, 50), dense_dim=4, embed_dim=6, hidden=(32, 16), dropout=0.1):
        super().__init__()
        self.num_fields = len(field_sizes)
        offsets = torch.tensor((0, *field_sizes[:-1])).cumsum(0)
        self.register_buffer("offsets", offsets)
        total = sum(field_sizes)
        self.linear = nn.Embedding(total, 1)
        self.embedding = nn.Embedding(total, embed_dim)
        self.dense_linear = nn.Linear(dense_dim, 1)
        self.dense_embed = nn.Parameter(torch.randn(dense_dim, embed_dim) * 0.01)
        self.bias = nn.Parameter(torch.zeros(1))
        width = (self.num_fields + dense_dim) * embed_dim
        layers = []
        for h in hidden:
            layers.extend([nn.Linear(width, h), nn.BatchNorm1d(h), nn.ReLU(), nn.Dropout(dropout)])
            width = h
        layers.append(nn.Linear(width, 1))
        self.deep = nn.Sequential(*layers)

    def forward(self, sparse, dense):
        """
        Score a batch of impressions.

        :param sparse: indices of the categorical fields, LongTensor of shape (batch_size, 3)
        :param dense: numeric features, FloatTensor of shape (batch_size, dense_dim)
        :return: probabilities, shape (batch_size,)
        """
        idx = sparse + self.offsets
        first = self.linear(idx).sum(dim=1) + self.dense_linear(dense) + self.bias
        vectors = torch.cat([self.embedding(idx), dense.unsqueeze(-1) * self.dense_embed], dim=1)
        square_of_sum = vectors.sum(dim=1) ** 2
        sum_of_square = (vectors ** 2).sum(dim=1)
        second = 0.5 * (square_of_sum - sum_of_square).sum(dim=1, keepdim=True)
        deep = self.deep(vectors.flatten(start_dim=1))
        return torch.sigmoid((first + second + deep).squeeze(1))

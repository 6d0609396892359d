import torch
import torch.nn as nn
import torch.nn.functional as F


class ImageTextFusion(nn.Module):
    """Answers a question about a picture.

    Args:
        vocab_size (int): words in the vocabulary
        embed_dim (int): width of a word vector
        hidden_dim (int): width of the LSTM and of the joint space
        num_answers (int): answers to choose from
    """

    def __init__(self, vocab_size=200, embed_dim=24, hidden_dim=40, num_answers=11):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)
        self.lstm = nn.LSTM(embed_dim, hidden_dim, batch_first=True)
        self.project = nn.Conv2d(64, hidden_dim, kernel_size=1)
        self.score = nn.Conv2d(hidden_dim, 2, kernel_size=1)
        self.classifier = nn.Sequential(
            nn.Linear(3 * hidden_dim, 64),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Linear(64, num_answers),
        )

    def forward(self, image_features, question_ids, question_lengths=None):
        """
        Args:
            image_features (FloatTensor): a grid of features, shape (batch, 64, height, width)
            question_ids (LongTensor): word indices, shape (batch, words)
            question_lengths (LongTensor, optional): number of words in each question, shape (batch,)

        Returns:
            FloatTensor: logits of shape (batch, num_answers)
        """
        words = self.embedding(question_ids)
        states, (h, _) = self.lstm(words)
        if question_lengths is None:
            q = h[-1]
        else:
            last = (question_lengths - 1).view(-1, 1, 1).expand(-1, 1, states.size(2))
            q = states.gather(1, last).squeeze(1)
        v = self.project(image_features)
        q_map = q[:, :, None, None].expand_as(v)
        att = self.score(torch.tanh(v + q_map))
        n, glimpses = att.shape[:2]
        att = F.softmax(att.view(n, glimpses, -1), dim=-1)
        pooled = torch.matmul(att, v.flatten(2).transpose(1, 2))
        joint = torch.cat([pooled.view(n, -1), q], dim=1)
        return self.classifier(joint)

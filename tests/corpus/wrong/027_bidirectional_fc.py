import torch
import torch.nn as nn
import torch.optim as optim


class SpamFilter(nn.Module):
    def __init__(self, n_tokens, emb=24, hid=40, layers=1, bidir=True):
        super(SpamFilter, self).__init__()
        self.embed = nn.Embedding(n_tokens, emb)
        self.encoder = nn.LSTM(emb, hid, num_layers=layers, bidirectional=bidir, batch_first=True)
        self.predictor = nn.Linear(hid, 2)

    def forward(self, seq):
        output, (hidden, _) = self.encoder(self.embed(seq))
        preds = self.predictor(torch.cat([hidden[-2], hidden[-1]], dim=1))
        return preds


def accuracy(model, seqs, ys):
    model.eval()
    with torch.no_grad():
        return (model(seqs).argmax(1) == ys).float().mean().item()


def main():
    torch.manual_seed(5)
    seqs = torch.randint(0, 300, (60, 25))
    ys = (seqs[:, 0] > 150).long()
    model = SpamFilter(300)
    print("before:", accuracy(model, seqs, ys))
    optimizer = optim.Adam(model.parameters(), lr=2e-3)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(3):
        model.train()
        for k in range(0, 60, 12):
            optimizer.zero_grad()
            loss = criterion(model(seqs[k:k + 12]), ys[k:k + 12])
            loss.backward()
            optimizer.step()
    print("after:", accuracy(model, seqs, ys))


if __name__ == "__main__":
    main()

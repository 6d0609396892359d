import torch
import torch.nn as nn

torch.manual_seed(3)
VOCAB, EMB, HID, BPTT = 80, 16, 24, 12


class LanguageModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Embedding(VOCAB, EMB)
        self.rnn = nn.LSTM(EMB, HID)
        self.decoder = nn.Linear(HID, VOCAB)

    def forward(self, tokens, state):
        out, state = self.rnn(self.encoder(tokens), state)
        return self.decoder(out), state

    def zero_state(self, bsz):
        w = next(self.parameters())
        return w.new_zeros(1, bsz, HID), w.new_zeros(1, bsz, HID)


def batchify(stream, bsz):
    n = stream.size(0) // bsz
    return stream.narrow(0, 0, n * bsz).view(bsz, -1).t().contiguous()


stream = batchify(torch.randint(0, VOCAB, (400,)), 8)
model = LanguageModel()
opt = torch.optim.SGD(model.parameters(), lr=1.0)
criterion = nn.CrossEntropyLoss()

state = model.zero_state(8)
for i in range(0, stream.size(0) - BPTT, BPTT):
    data = stream[i:i + BPTT]
    target = stream[i + 1:i + 1 + BPTT].reshape(-1)

    model.zero_grad()
    output, state = model(data, state)
    loss = criterion(output.view(-1, VOCAB), target)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 0.25)
    opt.step()
    print(i, loss.item())

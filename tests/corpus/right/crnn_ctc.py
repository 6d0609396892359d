import string
import torch
import torch.nn as nn
import torch.nn.functional as F

alphabet = "-" + string.digits + string.ascii_lowercase
BLANK = 0


def encode(words):
    lengths = torch.tensor([len(w) for w in words], dtype=torch.int32)
    flat = torch.tensor([alphabet.index(c) for w in words for c in w], dtype=torch.int32)
    return flat, lengths


def greedy_decode(log_probs, lengths):
    best = log_probs.argmax(2)
    texts = []
    for b in range(best.size(1)):
        seq = best[: lengths[b], b]
        collapsed = torch.unique_consecutive(seq)
        collapsed = collapsed[collapsed != BLANK]
        texts.append("".join(alphabet[i] for i in collapsed.tolist()))
    return texts


class BidirectionalLSTM(nn.Module):
    def __init__(self, nIn, nHidden, nOut):
        super().__init__()
        self.rnn = nn.LSTM(nIn, nHidden, bidirectional=True)
        self.embedding = nn.Linear(nHidden * 2, nOut)

    def forward(self, input):
        recurrent, _ = self.rnn(input)
        T, b, h = recurrent.size()
        t_rec = recurrent.view(T * b, h)
        output = self.embedding(t_rec)
        return output.view(T, b, -1)


class CRNN(nn.Module):
    def __init__(self, imgH, nc, nclass, nh):
        super().__init__()
        if imgH % 16 != 0:
            raise ValueError('imgH has to be a multiple of 16')
        self.cnn = nn.Sequential(
            nn.Conv2d(nc, 16, 3, 1, 1), nn.ReLU(True), nn.MaxPool2d(2, 2),
            nn.Conv2d(16, 32, 3, 1, 1), nn.ReLU(True), nn.MaxPool2d((2, 2), (2, 1), (0, 1)),
            nn.Conv2d(32, 32, 3, 1, 1), nn.BatchNorm2d(32), nn.ReLU(True), nn.MaxPool2d((2, 2), (2, 1), (0, 1)),
            nn.Conv2d(32, 48, 2, 1, 0), nn.ReLU(True),
        )
        self.pool = nn.AdaptiveAvgPool2d((1, None))
        self.rnn = nn.Sequential(BidirectionalLSTM(48, nh, nh), BidirectionalLSTM(nh, nh, nclass))

    def forward(self, input):
        conv = self.pool(self.cnn(input))
        b, c, h, w = conv.size()
        assert h == 1, "the height of conv must be 1"
        conv = conv.squeeze(2)
        conv = conv.permute(2, 0, 1)
        output = self.rnn(conv)
        return F.log_softmax(output, dim=2)


words = ["cat7", "torch", "x", "a1b2"]
images = torch.rand(4, 1, 32, 80)
model = CRNN(32, 1, len(alphabet), 24)
ctc = nn.CTCLoss(blank=BLANK, zero_infinity=True)
opt = torch.optim.Adam(model.parameters(), 1e-3)
for it in range(3):
    text, length = encode(words)
    preds = model(images)
    preds_size = torch.full((preds.size(1),), preds.size(0), dtype=torch.int32)
    loss = ctc(preds, text, preds_size, length)
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
    opt.step()
    print(it, preds.shape, loss.item(), greedy_decode(preds, preds_size))

padded = torch.zeros(4, 5, dtype=torch.long)
for i, w in enumerate(words):
    padded[i, :len(w)] = torch.tensor([alphabet.index(c) for c in w])
second = F.ctc_loss(preds, padded, preds_size.long(), length.long(), reduction="none")
print(second.shape, second.min().item() > 0)
try:
    CRNN(30, 1, 5, 8)
except ValueError as e:
    print(e)

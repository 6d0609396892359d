import random
import torch
import torch.nn as nn
import torch.nn.functional as F

MAX_LENGTH, HIDDEN = 10, 32


class EncoderRNN(nn.Module):
    def __init__(self, input_size, hidden_size):
        super(EncoderRNN, self).__init__()
        self.hidden_size = hidden_size
        self.embedding = nn.Embedding(input_size, hidden_size)
        self.gru = nn.GRU(hidden_size, hidden_size)

    def forward(self, input, hidden):
        embedded = self.embedding(input).view(1, 1, -1)
        output, hidden = self.gru(embedded, hidden)
        return output, hidden

    def initHidden(self):
        return torch.zeros(1, 1, self.hidden_size)


class AttnDecoderRNN(nn.Module):
    def __init__(self, hidden_size, output_size, max_length=MAX_LENGTH):
        super(AttnDecoderRNN, self).__init__()
        self.embedding = nn.Embedding(output_size, hidden_size)
        self.attn = nn.Linear(hidden_size * 2, max_length)
        self.attn_combine = nn.Linear(hidden_size * 2, hidden_size)
        self.gru = nn.GRU(hidden_size, hidden_size)
        self.out = nn.Linear(hidden_size, output_size)

    def forward(self, input, hidden, encoder_outputs):
        embedded = self.embedding(input).view(1, 1, -1)
        attn_weights = F.softmax(self.attn(torch.cat((embedded[0], hidden[0]), 1)), dim=1)
        attn_applied = torch.bmm(attn_weights.unsqueeze(0), encoder_outputs.unsqueeze(0))
        output = torch.cat((embedded[0], attn_applied), 1)
        output = self.attn_combine(output).unsqueeze(0)
        output, hidden = self.gru(F.relu(output), hidden)
        output = F.log_softmax(self.out(output[0]), dim=1)
        return output, hidden, attn_weights


encoder, decoder = EncoderRNN(25, HIDDEN), AttnDecoderRNN(HIDDEN, 30)
enc_opt, dec_opt = (torch.optim.SGD(m.parameters(), lr=0.01) for m in (encoder, decoder))
criterion = nn.NLLLoss()
pairs = [(torch.randint(2, 25, (random.randint(3, 9), 1)), torch.randint(2, 30, (random.randint(3, 9), 1))) for _ in range(4)]
for src, tgt in pairs:
    hidden = encoder.initHidden()
    enc_outputs = torch.zeros(MAX_LENGTH, HIDDEN)
    loss = 0
    for ei in range(src.size(0)):
        out, hidden = encoder(src[ei], hidden)
        enc_outputs[ei] = out[0, 0]
    inp = torch.tensor([[0]])
    for di in range(tgt.size(0)):
        out, hidden, attention = decoder(inp, hidden, enc_outputs)
        loss += criterion(out, tgt[di])
        inp = out.topk(1)[1].squeeze().detach()
    enc_opt.zero_grad()
    dec_opt.zero_grad()
    loss.backward()
    enc_opt.step()
    dec_opt.step()

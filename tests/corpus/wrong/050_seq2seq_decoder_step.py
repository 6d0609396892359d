import random

import torch
import torch.nn as nn

SOS, EOS = 0, 1


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


class DecoderRNN(nn.Module):
    def __init__(self, hidden_size, output_size):
        super(DecoderRNN, self).__init__()
        self.embedding = nn.Embedding(output_size, hidden_size)
        self.gru = nn.GRU(hidden_size, hidden_size)
        self.out = nn.Linear(hidden_size, output_size)

    def forward(self, input, hidden):
        output = self.embedding(input).view(1, 1, -1)
        output = torch.relu(output)
        output, hidden = self.gru(output, hidden)
        output = torch.log_softmax(self.out(output[0]), dim=1)
        return output, hidden


def train_pair(src, tgt, encoder, decoder, enc_opt, dec_opt, criterion):
    enc_opt.zero_grad()
    dec_opt.zero_grad()
    hidden = encoder.initHidden()
    for token in src:
        _, hidden = encoder(token, hidden)
    inp = torch.tensor([SOS])
    loss = 0
    use_teacher = random.random() < 0.5
    for token in tgt:
        out, hidden = decoder(inp, hidden)
        loss = loss + criterion(out, token.view(1))
        inp = token if use_teacher else out.argmax(dim=1).detach()
        if inp.item() == EOS:
            break
    loss.backward()
    enc_opt.step()
    dec_opt.step()
    return loss.item() / len(tgt)


encoder = EncoderRNN(30, 32)
decoder = DecoderRNN(64, 25)
enc_opt = torch.optim.SGD(encoder.parameters(), lr=0.01)
dec_opt = torch.optim.SGD(decoder.parameters(), lr=0.01)
for it in range(4):
    src = torch.cat([torch.randint(2, 30, (6,)), torch.tensor([EOS])])
    tgt = torch.cat([torch.randint(2, 25, (4,)), torch.tensor([EOS])])
    print(it, train_pair(src, tgt, encoder, decoder, enc_opt, dec_opt, nn.NLLLoss()))

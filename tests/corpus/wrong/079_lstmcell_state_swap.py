import torch
import torch.nn as nn

torch.manual_seed(0)


class Sequence(nn.Module):
    def __init__(self, n1=16, n2=24):
        super(Sequence, self).__init__()
        self.n1, self.n2 = n1, n2
        self.lstm1 = nn.LSTMCell(1, n1)
        self.lstm2 = nn.LSTMCell(n1, n2)
        self.linear = nn.Linear(n2, 1)

    def forward(self, input, future=0):
        outputs = []
        h_t = torch.zeros(input.size(0), self.n1)
        c_t = torch.zeros(input.size(0), self.n1)
        h_t2 = torch.zeros(input.size(0), self.n1)
        c_t2 = torch.zeros(input.size(0), self.n2)

        for input_t in input.split(1, dim=1):
            h_t, c_t = self.lstm1(input_t, (h_t, c_t))
            h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
            output = self.linear(h_t2)
            outputs += [output]
        for i in range(future):
            h_t, c_t = self.lstm1(output, (h_t, c_t))
            h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
            output = self.linear(h_t2)
            outputs += [output]
        return torch.cat(outputs, dim=1)


phase = torch.rand(6, 1) * 6.28
waves = torch.sin(torch.arange(40) / 5 + phase)
inp, target = waves[:, :-1], waves[:, 1:]

seq = Sequence()
criterion = nn.MSELoss()
optimizer = torch.optim.LBFGS(seq.parameters(), lr=0.8, max_iter=3)
for i in range(2):
    print("STEP: ", i)

    def closure():
        optimizer.zero_grad()
        out = seq(inp)
        loss = criterion(out, target)
        print("loss:", loss.item())
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        pred = seq(inp, future=10)
        print(pred.shape)

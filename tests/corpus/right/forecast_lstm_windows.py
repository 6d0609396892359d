import numpy as np
import torch
import torch.nn as nn
from torch.autograd import Variable

# monthly passengers, made up
t = np.arange(96)
series = (100 + 2 * t + 20 * np.sin(2 * np.pi * t / 12) + np.random.RandomState(0).randn(96) * 3).astype('float64')
training_set = series.reshape(-1, 1)


class MinMax:
    def fit_transform(self, a):
        self.lo, self.hi = a.min(axis=0), a.max(axis=0)
        return (a - self.lo) / (self.hi - self.lo)

    def inverse_transform(self, a):
        return a * (self.hi - self.lo) + self.lo


def sliding_windows(data, seq_length):
    x = []
    y = []
    for i in range(len(data) - seq_length - 1):
        _x = data[i:(i + seq_length)]
        _y = data[i + seq_length]
        x.append(_x)
        y.append(_y)
    return np.array(x), np.array(y)


sc = MinMax()
training_data = sc.fit_transform(training_set)
seq_length = 8
x, y = sliding_windows(training_data, seq_length)
train_size = int(len(y) * 0.67)
test_size = len(y) - train_size

dataX = Variable(torch.Tensor(np.array(x)))
dataY = Variable(torch.Tensor(np.array(y)))
trainX = Variable(torch.Tensor(np.array(x[0:train_size])))
trainY = Variable(torch.Tensor(np.array(y[0:train_size])))
testX = Variable(torch.Tensor(np.array(x[train_size:len(x)])))
testY = Variable(torch.Tensor(np.array(y[train_size:len(y)])))


class LSTM(nn.Module):
    def __init__(self, num_classes, input_size, hidden_size, num_layers):
        super(LSTM, self).__init__()
        self.num_classes = num_classes
        self.num_layers = num_layers
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.seq_length = seq_length
        self.lstm = nn.LSTM(input_size=input_size, hidden_size=hidden_size, num_layers=num_layers, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, x):
        h_0 = Variable(torch.zeros(self.num_layers, x.size(0), self.hidden_size))
        c_0 = Variable(torch.zeros(self.num_layers, x.size(0), self.hidden_size))
        # Propagate input through LSTM
        ula, (h_out, _) = self.lstm(x, (h_0, c_0))
        h_out = h_out.view(-1, self.hidden_size)
        out = self.fc(h_out)
        return out


num_epochs = 30
lstm = LSTM(num_classes=1, input_size=1, hidden_size=4, num_layers=1)
criterion = torch.nn.MSELoss()
optimizer = torch.optim.Adam(lstm.parameters(), lr=0.01)
for epoch in range(num_epochs):
    outputs = lstm(trainX)
    optimizer.zero_grad()
    loss = criterion(outputs, trainY)
    loss.backward()
    optimizer.step()
    if epoch % 10 == 0:
        print("Epoch: %d, loss: %1.5f" % (epoch, loss.item()))

lstm.eval()
train_predict = lstm(dataX)
data_predict = train_predict.data.numpy()
dataY_plot = dataY.data.numpy()
data_predict = sc.inverse_transform(data_predict)
dataY_plot = sc.inverse_transform(dataY_plot)
print("RMSE", np.sqrt(np.mean((data_predict - dataY_plot) ** 2)))
test_loss = criterion(lstm(testX), testY).item()

# roll the forecast forward one step at a time
window = dataX[-1:].clone()
future = []
for _ in range(12):
    nxt = lstm(window)
    future.append(nxt.item())
    window = torch.cat((window[:, 1:, :], nxt.detach().unsqueeze(1)), dim=1)
print(sc.inverse_transform(np.array(future).reshape(-1, 1)).ravel().round(), test_loss)
